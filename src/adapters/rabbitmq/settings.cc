#include "adapters/rabbitmq/settings.h"

#include <bit>

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
  OMS_TRY(const auto partitions, url.number("partitions", 1, 1, 64));
  const auto count = static_cast<std::size_t>(partitions);
  if (!std::has_single_bit(count)) {
    return fail(ErrorKind::invalid, "the URL's parameter \"partitions\" is " +
                                        std::to_string(count) + "; it must be a power of two");
  }
  Settings settings{.hosts = url.hosts,
                    .vhost = url.path.empty() ? "/" : url.path,
                    .user = url.user.empty() ? "guest" : url.user,
                    .password = url.user.empty() ? "guest" : url.password,
                    .is_secure = is_secure,
                    .ca_file = url.text("cacert", "/etc/ssl/certs/ca-certificates.crt"),
                    .certificate_file = url.text("cert", ""),
                    .key_file = url.text("key", ""),
                    .partitions = count,
                    .prefix = url.text("prefix", "oms"),
                    .shown = url.without_password()};
  if (settings.prefix.empty()) {
    return fail(ErrorKind::invalid, "the URL's parameter \"prefix\" is empty");
  }
  if (settings.certificate_file.empty() != settings.key_file.empty()) {
    return fail(ErrorKind::invalid, "the URL has \"cert\" or \"key\"; it needs both or neither");
  }
  return settings;
}

}  // namespace oms::rabbitmq
