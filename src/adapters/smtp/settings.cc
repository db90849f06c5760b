#include "adapters/smtp/settings.h"

#include <array>

#include "base/url.h"

namespace oms::smtp {
namespace {

constexpr int submission_port = 587;
constexpr int secure_port = 465;

// A name or address of this machine: nobody else can read what goes there.
bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "127.0.0.1";
}

Result<mail::Sender> read_from(std::string_view from, std::string_view user) {
  auto sender = mail::read_sender(from.empty() ? user : from);
  if (sender) return *std::move(sender);
  if (from.empty()) {
    return fail(ErrorKind::invalid,
                "emails need a sender: give --mail-from (OMS_MAIL_FROM), such as "
                "\"The Shop <shop@example.com>\"");
  }
  return fail(ErrorKind::invalid, "'" + std::string{from} +
                                      "' is no sender of emails: write an address, or \"The Shop "
                                      "<shop@example.com>\"");
}

}  // namespace

Result<Settings> read_settings(std::string_view text, std::string_view from) {
  const bool is_secure = text.starts_with("smtps://");
  if (!is_secure && !text.starts_with("smtp://")) {
    return fail(ErrorKind::invalid, "a mail server's URL begins with smtp:// or smtps://");
  }
  OMS_TRY(const auto url, Url::parse(text, is_secure ? secure_port : submission_port));
  OMS_CHECK(url.allow_only({"connections", "timeout", "cacert", "tls"}));
  if (!url.password.empty()) {
    return fail(ErrorKind::invalid,
                "the mail server's URL holds a password, which others can see: leave it out, and "
                "set OMS_SMTP_PASSWORD, or write it to smtp.password in the data folder");
  }
  if (url.hosts.size() != 1 || !url.path.empty()) {
    return fail(ErrorKind::invalid,
                "the mail server's URL is of one host, such as smtp://user@mail.example:587");
  }
  Settings settings;
  auto& server = settings.server;
  server = {.host = url.hosts.front().name,
            .port = url.hosts.front().port,
            .security =
                is_secure ? curl::SmtpServer::Security::tls : curl::SmtpServer::Security::starttls,
            .user = url.user,
            .password = {},
            .ca_file = url.text("cacert", "")};
  const auto tls = url.text("tls", "on");
  if (tls != "on" && (tls != "off" || is_secure || !is_loopback(server.host))) {
    return fail(ErrorKind::invalid,
                "the mail server's URL has tls=" + tls +
                    ": write tls=off, and that only with smtp:// to localhost, for what is not "
                    "encrypted can be read on its way");
  }
  if (tls == "off") server.security = curl::SmtpServer::Security::none;
  OMS_TRY(const auto connections, url.number("connections", 2, 1, 16));
  OMS_TRY(const auto seconds, url.number("timeout", 60, 5, 600));
  settings.options.connections = static_cast<std::size_t>(connections);
  settings.options.timeout = std::chrono::seconds{seconds};
  OMS_TRY(settings.sender, read_from(from, url.user));
  return settings;
}

}  // namespace oms::smtp
