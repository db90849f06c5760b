#include "adapters/rabbitmq/publisher.h"

#include <algorithm>
#include <charconv>

namespace oms::rabbitmq {
namespace {

constexpr amqp_channel_t publishing = 1;
constexpr amqp_channel_t declaring = 2;  // the broker closes it where a queue is not there

// The longest that heartbeats wait.
constexpr std::chrono::milliseconds looks_every{500};

std::unexpected<Error> broken(std::string why) {
  return fail(ErrorKind::unavailable, std::move(why));
}

}  // namespace

Publisher::Publisher(const Settings& settings, std::unique_ptr<Connection> connection)
    : settings_(settings), connection_(std::move(connection)) {
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

Publisher::~Publisher() {
  thread_.request_stop();
  alarm_.ring();
}

void Publisher::publish(std::vector<Envelope> envelopes, Broker::OnConfirmed on_confirmed) {
  auto admitted =
      unconfirmed_.admit(std::move(envelopes), std::move(on_confirmed), settings_.partitions);
  if (admitted.empty()) return;
  {
    const std::scoped_lock lock{mutex_};
    std::ranges::move(admitted, std::back_inserter(waiting_));
  }
  alarm_.ring();
}

void Publisher::run(const std::stop_token& stop) {
  auto begun = begin();
  while (!stop.stop_requested()) {
    if (!begun) {
      break_off(begun.error().detail);
      backoff_.wait(alarm_, stop);
      begun = connection_->open();
      if (begun) begun = declare_exchanges(*connection_, declaring, settings_);
      if (begun) begun = begin();
      continue;
    }
    auto done = send_waiting();
    if (done) done = read_frames();
    if (!done) {
      begun = std::move(done);
      continue;
    }
    if (!may_send()) connection_->wait(alarm_, looks_every);
  }
  connection_->close();
}

Result<void> Publisher::begin() {
  amqp_channel_open(connection_->get(), publishing);
  OMS_CHECK(connection_->outcome(publishing));
  amqp_confirm_select(connection_->get(), publishing);
  return connection_->outcome(publishing);
}

// Nobody knows what became of what is not confirmed.
void Publisher::break_off(const std::string& why) {
  settings_.warn("RabbitMQ at " + settings_.shown +
                 ": the connection for publishing is lost: " + why);
  connection_->drop();
  queues_.clear();
  last_tag_ = 0;
  is_blocked_ = false;
  const std::scoped_lock lock{mutex_};
  for (; !sent_.empty(); sent_.pop_back()) {
    waiting_.push_front(std::move(sent_.back().outgoing));
  }
}

bool Publisher::may_send() {
  const std::scoped_lock lock{mutex_};
  return !is_blocked_ && !waiting_.empty() && sent_.size() < window;
}

// In between the broker may say that it blocks.
Result<void> Publisher::send_waiting() {
  constexpr int at_once = 64;
  for (int i = 0; i < at_once && may_send(); ++i) {
    std::optional<Unconfirmed::Outgoing> outgoing;
    {
      const std::scoped_lock lock{mutex_};
      outgoing = std::move(waiting_.front());
      waiting_.pop_front();
    }
    OMS_CHECK(send(*std::move(outgoing)));
  }
  return {};
}

Result<void> Publisher::send(Unconfirmed::Outgoing outgoing) {
  if (outgoing.parcel.event) return send_event(std::move(outgoing));
  const auto queue = settings_.queue(outgoing.parcel.to, outgoing.parcel.partition);
  sent_.push_back({last_tag_ + 1, std::move(outgoing)});
  OMS_CHECK(ensure_queue(queue));
  // A message that is returned is known by its id.
  const auto id = std::to_string(++last_tag_);
  amqp_basic_properties_t properties{};
  properties._flags =
      AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_CONTENT_TYPE_FLAG;
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  properties.message_id = to_bytes(id);
  properties.content_type = amqp_cstring_bytes("application/json");
  constexpr amqp_boolean_t mandatory = 1;
  const int status = amqp_basic_publish(connection_->get(), publishing, to_bytes(settings_.prefix),
                                        to_bytes(queue), mandatory, 0, &properties,
                                        to_bytes(sent_.back().outgoing.parcel.body));
  if (status != AMQP_STATUS_OK) return broken(amqp_error_string2(status));
  return {};
}

// Perhaps nobody follows it: then the broker drops it, and confirms it all the same.
Result<void> Publisher::send_event(Unconfirmed::Outgoing outgoing) {
  sent_.push_back({++last_tag_, std::move(outgoing)});
  const auto& parcel = sent_.back().outgoing.parcel;
  const auto& head = *parcel.event;
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG |
                      AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_TYPE_FLAG;
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  properties.message_id = to_bytes(head.id);
  properties.type = to_bytes(head.type);
  properties.content_type = to_bytes(cloud_event_media_type);
  const auto exchange = settings_.event_exchange();
  const std::string name{name_outside(head.type, settings_.event_names)};
  const int status = amqp_basic_publish(connection_->get(), publishing, to_bytes(exchange),
                                        to_bytes(name), 0, 0, &properties, to_bytes(parcel.body));
  if (status != AMQP_STATUS_OK) return broken(amqp_error_string2(status));
  return {};
}

// Its consumers may never have been there yet.
Result<void> Publisher::ensure_queue(const std::string& queue) {
  if (queues_.contains(queue)) return {};
  OMS_CHECK(declare_queue(*connection_, declaring, settings_, queue));
  queues_.insert(queue);
  return {};
}

Result<void> Publisher::read_frames() {
  amqp_frame_t frame{};
  for (;;) {
    const int status = connection_->next(frame);
    if (status == AMQP_STATUS_TIMEOUT) break;
    if (status != AMQP_STATUS_OK) return broken(amqp_error_string2(status));
    if (frame.frame_type == AMQP_FRAME_METHOD) OMS_CHECK(on_method(frame));
  }
  amqp_maybe_release_buffers(connection_->get());
  return {};
}

Result<void> Publisher::on_method(const amqp_frame_t& frame) {
  const auto& method = frame.payload.method;
  switch (method.id) {
    case AMQP_BASIC_ACK_METHOD: {
      const auto* ack = static_cast<amqp_basic_ack_t*>(method.decoded);
      on_acknowledgement(ack->delivery_tag, ack->multiple != 0, true);
      backoff_.reset();
      return {};
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto* nack = static_cast<amqp_basic_nack_t*>(method.decoded);
      on_acknowledgement(nack->delivery_tag, nack->multiple != 0, false);
      settings_.warn("RabbitMQ at " + settings_.shown + " has refused a message");
      return {};
    }
    case AMQP_BASIC_RETURN_METHOD:
      return on_return(frame);
    case AMQP_CONNECTION_BLOCKED_METHOD:
      is_blocked_ = true;
      settings_.warn("RabbitMQ at " + settings_.shown +
                     " takes no messages: its memory or disk is short");
      return {};
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
      is_blocked_ = false;
      settings_.warn("RabbitMQ at " + settings_.shown + " takes messages again");
      return {};
    case AMQP_CONNECTION_CLOSE_METHOD:
    case AMQP_CHANNEL_CLOSE_METHOD:
      return broken(reason_of(method));
    default:
      return {};
  }
}

// It went to no queue. It comes before its acknowledgement, which then means nothing.
Result<void> Publisher::on_return(const amqp_frame_t& frame) {
  const auto* returned = static_cast<amqp_basic_return_t*>(frame.payload.method.decoded);
  const std::string queue{to_text(returned->routing_key)};
  const auto content = read_content(*connection_, frame.channel);
  if (!content) return broken("a returned message could not be read");
  queues_.erase(queue);  // to be declared again
  settings_.warn("RabbitMQ at " + settings_.shown + " has no queue " + queue +
                 ": a message was returned, its sender sends it again");
  std::uint64_t tag = 0;
  const auto& id = content->message_id;
  std::from_chars(id.data(), id.data() + id.size(), tag);
  const auto at = std::ranges::lower_bound(sent_, tag, {}, &Sent::tag);
  if (at != sent_.end() && at->tag == tag) at->is_returned = true;
  return {};
}

void Publisher::on_acknowledgement(std::uint64_t tag, bool is_multiple, bool is_good) {
  const auto last = std::ranges::upper_bound(sent_, tag, {}, &Sent::tag);
  const auto first =
      is_multiple ? sent_.begin() : std::ranges::lower_bound(sent_, tag, {}, &Sent::tag);
  for (auto at = first; at != last; ++at) {
    if (is_good && !at->is_returned) {
      unconfirmed_.confirm(at->outgoing);
    } else {
      unconfirmed_.drop(at->outgoing);
    }
  }
  if (first != last) sent_.erase(first, last);
}

}  // namespace oms::rabbitmq
