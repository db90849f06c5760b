#include "adapters/rabbitmq/consumer.h"

#include <algorithm>

#include "messages/parcel.h"

namespace oms::rabbitmq {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds looks_every{500};  // the longest that heartbeats wait
constexpr seconds queue_retry_after{1};

std::unexpected<Error> broken(std::string why) {
  return fail(ErrorKind::unavailable, std::move(why));
}

}  // namespace

Consumer::Consumer(const Settings& settings)
    : settings_(settings),
      assignment_(settings.partitions),
      unsettled_([this] { alarm_.ring(); }),
      connection_(settings) {
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

Consumer::~Consumer() {
  thread_.request_stop();
  alarm_.ring();
  thread_.join();
}

void Consumer::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto assigned = assignment_.receivers();
    if (assigned.empty() && !connection_.is_open()) {
      alarm_.wait(seconds{10});
      continue;
    }
    auto done = ensure_connection();
    if (done) done = look(assigned);
    if (done) continue;
    break_off(done.error().detail);
    backoff_.wait(alarm_, stop);
  }
  // Not to give back what is done with.
  if (connection_.is_open()) (void)acknowledge();
  connection_.close();
}

Result<void> Consumer::ensure_connection() {
  if (connection_.is_open()) return {};
  constexpr amqp_channel_t declaring = 1;
  OMS_CHECK(connection_.open());
  return declare_exchanges(connection_, declaring, settings_);
}

// One round of all that there is to do, and then a wait for more.
Result<void> Consumer::look(const Assignment::Receivers& assigned) {
  OMS_CHECK(acknowledge());
  OMS_CHECK(give_up_all_but(assigned));
  const auto now = Unsettled::Clock::now();
  for (const auto& [partition, receive] : assigned) {
    const auto retry = retry_at_.find(partition);
    const bool is_waiting = retry != retry_at_.end() && retry->second > now;
    if (!is_waiting && !holds_.contains(partition)) OMS_CHECK(begin(partition, receive));
  }
  hand_in();
  const auto again = unsettled_.hand_in_again(now);
  OMS_CHECK(read_frames());
  if (!arrived_.empty() && unsettled_.has_room()) return {};
  auto longest = looks_every;
  if (again) {
    const auto left = std::chrono::ceil<milliseconds>(*again - now);
    longest = std::clamp(left, milliseconds{0}, looks_every);
  }
  connection_.wait(alarm_, longest);
  return {};
}

// The broker gives the lost connection's messages to the next consumer.
void Consumer::break_off(const std::string& why) {
  settings_.warn("RabbitMQ at " + settings_.shown +
                 ": the connection for consuming is lost: " + why);
  connection_.drop();
  while (!holds_.empty()) forget(holds_.begin());
}

void Consumer::forget(std::map<Partition, Hold>::iterator held) {
  const auto hold = held->second.id;
  unsettled_.end_hold(hold);
  unreadable_.erase(hold);
  std::erase_if(arrived_, [&](const Arrived& one) { return one.delivery.hold == hold; });
  holds_.erase(held);
}

// `basic.cancel` would leave with us what is not settled.
Result<void> Consumer::give_up_all_but(const Assignment::Receivers& assigned) {
  for (auto held = holds_.begin(); held != holds_.end();) {
    const auto next = std::next(held);
    if (!assigned.contains(held->first)) {
      const auto channel = held->second.channel;
      forget(held);
      const auto reply = amqp_channel_close(connection_.get(), channel, AMQP_REPLY_SUCCESS);
      if (reply.reply_type != AMQP_RESPONSE_NORMAL) return broken("a channel could not be closed");
    }
    held = next;
  }
  return {};
}

amqp_channel_t Consumer::free_channel() const {
  amqp_channel_t channel = 1;
  const auto is_taken = [&](const auto& held) { return held.second.channel == channel; };
  while (std::ranges::any_of(holds_, is_taken)) ++channel;
  return channel;
}

Result<void> Consumer::begin(const Partition& partition, Broker::Receive receive) {
  const auto channel = free_channel();
  const auto queue = settings_.queue(partition.first, partition.second);
  const auto attempt = [&]() -> Result<void> {
    OMS_CHECK(declare_queue(connection_, channel, settings_, queue));
    amqp_channel_open(connection_.get(), channel);
    OMS_CHECK(connection_.outcome(channel));
    amqp_basic_qos(connection_.get(), channel, 0, prefetch, 0);
    OMS_CHECK(connection_.outcome(channel));
    amqp_basic_consume(connection_.get(), channel, to_bytes(queue), amqp_empty_bytes, 0, 0, 0,
                       amqp_empty_table);
    return connection_.outcome(channel);
  };
  const auto done = attempt();
  if (done) {
    holds_[partition] = {unsettled_.begin_hold(std::move(receive)), channel};
    return {};
  }
  if (done.error().kind == ErrorKind::unavailable) return done;
  // The queue's fault, not the connection's: the others go on.
  settings_.warn("RabbitMQ at " + settings_.shown + ": the queue " + queue +
                 " cannot be consumed: " + done.error().detail);
  retry_at_[partition] = Unsettled::Clock::now() + queue_retry_after;
  return {};
}

