#include "adapters/kafka/settings.h"

#include <algorithm>
#include <array>

#include "codec/json_names.h"

namespace oms::kafka {
namespace {

Result<void> check(const Settings& settings) {
  constexpr std::array securities{"plaintext", "ssl", "sasl_plaintext", "sasl_ssl"};
  if (std::ranges::find(securities, settings.security) == securities.end()) {
    return fail(ErrorKind::invalid,
                "the URL's parameter \"security\" is \"" + settings.security +
                    "\"; it must be plaintext, ssl, sasl_plaintext or sasl_ssl");
  }
  const bool is_sasl = settings.security.starts_with("sasl");
  if (is_sasl == settings.user.empty()) {
    return fail(ErrorKind::invalid,
                is_sasl ? "security=" + settings.security + " needs a user and password in the URL"
                        : "the URL has a user, which security=" + settings.security +
                              " does not send: write security=sasl_ssl");
  }
  return {};
}

}  // namespace

std::string Settings::topic(ServiceName to) const {
  return prefix + "." + std::string{json::name_of(to)} + ".v1";
}

std::string Settings::event_topic(std::string_view stream) const {
  return prefix + ".events." + std::string{stream} + ".v1";
}

std::string Settings::event_topic(const CloudEventHead& head) const {
  const auto named = event_names.find(head.type);
  return named != event_names.end() ? named->second : event_topic(stream_of(head));
}

Result<Settings> read_settings(std::string_view text) {
  if (!text.starts_with("kafka://")) {
    return fail(ErrorKind::invalid, "Kafka's URL begins with kafka://");
  }
  constexpr int port = 9092;
  constexpr std::int64_t day_hours = 24;
  constexpr std::int64_t year_hours = 366 * day_hours;
  OMS_TRY(const auto url, Url::parse(text, port));
  OMS_CHECK(url.allow_only({"partitions", "prefix", "min_retention_hours", "security", "mechanism",
                            "cacert", "cert", "key"}));
  if (!url.path.empty()) return fail(ErrorKind::invalid, "Kafka's URL has no path");
  OMS_TRY(const auto hours, url.number("min_retention_hours", day_hours, 1, year_hours));
  OMS_TRY(auto common, read_broker_settings(url));
  Settings settings{std::move(common)};
  settings.security = url.text("security", "plaintext");
  settings.mechanism = url.text("mechanism", "PLAIN");
  settings.user = url.user;
  settings.password = url.password;
  settings.min_retention = std::chrono::hours{hours};
  for (const auto& host : url.hosts) {
    if (!settings.servers.empty()) settings.servers += ',';
    settings.servers += host.name + ":" + std::to_string(host.port);
  }
  OMS_CHECK(check(settings));
  return settings;
}

}  // namespace oms::kafka
