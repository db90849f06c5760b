#include "adapters/rabbitmq/settings.h"

#include "codec/json_names.h"

namespace oms::rabbitmq {

std::string Settings::queue(ServiceName to, std::size_t partition) const {
  return prefix + "." + std::string{json::name_of(to)} + "." + std::to_string(partition);
}

Result<Settings> read_settings(std::string_view text) {
  const bool is_secure = text.starts_with("amqps://");
  if (!is_secure && !text.starts_with("amqp://")) {
    return fail(ErrorKind::invalid, "RabbitMQ's URL begins with amqp:// or amqps://");
  }
  constexpr int port = 5672;
  constexpr int secure_port = 5671;
  OMS_TRY(const auto url, Url::parse(text, is_secure ? secure_port : port));
  OMS_CHECK(url.allow_only({"partitions", "prefix", "cacert", "cert", "key"}));
  OMS_TRY(auto common, read_broker_settings(url));
  Settings settings{std::move(common)};
  settings.hosts = url.hosts;
  settings.vhost = url.path.empty() ? "/" : url.path;
  settings.user = url.user.empty() ? "guest" : url.user;
  settings.password = url.user.empty() ? "guest" : url.password;
  settings.is_secure = is_secure;
  if (settings.ca_file.empty()) settings.ca_file = "/etc/ssl/certs/ca-certificates.crt";
  return settings;
}

}  // namespace oms::rabbitmq
