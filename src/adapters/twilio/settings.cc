#include "adapters/twilio/settings.h"

#include <algorithm>

#include "base/url.h"

namespace oms::twilio {
namespace {

bool is_plain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

}  // namespace

Result<Settings> read_settings(std::string_view text) {
  if (!text.starts_with("twilio://")) {
    return fail(ErrorKind::invalid, "Twilio's URL begins with twilio://");
  }
  constexpr int unused_port = 443;
  OMS_TRY(const auto url, Url::parse(text, unused_port));
  OMS_CHECK(url.allow_only({"from", "service", "status"}));
  if (!url.password.empty() || !url.user.empty()) {
    return fail(ErrorKind::invalid,
                "Twilio's URL names the account alone, as twilio://ACCOUNT?from=…: leave out what "
                "stands before the @, and set OMS_TWILIO_AUTH_TOKEN, or write it to twilio.token "
                "in the data folder");
  }
  Settings settings{.account = url.hosts.front().name, .token = {}};
  settings.from = url.text("from", "");
  settings.service = url.text("service", "");
  settings.status_url = url.text("status", "");
  if (url.hosts.size() != 1 || !is_plain(settings.account) || !settings.account.starts_with("AC")) {
    return fail(
        ErrorKind::invalid,
        "'" + settings.account + "' is no account of Twilio: write its SID, which begins with AC");
  }
  if (settings.from.empty() == settings.service.empty()) {
    return fail(ErrorKind::invalid,
                "Twilio's URL needs a sender, either ?from=+15551234567 or ?service=MG…");
  }
  const auto& status = settings.status_url;
  const bool is_http = status.starts_with("https://") || status.starts_with("http://");
  if (!status.empty() && (!is_http || status.contains('?') || status.contains('#'))) {
    return fail(ErrorKind::invalid,
                "status=" + status +
                    " will not do: write how Twilio reaches this shop's /sms/status, such as "
                    "https://shop.example/sms/status");
  }
  return settings;
}

}  // namespace oms::twilio
