#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace oms::twilio {

struct Settings {
  std::string account;  // "AC…"
  std::string token;    // of the account; never in a log
  std::string url = "https://api.twilio.com";
  std::string from;        // "+15551234567", or a sender's name; empty: by the service
  std::string service;     // "MG…", a messaging service; empty: by `from`
  std::string status_url;  // where Twilio is to tell of the delivery; empty: it is not asked to

  std::size_t in_flight_max = 16;
  Duration connect_timeout{3'000};
  Duration call_timeout{10'000};  // of one of the two calls of a notice
};

// twilio://ACCOUNT?from=+15551234567, or ?service=MG…; &status=https://shop.example/sms/status is
// where status callbacks get in, as Twilio is to call it. The token is put in by the caller: a URL
// with a password is refused. Errors: invalid; they never name a password.
Result<Settings> read_settings(std::string_view url);

}  // namespace oms::twilio
