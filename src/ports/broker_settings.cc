#include "ports/broker_settings.h"

#include <bit>

namespace oms {

Result<BrokerSettings> read_broker_settings(const Url& url) {
  OMS_TRY(const auto number, url.number("partitions", 1, 1, 64));
  const auto partitions = static_cast<std::size_t>(number);
  if (!std::has_single_bit(partitions)) {
    return fail(ErrorKind::invalid, "the URL's parameter \"partitions\" is " +
                                        std::to_string(partitions) + "; it must be a power of two");
  }
  BrokerSettings settings{.ca_file = url.text("cacert", ""),
                          .certificate_file = url.text("cert", ""),
                          .key_file = url.text("key", ""),
                          .partitions = partitions,
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

}  // namespace oms
