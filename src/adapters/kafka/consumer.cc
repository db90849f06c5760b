#include "adapters/kafka/consumer.h"

#include <algorithm>

#include "codec/json_names.h"
#include "messages/parcel.h"

namespace oms::kafka {
namespace {

using Clock = Unsettled::Clock;
using std::chrono::milliseconds;

constexpr milliseconds polls_for{50};
constexpr milliseconds commits_every{200};
constexpr int commit_waits_ms = 2000;
// The library lets a commit wait so long for a broker that is away, and for the answer of one that
// hangs, and its handle does not end before that: 45 and 60 s by default. Nobody joins the group,
// so that its session bounds nothing else.
constexpr const char* session_timeout_ms = "3000";
constexpr const char* answer_timeout_ms = "4000";
// A broker forgets the offsets of a group that has no members after a week.
constexpr std::chrono::hours renews_offsets_every{1};

}  // namespace

Consumer::Consumer(const Settings& settings)
    : settings_(settings), assignment_(settings.partitions), unsettled_([this] {
        {
          const std::scoped_lock lock{mutex_};
          is_woken_ = true;
        }
        changed_.notify_all();
      }) {
  for (const auto& service : json::enumerators<ServiceName>) {
    services_.emplace(settings.topic(service.value), service.value);
  }
}

Result<std::unique_ptr<Consumer>> Consumer::open(const Settings& settings) {
  std::unique_ptr<Consumer> consumer{new Consumer{settings}};
  auto* const self = consumer.get();
  const Options options{{"group.id", settings.prefix},
                        {"enable.auto.commit", "false"},
                        {"enable.auto.offset.store", "false"},
                        {"auto.offset.reset", "earliest"},
                        {"fetch.error.backoff.ms", "50"},
                        {"queued.max.messages.kbytes", "16384"},
                        {"session.timeout.ms", session_timeout_ms},
                        {"socket.timeout.ms", answer_timeout_ms}};
  OMS_TRY(self->handle_,
          open_handle(settings, RD_KAFKA_CONSUMER, options,
                      {.owner = self, .on_error = on_error, .on_commit = on_commit}));
  rd_kafka_poll_set_consumer(self->handle_.get());
  self->thread_ = std::jthread{[self](const std::stop_token& stop) { self->run(stop); }};
  return consumer;
}

Consumer::~Consumer() {
  thread_.request_stop();
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Consumer::on_error(rd_kafka_t*, int, const char* why, void* self) {
  const auto& settings = static_cast<Consumer*>(self)->settings_;
  settings.warn("Kafka at " + settings.shown + ", consuming: " + why);
}

// On the thread that polls.
void Consumer::on_commit(rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t*,
                         void* self) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR__NO_OFFSET) return;
  for (auto& [partition, hold] : static_cast<Consumer*>(self)->holds_) hold.committed.reset();
}

std::vector<Consumer::Partition> Consumer::held() const {
  std::vector<Partition> partitions;
  for (const auto& [partition, hold] : holds_) partitions.push_back(partition);
  return partitions;
}

Offsets Consumer::offsets(const std::vector<Partition>& partitions, std::int64_t offset) const {
  Offsets list{rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size()))};
  for (const auto& [to, partition] : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), settings_.topic(to).c_str(),
                                      static_cast<int>(partition))
        ->offset = offset;
  }
  return list;
}

