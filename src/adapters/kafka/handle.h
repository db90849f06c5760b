#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/kafka/settings.h"

namespace oms::kafka {

// The library's objects, each freed by its own function.
template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* object) const {
    destroy(object);
  }
};
using Handle = std::unique_ptr<rd_kafka_t, Destroy<rd_kafka_destroy>>;
using Topic = std::unique_ptr<rd_kafka_topic_t, Destroy<rd_kafka_topic_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>>;
using Received = std::unique_ptr<rd_kafka_message_t, Destroy<rd_kafka_message_destroy>>;
using Failure = std::unique_ptr<rd_kafka_error_t, Destroy<rd_kafka_error_destroy>>;
using Offsets = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                Destroy<rd_kafka_topic_partition_list_destroy>>;

// One payload may be longer than a broker takes by default.
inline constexpr int message_bytes_max = 8 * 1024 * 1024;

using Options = std::vector<std::pair<std::string, std::string>>;

// What librdkafka calls, each time with `owner`.
struct Callbacks {
  void* owner = nullptr;
  void (*on_report)(rd_kafka_t*, const rd_kafka_message_t*, void*) = nullptr;
  void (*on_error)(rd_kafka_t*, int, const char*, void*) = nullptr;
  void (*on_commit)(rd_kafka_t*, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*,
                    void*) = nullptr;
};

// `options` beside how to reach the broker and to show oneself.
Result<Handle> open_handle(const Settings& settings, rd_kafka_type_t type, const Options& options,
                           const Callbacks& callbacks);

// Makes the topics that are not there, and refuses those that would lose messages: in which they
// last too short or are compacted, or that have another number of partitions.
Result<void> ensure_topics(const Settings& settings);

}  // namespace oms::kafka
