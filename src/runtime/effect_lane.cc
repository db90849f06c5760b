#include "runtime/effect_lane.h"

#include <chrono>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>

#include "codec/json_names.h"

namespace oms::runtime {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds retry_after{1};

// The same for each answer to the same operation: if no rule can decide them, the newest is the one
// dead letter, however often it is tried again.
Id outcome_id(const PaymentOperation& operation) {
  constexpr std::uint32_t behind_all_children = 1U << 31U;
  return Id::child_of(operation.order_id,
                      behind_all_children + static_cast<std::uint32_t>(operation.kind));
}

const std::string& key_of(const PaymentOperation& operation) {
  return operation.idempotency_key;
}
const std::string& key_of(const NoticeToSend& notice) {
  return notice.key;
}
const std::string& key_of(const Effect& effect) {
  return std::visit([](const auto& one) -> const std::string& { return key_of(one); }, effect);
}

// What the runtime hears if there is no answer.
Message no_answer(const PaymentOperation& operation) {
  return {.id = outcome_id(operation),
          .order_id = operation.order_id,
          .payload = PaymentOutcome{.kind = operation.kind,
                                    .result = PaymentOutcome::Result::unknown,
                                    .session_id = operation.session_id,
                                    .detail = "the provider has not answered in time",
                                    .number = operation.number,
                                    .request = operation.request},
          .trace = operation.trace};
}
Message no_answer(const NoticeToSend& notice) {
  return {.id = {},
          .order_id = notice.order_id,
          .payload =
              NoticeOutcome{
                  .kind = notice.kind, .channel = notice.channel, .result = NoticeResult::failed},
          .trace = notice.trace};
}

struct InFlight {
  std::string key;
  Message answer;  // as it is without one
  Steady::time_point deadline;
  std::int64_t begun_ns = 0;
  oms::Channel channel = oms::Channel::email;  // of a notice
  std::optional<Span> span;  // where it is wanted: the answer then comes from there
};

std::optional<Span> span_of(const PaymentOperation& operation, Tracer* tracer) {
  return begin_span(tracer, json::name_of(ServiceName::payments),
                    "provider " + std::string{json::name_of(operation.kind)}, SpanKind::client,
                    operation.trace, operation.order_id);
}
std::optional<Span> span_of(const NoticeToSend& notice, Tracer* tracer) {
  return begin_span(
      tracer, json::name_of(ServiceName::notifications),
      std::string{json::name_of(notice.channel)} + " " + std::string{json::name_of(notice.kind)},
      SpanKind::client, notice.trace, notice.order_id);
}

std::optional<Span> span_of(const Effect& effect, const EffectLimits& limits, Tracer* tracer) {
  auto span = std::visit([&](const auto& one) { return span_of(one, tracer); }, effect);
  if (span && !limits.server_address.empty()) {
    span->attributes = {{"server.address", limits.server_address},
                        {"server.port", limits.server_port}};
  }
  return span;
}

// What has come of it: "unknown", "failed" are errors.
void note_outcome(const Payload& outcome, Span& span) {
  std::string_view result;
  bool is_error = false;
  if (const auto* paid = std::get_if<PaymentOutcome>(&outcome)) {
    result = json::name_of(paid->result);
    is_error = paid->result == PaymentOutcome::Result::unknown;
  } else if (const auto* told = std::get_if<NoticeOutcome>(&outcome)) {
    result = json::name_of(told->result);
    is_error = told->result == NoticeResult::failed;
  }
  span.attributes.emplace_back("oms.effect.result", std::string{result});
  if (is_error) span.error = result;
}

}  // namespace

// Shared with the callbacks, which may come when the lane is gone.
struct EffectLane::State {
  State(EffectLimits given, Deliver take, Tracer* spans, Meter* measures)
      : limits(given), deliver(std::move(take)), tracer(spans), meter(measures) {}

  bool can_start() const { return !queue.empty() && in_flight.size() < limits.in_flight_max; }
  bool is_over() const {
    return is_closed && in_flight.empty() && ended.empty() && delivering == 0;
  }
  void await_work(std::unique_lock<std::mutex>& lock) {
    const auto is_ready = [this] { return !ended.empty() || can_start() || is_over(); };
    if (in_flight.empty()) {
      arrived.wait(lock, is_ready);
    } else {
      const auto deadline = in_flight.begin()->second.deadline;  // it may end while we wait
      arrived.wait_until(lock, deadline, is_ready);
    }
  }

