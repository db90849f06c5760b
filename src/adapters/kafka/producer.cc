#include "adapters/kafka/producer.h"

#include <chrono>

namespace oms::kafka {
namespace {

constexpr int polls_ms = 100;

}  // namespace

Result<std::unique_ptr<Producer>> Producer::open(const Settings& settings) {
  std::unique_ptr<Producer> producer{new Producer{settings}};
  OMS_CHECK(producer->begin());
  auto* const self = producer.get();
  self->thread_ = std::jthread{[self](const std::stop_token& stop) { self->run(stop); }};
  return producer;
}

Result<void> Producer::begin() {
  const Options options{{"enable.idempotence", "true"},
                        {"acks", "all"},
                        {"linger.ms", "5"},
                        {"message.timeout.ms", "300000"},
                        {"message.max.bytes", std::to_string(message_bytes_max)},
                        // Our own bounds are lower.
                        {"queue.buffering.max.messages", "100000"},
                        {"queue.buffering.max.kbytes", "1048576"}};
  OMS_TRY(handle_, open_handle(settings_, RD_KAFKA_PRODUCER, options,
                               {.owner = this, .on_report = on_report, .on_error = on_error}));
  return {};
}

Producer::~Producer() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  empty();
}

// Unconfirmed messages are dropped: their senders publish them again.
void Producer::empty() {
  if (!handle_) return;
  constexpr int a_moment_ms = 500;
  rd_kafka_flush(handle_.get(), a_moment_ms);
  rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_flush(handle_.get(), a_moment_ms);  // the reports
  topics_.clear();
  handle_.reset();
}

rd_kafka_topic_t* Producer::topic(ServiceName to) {
  auto& topic = topics_[to];
  if (!topic) {
    topic.reset(rd_kafka_topic_new(handle_.get(), settings_.topic(to).c_str(), nullptr));
  }
  return topic.get();
}

void Producer::publish(std::vector<Envelope> envelopes, Broker::OnConfirmed on_confirmed) {
  auto admitted =
      unconfirmed_.admit(std::move(envelopes), std::move(on_confirmed), settings_.partitions);
  for (auto& one : admitted) {
    // The library sends from its body, and reports once.
    auto outgoing = std::make_unique<Unconfirmed::Outgoing>(std::move(one));
    auto& parcel = outgoing->parcel;
    const std::scoped_lock lock{mutex_};
    constexpr int neither_copied_nor_freed = 0;
    const bool is_given =
        handle_ && rd_kafka_produce(topic(parcel.to), static_cast<int>(parcel.partition),
                                    neither_copied_nor_freed, parcel.body.data(),
                                    parcel.body.size(), nullptr, 0, outgoing.get()) == 0;
    if (is_given) {
      (void)outgoing.release();
    } else {
      unconfirmed_.drop(*outgoing);
    }
  }
}

void Producer::on_report(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  auto& producer = *static_cast<Producer*>(self);
  const std::unique_ptr<Unconfirmed::Outgoing> outgoing{
      static_cast<Unconfirmed::Outgoing*>(message->_private)};
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return producer.unconfirmed_.confirm(*outgoing);
  producer.unconfirmed_.drop(*outgoing);
  if (message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
      message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
    return;
  }
  producer.settings_.warn("Kafka at " + producer.settings_.shown + " has not taken a message for " +
                          producer.settings_.topic(outgoing->parcel.to) + ": " +
                          rd_kafka_err2str(message->err));
}

void Producer::on_error(rd_kafka_t*, int error, const char* why, void* self) {
  auto& producer = *static_cast<Producer*>(self);
  if (error == RD_KAFKA_RESP_ERR__FATAL) producer.has_failed_ = true;
  producer.settings_.warn("Kafka at " + producer.settings_.shown + ", publishing: " + why);
}

void Producer::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (handle_) rd_kafka_poll(handle_.get(), polls_ms);
    if (has_failed_) begin_again();
  }
}

// An idempotent producer that does not know what the broker has is of no more use.
void Producer::begin_again() {
  const std::scoped_lock lock{mutex_};
  empty();
  const auto done = begin();
  has_failed_ = !done;
  if (done) return;
  settings_.warn(done.error().detail);
  std::this_thread::sleep_for(std::chrono::seconds{1});
}

}  // namespace oms::kafka
