#include "adapters/kafka/producer.h"

#include <array>
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

std::string Producer::topic_of(const Parcel& parcel) const {
  return parcel.event ? settings_.event_topic(*parcel.event) : settings_.topic(parcel.to);
}

rd_kafka_topic_t* Producer::topic(const std::string& name) {
  auto& topic = topics_[name];
  if (!topic) topic.reset(rd_kafka_topic_new(handle_.get(), name.c_str(), nullptr));
  return topic.get();
}

// False where there is no room. Those who follow events find one subject in one partition, by the
// key; ours are told by number.
bool Producer::give(const Parcel& parcel, void* report) {
  // NOLINTBEGIN(cppcoreguidelines-pro-type-const-cast): the library only reads them
  auto* const body = const_cast<char*>(parcel.body.data());
  constexpr int neither_copied_nor_freed = 0;
  if (!parcel.event) {
    return rd_kafka_produce(topic(topic_of(parcel)), static_cast<int>(parcel.partition),
                            neither_copied_nor_freed, body, parcel.body.size(), nullptr, 0,
                            report) == 0;
  }
  const auto& head = *parcel.event;
  const std::string type{cloud_event_media_type};
  const std::array arguments{
      rd_kafka_vu_t{.vtype = RD_KAFKA_VTYPE_RKT, .u = {.rkt = topic(topic_of(parcel))}},
      rd_kafka_vu_t{.vtype = RD_KAFKA_VTYPE_VALUE,
                    .u = {.mem = {.ptr = body, .size = parcel.body.size()}}},
      rd_kafka_vu_t{.vtype = RD_KAFKA_VTYPE_KEY,
                    .u = {.mem = {.ptr = const_cast<char*>(head.subject.data()),
                                  .size = head.subject.size()}}},
      rd_kafka_vu_t{.vtype = RD_KAFKA_VTYPE_HEADER,
                    .u = {.header = {.name = "content-type",
                                     .val = type.data(),
                                     .size = static_cast<ssize_t>(type.size())}}},
      rd_kafka_vu_t{.vtype = RD_KAFKA_VTYPE_OPAQUE, .u = {.ptr = report}}};
  // NOLINTEND(cppcoreguidelines-pro-type-const-cast)
  return Failure{rd_kafka_produceva(handle_.get(), arguments.data(), arguments.size())} == nullptr;
}

void Producer::publish(std::vector<Envelope> envelopes, Broker::OnConfirmed on_confirmed) {
  auto admitted =
      unconfirmed_.admit(std::move(envelopes), std::move(on_confirmed), settings_.partitions);
  for (auto& one : admitted) {
    // The library sends from its body, and reports once.
    auto outgoing = std::make_unique<Unconfirmed::Outgoing>(std::move(one));
    const std::scoped_lock lock{mutex_};
    if (handle_ && give(outgoing->parcel, outgoing.get())) {
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
                          producer.topic_of(outgoing->parcel) + ": " +
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
