#include <array>
#include <charconv>
#include <map>
#include <thread>

#include "adapters/kafka/handle.h"
#include "codec/json_names.h"
#include "messages/mailbox.h"

namespace oms::kafka {
namespace {

constexpr int answered_within_ms = 10'000;
constexpr auto made_retention = std::chrono::days{7};

using std::chrono::milliseconds;

std::vector<std::string> topic_names(const Settings& settings) {
  std::vector<std::string> names;
  for (const auto& service : json::enumerators<ServiceName>) {
    if (is_everywhere(service.value) || mailbox_of(service.value) != service.value) continue;
    names.push_back(settings.topic(service.value));
  }
  return names;
}

// Those outside follow these; how long they last is for their operator to say.
std::vector<std::string> event_topic_names(const Settings& settings) {
  std::vector<std::string> names;
  for (const auto stream : event_streams) {
    names.push_back(settings.event_topic(stream));
  }
  for (const auto& [type, name] : settings.event_names) names.push_back(name);
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  return names;
}

class Admin {
 public:
  Admin(const Settings& settings, Handle handle)
      : settings_(settings),
        handle_(std::move(handle)),
        queue_(rd_kafka_queue_new(handle_.get())) {}

  Result<void> make(const std::vector<std::string>& names);
  Result<void> check(const std::vector<std::string>& names);
  Result<void> check_partitions(const std::string& name);

 private:
  std::unexpected<Error> unreachable(const std::string& why) const {
    return fail(ErrorKind::unavailable, "Kafka at " + settings_.shown + " does not answer: " + why);
  }
  Result<Event> answer();
  Result<void> check_options(const std::string& name, const rd_kafka_ConfigResource_t* resource);

  const Settings& settings_;
  Handle handle_;
  Queue queue_;
};

Result<Event> Admin::answer() {
  Event event{rd_kafka_queue_poll(queue_.get(), answered_within_ms)};
  if (!event) return unreachable("no answer in 10 s");
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return unreachable(rd_kafka_event_error_string(event.get()));
  }
  return event;
}

Result<void> Admin::make(const std::vector<std::string>& names) {
  std::array<char, 512> why{};
  using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<rd_kafka_NewTopic_destroy>>;
  std::vector<NewTopic> topics;
  std::vector<rd_kafka_NewTopic_t*> plain;
  const auto retention = std::max<milliseconds>(made_retention, settings_.min_retention);
  constexpr int as_the_broker_likes = -1;  // how many replicas
  for (const auto& name : names) {
    topics.emplace_back(rd_kafka_NewTopic_new(name.c_str(), static_cast<int>(settings_.partitions),
                                              as_the_broker_likes, why.data(), why.size()));
    if (!topics.back()) {
      return fail(ErrorKind::invalid, "the topic " + name + " cannot be: " + why.data());
    }
    plain.push_back(topics.back().get());
    for (const auto& [option, value] :
         {std::pair{"retention.ms", std::to_string(retention.count())},
          std::pair{"retention.bytes", std::string{"-1"}},
          std::pair{"cleanup.policy", std::string{"delete"}},
          std::pair{"max.message.bytes", std::to_string(message_bytes_max)}}) {
      rd_kafka_NewTopic_set_config(plain.back(), option, value.c_str());
    }
  }
  rd_kafka_CreateTopics(handle_.get(), plain.data(), plain.size(), nullptr, queue_.get());
  OMS_TRY(const auto event, answer());
  std::size_t count = 0;
  const auto* const* const results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {  // the event as a whole has no error where one has
    const auto error = rd_kafka_topic_result_error(results[i]);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
      continue;
    }
    return fail(ErrorKind::unavailable, std::string{"Kafka does not make the topic "} +
                                            rd_kafka_topic_result_name(results[i]) + ": " +
                                            rd_kafka_err2str(error));
  }
  return {};
}

Result<void> Admin::check(const std::vector<std::string>& names) {
  using Resource =
      std::unique_ptr<rd_kafka_ConfigResource_t, Destroy<rd_kafka_ConfigResource_destroy>>;
  std::vector<Resource> resources;
  std::vector<rd_kafka_ConfigResource_t*> plain;
  for (const auto& name : names) {
    resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
    plain.push_back(resources.back().get());
  }
  rd_kafka_DescribeConfigs(handle_.get(), plain.data(), plain.size(), nullptr, queue_.get());
  OMS_TRY(const auto event, answer());
  std::size_t count = 0;
  const auto* const* const results = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    OMS_CHECK(check_options(rd_kafka_ConfigResource_name(results[i]), results[i]));
  }
  for (const auto& name : names) OMS_CHECK(check_partitions(name));
  return {};
}

Result<void> Admin::check_options(const std::string& name,
                                  const rd_kafka_ConfigResource_t* resource) {
  if (const auto error = rd_kafka_ConfigResource_error(resource)) {
    return unreachable(rd_kafka_err2str(error));
  }
  std::size_t count = 0;
  const auto* const* const entries = rd_kafka_ConfigResource_configs(resource, &count);
  std::map<std::string, std::string> options;
  for (std::size_t i = 0; i < count; ++i) {
    const auto* const value = rd_kafka_ConfigEntry_value(entries[i]);
    options[rd_kafka_ConfigEntry_name(entries[i])] = value == nullptr ? "" : value;
  }
  const auto refuse = [&](const char* option, const std::string& wanted) {
    return fail(ErrorKind::conflict, "the topic " + name + " has " + option + "=" +
                                         options[option] + "; it must be " + wanted);
  };
  const milliseconds least = settings_.min_retention;
  const auto& text = options["retention.ms"];
  std::int64_t retention = 0;
  std::from_chars(text.data(), text.data() + text.size(), retention);
  if (retention != -1 && retention < least.count()) {
    return refuse("retention.ms", std::to_string(least.count()) + " at least, or -1");
  }
  if (options["retention.bytes"] != "-1") return refuse("retention.bytes", "-1");
  if (options["cleanup.policy"] != "delete") return refuse("cleanup.policy", "delete");
  return {};
}

Result<void> Admin::check_partitions(const std::string& name) {
  const Topic topic{rd_kafka_topic_new(handle_.get(), name.c_str(), nullptr)};
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto error =
      rd_kafka_metadata(handle_.get(), 0, topic.get(), &metadata, answered_within_ms);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return unreachable(rd_kafka_err2str(error));
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> owner{
      metadata};
  const int count = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
  if (count == static_cast<int>(settings_.partitions)) return {};
  return fail(ErrorKind::conflict, "the topic " + name + " has " + std::to_string(count) +
                                       " partitions, and the URL says " +
                                       std::to_string(settings_.partitions) +
                                       ": set partitions=" + std::to_string(count));
}

}  // namespace

Result<void> ensure_topics(const Settings& settings) {
  OMS_TRY(auto handle, open_handle(settings, RD_KAFKA_PRODUCER, {}, {}));
  const auto names = topic_names(settings);
  Admin admin{settings, std::move(handle)};
  OMS_CHECK(admin.make(names));
  OMS_CHECK(admin.make(event_topic_names(settings)));
  // Not every broker knows a new topic at once.
  const auto end = std::chrono::steady_clock::now() + milliseconds{answered_within_ms};
  for (;;) {
    auto done = admin.check(names);
    const bool is_final = done || done.error().kind != ErrorKind::unavailable;
    if (is_final || std::chrono::steady_clock::now() > end) return done;
    std::this_thread::sleep_for(milliseconds{100});
  }
}

}  // namespace oms::kafka