const Consumer::Hold* Consumer::holder(std::uint64_t hold) const {
  const auto is_it = [&](const auto& held) { return held.second.id == hold; };
  const auto found = std::ranges::find_if(holds_, is_it);
  return found == holds_.end() ? nullptr : &found->second;
}

Result<void> Consumer::acknowledge() {
  for (const auto& delivery : unsettled_.take_settled()) {
    const auto* hold = holder(delivery.hold);
    if (hold == nullptr) continue;
    const auto unreadable = unreadable_.find(delivery.hold);
    const bool is_bad =
        unreadable != unreadable_.end() && std::erase(unreadable->second, delivery.position) > 0;
    // An unreadable message becomes a dead letter.
    const int status =
        is_bad ? amqp_basic_reject(connection_.get(), hold->channel, delivery.position, 0)
               : amqp_basic_ack(connection_.get(), hold->channel, delivery.position, 0);
    if (status != AMQP_STATUS_OK) return broken(amqp_error_string2(status));
  }
  return {};
}

void Consumer::hand_in() {
  while (!arrived_.empty() && unsettled_.has_room()) {
    const auto arrived = std::move(arrived_.front());
    arrived_.pop_front();
    auto unpacked = unpack(arrived.body);
    if (!unpacked.error.empty()) {
      settings_.warn("RabbitMQ at " + settings_.shown +
                     ": a message cannot be read and goes to the dead letters: " + unpacked.error);
      unreadable_[arrived.delivery.hold].push_back(arrived.delivery.position);
    }
    unsettled_.hand_in(arrived.delivery, std::move(unpacked.envelopes));
  }
}

Result<void> Consumer::read_frames() {
  constexpr int at_once = 256;
  amqp_frame_t frame{};
  for (int i = 0; i < at_once; ++i) {
    const int status = connection_.next(frame);
    if (status == AMQP_STATUS_TIMEOUT) break;
    if (status != AMQP_STATUS_OK) return broken(amqp_error_string2(status));
    if (frame.frame_type == AMQP_FRAME_METHOD) OMS_CHECK(on_method(frame));
  }
  amqp_maybe_release_buffers(connection_.get());
  return {};
}

Result<void> Consumer::on_method(const amqp_frame_t& frame) {
  switch (frame.payload.method.id) {
    case AMQP_BASIC_DELIVER_METHOD:
      return on_delivery(frame);
    case AMQP_BASIC_CANCEL_METHOD:
      on_lost_queue(frame);
      amqp_channel_close(connection_.get(), frame.channel, AMQP_REPLY_SUCCESS);
      return {};
    case AMQP_CHANNEL_CLOSE_METHOD: {
      on_lost_queue(frame);
      amqp_channel_close_ok_t ok{};
      amqp_send_method(connection_.get(), frame.channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &ok);
      return {};
    }
    case AMQP_CONNECTION_CLOSE_METHOD:
      return broken(reason_of(frame.payload.method));
    default:
      return {};
  }
}

Result<void> Consumer::on_delivery(const amqp_frame_t& frame) {
  const auto tag = static_cast<amqp_basic_deliver_t*>(frame.payload.method.decoded)->delivery_tag;
  auto content = read_content(connection_, frame.channel);
  if (!content) return broken("a message could not be read");
  amqp_maybe_release_buffers_on_channel(connection_.get(), frame.channel);
  backoff_.reset();
  const auto is_it = [&](const auto& held) { return held.second.channel == frame.channel; };
  const auto held = std::ranges::find_if(holds_, is_it);
  if (held == holds_.end()) return {};
  arrived_.push_back({{held->second.id, tag}, std::move(content->body)});
  return {};
}

void Consumer::on_lost_queue(const amqp_frame_t& frame) {
  const auto is_it = [&](const auto& held) { return held.second.channel == frame.channel; };
  const auto held = std::ranges::find_if(holds_, is_it);
  if (held == holds_.end()) return;
  settings_.warn("RabbitMQ at " + settings_.shown + ": the queue " +
                 settings_.queue(held->first.first, held->first.second) +
                 " is consumed no more: " + reason_of(frame.payload.method));
  retry_at_[held->first] = Unsettled::Clock::now() + queue_retry_after;
  forget(held);
}

}  // namespace oms::rabbitmq
