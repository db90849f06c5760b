#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "adapters/kafka/handle.h"
#include "ports/unconfirmed.h"

namespace oms::kafka {

// Publishes with the idempotent producer; the library sends again by itself while the broker is
// away.
class Producer {
 public:
  static Result<std::unique_ptr<Producer>> open(const Settings& settings);
  ~Producer();

  // Any thread.
  void publish(std::vector<Envelope> envelopes, Broker::OnConfirmed on_confirmed);

 private:
  explicit Producer(const Settings& settings) : settings_(settings) {}

  Result<void> begin();
  void run(const std::stop_token& stop);
  void begin_again();
  void empty();
  std::string topic_of(const Parcel& parcel) const;
  rd_kafka_topic_t* topic(const std::string& name);
  bool give(const Parcel& parcel, void* report);
  static void on_report(rd_kafka_t* handle, const rd_kafka_message_t* message, void* self);
  static void on_error(rd_kafka_t* handle, int error, const char* why, void* self);

  const Settings& settings_;
  Unconfirmed unconfirmed_;
  std::atomic<bool> has_failed_{false};  // for good: the handle must be made again
  std::mutex mutex_;                     // of the handle, as it may be exchanged
  Handle handle_;
  std::map<std::string, Topic> topics_;
  std::jthread thread_;
};

}  // namespace oms::kafka
