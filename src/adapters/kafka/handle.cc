#include "adapters/kafka/handle.h"

#include <array>

namespace oms::kafka {
namespace {

// The library logs by itself otherwise. Errors that matter come to `on_error`, too.
void drop_log(const rd_kafka_t*, int, const char*, const char*) {}

Options common(const Settings& settings) {
  Options options{
      {"bootstrap.servers", settings.servers},  {"client.id", settings.prefix},
      {"security.protocol", settings.security}, {"socket.nagle.disable", "true"},
      {"socket.keepalive.enable", "true"},      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "500"},      {"topic.metadata.refresh.interval.ms", "60000"}};
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) options.emplace_back(name, value);
  };
  if (settings.security.ends_with("ssl")) {
    add("ssl.ca.location", settings.ca_file);
    add("ssl.certificate.location", settings.certificate_file);
    add("ssl.key.location", settings.key_file);
    add("ssl.endpoint.identification.algorithm", "https");
  }
  if (settings.security.starts_with("sasl")) {
    add("sasl.mechanisms", settings.mechanism);
    add("sasl.username", settings.user);
    add("sasl.password", settings.password);
  }
  return options;
}

}  // namespace

Result<Handle> open_handle(const Settings& settings, rd_kafka_type_t type, const Options& options,
                           const Callbacks& callbacks) {
  std::array<char, 512> why{};
  auto all = common(settings);
  all.insert(all.end(), options.begin(), options.end());
  std::unique_ptr<rd_kafka_conf_t, Destroy<rd_kafka_conf_destroy>> conf{rd_kafka_conf_new()};
  for (const auto& [name, value] : all) {
    const auto set =
        rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size());
    if (set != RD_KAFKA_CONF_OK) {
      // The library's words quote the value.
      const bool is_secret = name == "sasl.password";
      return fail(ErrorKind::invalid, "librdkafka refuses " + name + ": " +
                                          (is_secret ? "its value is not possible" : why.data()));
    }
  }
  rd_kafka_conf_set_opaque(conf.get(), callbacks.owner);
  rd_kafka_conf_set_log_cb(conf.get(), drop_log);
  if (callbacks.on_report != nullptr) rd_kafka_conf_set_dr_msg_cb(conf.get(), callbacks.on_report);
  if (callbacks.on_commit != nullptr) {
    rd_kafka_conf_set_offset_commit_cb(conf.get(), callbacks.on_commit);
  }
  if (callbacks.on_error != nullptr) rd_kafka_conf_set_error_cb(conf.get(), callbacks.on_error);
  Handle handle{rd_kafka_new(type, conf.get(), why.data(), why.size())};
  if (!handle) {
    return fail(ErrorKind::invalid, std::string{"librdkafka cannot begin: "} + why.data());
  }
  (void)conf.release();  // the handle has it now
  return handle;
}

}  // namespace oms::kafka