void Consumer::run(const std::stop_token& stop) {
  auto commits_at = Clock::now();
  auto renews_at = Clock::now() + renews_offsets_every;
  while (!stop.stop_requested()) {
    follow(assignment_.receivers());
    (void)unsettled_.take_settled();  // offsets tell
    unsettled_.hand_in_again(Clock::now());
    if (unsettled_.has_room()) {
      poll();
    } else {
      std::unique_lock lock{mutex_};
      changed_.wait_for(lock, polls_for, [&] { return std::exchange(is_woken_, false); });
    }
    const auto now = Clock::now();
    if (now < commits_at) continue;
    commits_at = now + commits_every;
    commit(held(), false);
    if (now < renews_at) continue;
    renews_at = now + renews_offsets_every;
    renew_offsets();
  }
  follow({});
  // There is no group to leave, and closing would wait for a broker that is away.
  rd_kafka_destroy_flags(handle_.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void Consumer::follow(const Assignment::Receivers& assigned) {
  std::vector<Partition> gone;
  std::vector<Partition> fresh;
  for (const auto& [partition, hold] : holds_) {
    if (!assigned.contains(partition)) gone.push_back(partition);
  }
  for (const auto& [partition, receive] : assigned) {
    if (!holds_.contains(partition)) fresh.push_back(partition);
  }
  if (!gone.empty()) give_up(gone);
  if (!fresh.empty()) begin(fresh, assigned);
}

void Consumer::give_up(const std::vector<Partition>& partitions) {
  const Failure failure{rd_kafka_incremental_unassign(
      handle_.get(), offsets(partitions, RD_KAFKA_OFFSET_INVALID).get())};
  if (failure) settings_.warn(rd_kafka_error_string(failure.get()));
  commit(partitions, true);
  for (const auto& partition : partitions) {
    unsettled_.end_hold(holds_.at(partition).id);
    holds_.erase(partition);
  }
}

void Consumer::begin(const std::vector<Partition>& partitions,
                     const Assignment::Receivers& assigned) {
  for (const auto& partition : partitions) {
    holds_[partition].id = unsettled_.begin_hold(assigned.at(partition));
  }
  const Failure failure{rd_kafka_incremental_assign(
      handle_.get(), offsets(partitions, RD_KAFKA_OFFSET_STORED).get())};
  if (!failure) return;
  settings_.warn(rd_kafka_error_string(failure.get()));
  for (const auto& partition : partitions) {  // to be tried again
    unsettled_.end_hold(holds_.at(partition).id);
    holds_.erase(partition);
  }
}

// One by one: what comes in batches may skip offsets (librdkafka 2.0).
void Consumer::poll() {
  const Received message{
      rd_kafka_consumer_poll(handle_.get(), static_cast<int>(polls_for.count()))};
  if (!message || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return;
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return hand_in(*message);
  settings_.warn("Kafka at " + settings_.shown +
                 ", consuming: " + rd_kafka_message_errstr(message.get()));
}

void Consumer::hand_in(const rd_kafka_message_t& message) {
  const std::string topic = rd_kafka_topic_name(message.rkt);
  const auto partition = static_cast<std::size_t>(message.partition);
  const auto held = holds_.find({services_.at(topic), partition});
  if (held == holds_.end()) return;
  auto& hold = held->second;
  auto unpacked = unpack({static_cast<const char*>(message.payload), message.len});
  if (!unpacked.error.empty()) {
    settings_.warn("Kafka at " + settings_.shown + ": the message at offset " +
                   std::to_string(message.offset) + " of " + topic + ", partition " +
                   std::to_string(partition) +
                   ", cannot be read and stays there: " + unpacked.error);
  }
  hold.next = message.offset + 1;
  unsettled_.hand_in({hold.id, static_cast<std::uint64_t>(message.offset)},
                     std::move(unpacked.envelopes));
}

void Consumer::commit(const std::vector<Partition>& partitions, bool waits) {
  const auto list = offsets({}, 0);
  for (const auto& partition : partitions) {
    auto& hold = holds_.at(partition);
    if (!hold.next) continue;
    const auto lowest = unsettled_.lowest(hold.id);
    const auto offset = lowest ? static_cast<std::int64_t>(*lowest) : *hold.next;
    if (hold.committed == offset) continue;
    hold.committed = offset;
    rd_kafka_topic_partition_list_add(list.get(), settings_.topic(partition.first).c_str(),
                                      static_cast<int>(partition.second))
        ->offset = offset;
  }
  if (list->cnt == 0) return;
  // A commit that fails is made again, or costs a repetition.
  if (!waits) {
    (void)rd_kafka_commit(handle_.get(), list.get(), 1);
    return;
  }
  const Queue answers{rd_kafka_queue_new(handle_.get())};
  (void)rd_kafka_commit_queue(handle_.get(), list.get(), answers.get(), nullptr, nullptr);
  const Event event{rd_kafka_queue_poll(answers.get(), commit_waits_ms)};
}

void Consumer::renew_offsets() {
  const auto list = offsets(held(), RD_KAFKA_OFFSET_INVALID);
  if (rd_kafka_committed(handle_.get(), list.get(), commit_waits_ms) != 0) return;
  const auto known = offsets({}, 0);
  for (int i = 0; i < list->cnt; ++i) {
    const auto& one = list->elems[i];
    if (one.offset < 0) continue;
    rd_kafka_topic_partition_list_add(known.get(), one.topic, one.partition)->offset = one.offset;
  }
  if (known->cnt > 0) (void)rd_kafka_commit(handle_.get(), known.get(), 1);
}

}  // namespace oms::kafka
