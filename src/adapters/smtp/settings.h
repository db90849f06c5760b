#pragma once

#include <string>
#include <string_view>

#include "adapters/curl/smtp_client.h"
#include "adapters/mail/mail.h"
#include "base/result.h"

namespace oms::smtp {

struct Settings {
  curl::SmtpServer server;
  curl::SmtpClient::Options options;
  mail::Sender sender;
};

// smtp://user@host:587 (STARTTLS), smtps://user@host:465 (TLS), with ?connections=2 (1 to 16),
// &timeout=60 (seconds for one mail, 5 to 600), &cacert=FILE (PEM, in place of the system's) and
// &tls=off, for a server on this machine that has none. `from` is who writes, such as
// "Shop <shop@example.com>"; where it is empty the user must be an address, with its @ as %40.
//
// The password is put in by the caller: a URL with one is refused. Errors: invalid; they name what
// is wrong, and never a password.
Result<Settings> read_settings(std::string_view url, std::string_view from);

}  // namespace oms::smtp