  // Before the outcome is known to anybody: from then on the same may be asked for again.
  Message end(std::map<std::uint64_t, InFlight>::iterator one, const Payload* outcome = nullptr) {
    keys.erase(one->second.key);
    auto answer = std::move(one->second.answer);
    auto span = std::move(one->second.span);
    const auto& ended_with = outcome != nullptr ? *outcome : answer.payload;
    if (meter != nullptr) {
      const auto& [begun_ns, channel] = std::pair{one->second.begun_ns, one->second.channel};
      meter->note_outcome(ended_with, channel, Meter::now_ns() - begun_ns);
    }
    in_flight.erase(one);
    if (!span) return answer;
    note_outcome(ended_with, *span);
    end_span(*tracer, *std::move(span));
    return answer;
  }
  void end_overdue(Steady::time_point now) {
    while (!in_flight.empty() && in_flight.begin()->second.deadline <= now) {
      ended.push_back(end(in_flight.begin()));
    }
  }

  const EffectLimits limits;
  const Deliver deliver;
  Tracer* const tracer;
  Meter* const meter;
  std::mutex mutex;
  std::condition_variable arrived;
  std::deque<Effect> queue;
  std::unordered_set<std::string> keys;         // of what waits or is in flight
  std::map<std::uint64_t, InFlight> in_flight;  // in the order of their deadlines
  std::vector<Message> ended;                   // overdue, or without a place
  std::size_t delivering = 0;
  std::uint64_t started = 0;
  std::uint64_t dropped = 0;
  bool is_closed = false;
};

void EffectLane::Done::operator()(Payload outcome) const {
  std::unique_lock lock{state_->mutex};
  const auto found = state_->in_flight.find(number_);
  if (found == state_->in_flight.end()) return;
  auto answer = state_->end(found, &outcome);
  answer.payload = std::move(outcome);
  ++state_->delivering;
  lock.unlock();
  const bool is_taken = state_->deliver(answer);
  lock.lock();
  --state_->delivering;
  if (!is_taken) state_->ended.push_back(std::move(answer));
  const bool has_work = !is_taken || !state_->queue.empty() || state_->is_closed;
  lock.unlock();
  if (has_work) state_->arrived.notify_one();
}

EffectLane::EffectLane(const char* name, EffectLimits limits, Start start, Deliver deliver,
                       Tracer* tracer, Meter* meter)
    : start_(std::move(start)),
      state_(std::make_shared<State>(limits, std::move(deliver), tracer, meter)),
      thread_([this] { run(); }) {
  ::pthread_setname_np(thread_.native_handle(), name);
}

EffectLane::~EffectLane() {
  stop();
}

void EffectLane::add(std::vector<Effect> effects) {
  if (effects.empty()) return;
  {
    const std::scoped_lock lock{state_->mutex};
    for (auto& effect : effects) {
      if (state_->is_closed || state_->queue.size() >= state_->limits.queue_max) {
        ++state_->dropped;
      } else if (state_->keys.insert(key_of(effect)).second) {
        state_->queue.push_back(std::move(effect));
      }
    }
  }
  state_->arrived.notify_one();
}

void EffectLane::close() {
  {
    const std::scoped_lock lock{state_->mutex};
    state_->is_closed = true;
    state_->queue.clear();
  }
  state_->arrived.notify_one();
}

void EffectLane::stop() {
  close();
  if (thread_.joinable()) thread_.join();
}

LaneCounts EffectLane::counts() const {
  const std::scoped_lock lock{state_->mutex};
  return {.in_flight = state_->in_flight.size(), .dropped = state_->dropped};
}

void EffectLane::run() {
  std::vector<std::pair<Effect, Done>> starting;
  std::vector<Message> ended;
  while (true) {
    starting.clear();
    ended.clear();
    {
      std::unique_lock lock{state_->mutex};
      state_->await_work(lock);
      if (state_->is_over()) return;
      const auto now = Steady::now();
      state_->end_overdue(now);
      std::swap(ended, state_->ended);
      while (state_->can_start()) {
        auto effect = std::move(state_->queue.front());
        state_->queue.pop_front();
        const auto number = ++state_->started;
        auto& begun =
            state_->in_flight
                .emplace(number,
                         InFlight{.key = key_of(effect),
                                  .answer = std::visit(
                                      [](const auto& one) { return no_answer(one); }, effect),
                                  .deadline = now + state_->limits.deadline,
                                  .span = span_of(effect, state_->limits, state_->tracer)})
                .first->second;
        begun.begun_ns = Meter::now_ns();
        if (const auto* notice = std::get_if<NoticeToSend>(&effect))
          begun.channel = notice->channel;
        if (begun.span) begun.answer.trace = begun.span->trace;
        starting.emplace_back(std::move(effect), Done{state_, number});
      }
    }
    for (auto& [effect, done] : starting) start_(std::move(effect), std::move(done));
    for (const auto& message : ended) {
      while (!state_->deliver(message)) std::this_thread::sleep_for(retry_after);
    }
  }
}

}  // namespace oms::runtime
