#include "runtime/runtime.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/announce.h"
#include "runtime/commit_assertions.h"
#include "runtime/questions.h"
#include "runtime/records.h"

namespace oms::runtime {
namespace {

constexpr Duration rest{std::chrono::seconds{1}};

}  // namespace

Runtime::Runtime(Parts parts, const RuntimeSettings& settings)
    : parts_(std::move(parts)),
      settings_(settings),
      queue_(settings.lane_max),
      wake_ups_(parts_.services, parts_.store),
      relay_(parts_.broker),
      share_(parts_.replica ? Share{*parts_.replica} : Share{}) {}

bool Runtime::offer(Message message, Lane lane, Respond respond) {
  Inbound inbound{.message = std::move(message), .respond = std::move(respond)};
  if (inbound.message.id.is_nil()) inbound.message.id = parts_.ids.make(parts_.clock.now());
  if (parts_.peers == nullptr) return enqueue(std::move(inbound), lane);
  auto questions = questions_to_peers(parts_.services, inbound.message);
  if (questions.empty()) return enqueue(std::move(inbound), lane);
  if (!asked_->begin(settings_.lane_max)) return turn_away(inbound);
  if (queue_.is_closed()) {  // looked at after `begin`: the loop does not end before `end`
    turn_away(inbound);
    asked_->end();
    return false;
  }
  ask_peers(*parts_.peers, std::move(questions),
            [this, lane, asked = asked_, inbound = std::make_shared<Inbound>(std::move(inbound))](
                Result<std::vector<Answer>> answers) {
              if (answers) {
                inbound->answers = *std::move(answers);
                enqueue(std::move(*inbound), lane);
              } else if (inbound->respond) {
                inbound->respond(std::unexpected(std::move(answers).error()));
              }
              asked->end();
            });
  return true;
}

void Runtime::receive(const Envelope& envelope, Broker::Settle settle) {
  auto message = to_message(envelope);
  const bool is_readable = message.has_value();
  enqueue({.message = is_readable ? *std::move(message)
                                  : Message{.id = envelope.id,
                                            .order_id = envelope.order_id,
                                            .payload = WakeUp{}},  // stands for what is not known
           .respond =
               [settle = std::move(settle)](const Result<Record>& answer) {
                 const bool is_to_wait = !answer && answer.error().kind == ErrorKind::unavailable;
                 settle(is_to_wait ? Disposition::retry : Disposition::ack);
               },
           .from = std::make_unique<const Envelope>(envelope),
           .is_readable = is_readable,
           .received_ns = parts_.tracer != nullptr ? parts_.tracer->now_ns() : 0},
          Lane::urgent);
}

bool Runtime::enqueue(Inbound inbound, Lane lane) {
  auto& message = inbound.message;
  if (message.trace == Trace{}) message.trace = order_trace(message.order_id);
  const bool is_stuck = lane == Lane::normal && relay_.waiting() >= settings_.unconfirmed_max;
  return (!is_stuck && queue_.offer(inbound, lane)) || turn_away(inbound);
}

bool Runtime::turn_away(Inbound& inbound) {
  counters_.refused_full.fetch_add(1, std::memory_order_relaxed);
  if (inbound.respond) {
    inbound.respond(fail(ErrorKind::unavailable, "too much is waiting; try again in a second"));
  }
  return false;
}

Result<void> Runtime::run() {
  while (in_flight_ || open_ || !queue_.is_drained()) {
    auto stepped = step(settings_.patience);
    if (stepped) continue;
    await_commit();
    asked_->wait();
    return stepped;
  }
  asked_->wait();
  return {};
}

// The store may still be at the changes, and will nudge the queue.
void Runtime::await_commit() {
  if (!in_flight_) return;
  std::vector<Inbound> none;
  while (!queue_.was_nudged()) queue_.take(none, 0, settings_.patience);
  (void)parts_.store.finish_commit([] {});  // its callers cannot be told any more
}

Result<void> Runtime::step(Duration patience) {
  if (queue_.was_nudged()) OMS_CHECK(finish());
  last_ = std::max(parts_.clock.now(), last_);
  relay_.sweep(last_);
  if (last_ >= consumes_again_) consume();
  OMS_CHECK(keep_up());
  OMS_CHECK(in_flight_ ? fill_meanwhile(patience) : fill(patience));
  while (open_ && !in_flight_) {
    begin();
    if (queue_.was_nudged()) OMS_CHECK(finish());  // it was written at once
  }
  return {};
}

// Takes from the broker what is dealt out to this process now, which is nothing while it holds no
// seat.
void Runtime::consume() {
  consumes_again_ = last_ + rest;
  if (parts_.broker == nullptr) return;
  for (const auto* service : parts_.services.all()) {
    std::vector<std::size_t> mine;
    for (std::size_t partition = 0; partition < parts_.broker->partitions(); ++partition) {
      const auto number = static_cast<std::int64_t>(partition);
      if (share_.has(number, service->is_undivided(), last_)) mine.push_back(partition);
    }
    auto& consumed = consumed_[service->name()];
    if (mine == consumed) continue;
    parts_.broker->consume(service->name(), mine);
    consumed = std::move(mine);
  }
}

Result<void> Runtime::keep_up() {
  if (in_flight_ || open_ || last_ < rests_until_ || !wants_upkeep()) return {};
  return outlast(upkeep_.run(last_));
}

// A full disk or a busy database heals by itself. Until then it is tried at growing intervals.
Result<void> Runtime::outlast(Result<void> done) {
  if (done || done.error().kind == ErrorKind::internal) return done;
  counters_.failed_commits.fetch_add(1, std::memory_order_relaxed);
  rests_until_ = last_ + rest;
  return {};
}

// The store is free: what is due, and then what waits.
Result<void> Runtime::fill(Duration patience) {
  std::vector<Inbound> messages;
  await_company();
  // What is still due when the loop is closed is found after the next start.
  if (!is_closed() && last_ >= rests_until_) OMS_CHECK(outlast(collect(messages)));
  const bool is_busy = open_ || !messages.empty() || (wants_upkeep() && last_ >= rests_until_);
  queue_.take(messages, room(settings_.batch_max), is_busy ? Duration{0} : until_next(patience));
  return decide(std::move(messages));
}

// The busier it is, the longer.
void Runtime::await_company() {
  if (open_ || pace_ == Duration{0}) return;
  const auto begin_at = paced_from_ + pace_;
  if (last_ >= begin_at) return;
  queue_.await_company(settings_.batch_max, begin_at - last_, pace_ / 2);
  last_ = std::max(parts_.clock.now(), last_);
}

// What lies in the store and is to be done.
Result<void> Runtime::collect(std::vector<Inbound>& messages) {
  for (const auto& order_id : relay_.to_tidy(last_, half_a_batch())) {
    const auto key = key_of<Correspondence>(order_id);
    messages.push_back({.message = wake_up_for(key, parts_.ids.make(last_), true)});
  }
  const auto places = half_a_batch() - std::min(half_a_batch(), messages.size());
  OMS_CHECK(wake_ups_.collect(last_, std::min(room(settings_.batch_max), places), share_,
                              parts_.ids, messages));
  counters_.wake_ups.fetch_add(messages.size(), std::memory_order_relaxed);
  share_.collect(last_, parts_.ids, messages);
  return {};
}

// A batch is being written: what comes goes into the open one, until the store is free again.
Result<void> Runtime::fill_meanwhile(Duration patience) {
  std::vector<Inbound> messages;
  // What others write to cannot be decided ahead of the commit, and a closed queue gets no more.
  const bool is_paced = settings_.pace > Duration{0};
  const bool is_to_wait = wants_upkeep() || parts_.replica || is_paced || queue_.is_drained();
  // What is due is only taken when the store is free: there must be room left for it.
  const bool is_due = wake_ups_.until_next(last_, Duration{1}) == Duration{0};
  const auto max = is_to_wait ? 0 : room(is_due ? half_a_batch() : settings_.batch_max);
  queue_.take(messages, max, patience);
  return decide(std::move(messages));
}

// How long there will be nothing to do but what comes.
Duration Runtime::until_next(Duration patience) const {
  if (last_ < rests_until_) return std::min(patience, rests_until_ - last_);
  return relay_.until_next(last_, wake_ups_.until_next(last_, patience));
}

// How many messages the open batch may still take, if it is to hold no more than `max`.
std::size_t Runtime::room(std::size_t max) const {
  const auto held = open_ ? open_->messages.size() : 0;
  return held < max ? max - held : 0;
}

std::size_t Runtime::half_a_batch() const {
  return std::max<std::size_t>(1, settings_.batch_max / 2);
}

std::unique_ptr<Runtime::Work> Runtime::new_work(Hold hold) {
  const Batch* in_flight = in_flight_ ? &in_flight_->decided : nullptr;
  const auto& numbers = in_flight ? in_flight->numbers() : numbers_;
  const Batch::Parts parts{.services = parts_.services,
                           .store = parts_.store,
                           .relay = relay_,
                           .in_flight = in_flight,
                           .hold = hold,
                           .has_followers = parts_.broker != nullptr,
                           .tracer = parts_.tracer,
                           .meter = parts_.meter};
  return std::unique_ptr<Work>(new Work{.decided = Batch{parts, numbers}});
}

// Adds messages to the open batch. When the store cannot be read the whole of it is void.
Result<void> Runtime::decide(std::vector<Inbound> messages) {
  if (messages.empty()) return {};
  if (!open_) open_ = new_work();
  open_->at = last_ = std::max(parts_.clock.now(), last_);
  open_->wall = parts_.clock.wall();
  auto decided = open_->decided.decide(messages, {open_->at, open_->wall});
  std::ranges::move(messages, std::back_inserter(open_->messages));
  if (decided) return leave_held_up();
  auto error = std::move(decided).error();
  refuse(std::exchange(open_, nullptr)->messages, error);
  if (error.kind != ErrorKind::internal) return {};
  return std::unexpected(std::move(error));
}

// What needs a newer version is told so, and the rest is decided without it.
Result<void> Runtime::leave_held_up() {
  if (open_->decided.held_up.empty()) return {};
  const auto work = std::exchange(open_, nullptr);
  const auto& held_up = work->decided.held_up;
  std::vector<Inbound> rest;
  for (std::size_t i = 0; i < work->messages.size(); ++i) {
    auto& inbound = work->messages[i];
    const auto found = held_up.find(i);
    if (found == held_up.end()) {
      rest.push_back(std::move(inbound));
      continue;
    }
    wake_ups_.put_off(inbound.message, last_);
    refuse({&inbound, 1}, found->second);
  }
  if (rest.empty()) return {};
  open_ = new_work(work->attempts > 0 ? Hold::yes : Hold::no);
  open_->attempts = work->attempts;
  return decide(std::move(rest));
}

// Closes the open batch: from now on it is in flight. `before`: the one that it was decided on top
// of, if that was in flight until now.
void Runtime::begin(const Work* before) {
  auto work = std::move(open_);
  work->decided.announce_outside(work->wall);
  paced_from_ = work->at;
  const Duration busy{static_cast<std::int64_t>(work->messages.size()) / 2};
  pace_ = std::clamp(busy, settings_.pace / 4, settings_.pace);
  work->changes = work->decided.changes(parts_.replica.has_value());
  assert_unique(work->changes);
  if (before != nullptr) assert_versions_follow(before->changes, work->changes);
  if (work->changes.empty()) {
    work->decided.note_committed();
    publish(*work);
    return;
  }
  in_flight_ = std::move(work);
  if (parts_.meter != nullptr) in_flight_->commit_begun_ns = Meter::now_ns();
  parts_.store.begin_commit(in_flight_->changes, [this] { queue_.nudge(); });
}

Result<void> Runtime::finish() {
  auto work = std::move(in_flight_);
  auto written = parts_.store.finish_commit([&] { follow(*work); });
  if (!written) return recover(std::move(work), std::move(written).error());
  work->decided.note_committed();
  if (parts_.meter != nullptr) {
    parts_.meter->note_batch(work->messages.size());
    parts_.meter->note_commit(Meter::now_ns() - work->commit_begun_ns);
  }
  std::erase_if(work->changes, [](const Change& change) { return change.key.type->derived; });
  publish(*work);
  return {};
}

// The disk first: it gets what was decided on top of the batch that is written, before the world is
// told of that one.
void Runtime::follow(const Work& written) {
  wake_ups_.note(written.changes);
  if (share_.note(written.changes)) consumes_again_ = {};
  if (!open_) return;
  open_->decided.forget_in_flight();
  if (until_next(settings_.patience) > Duration{0}) begin(&written);
}

// Nothing of the batch was written, and what was decided on top of it is void, too.
Result<void> Runtime::recover(std::unique_ptr<Work> failed, Error error) {
  counters_.failed_commits.fetch_add(1, std::memory_order_relaxed);
  const bool is_fatal = error.kind == ErrorKind::internal;
  const bool is_conflict = error.kind == ErrorKind::conflict;
  if (!is_conflict) {
    rests_until_ = last_ + rest;
    numbers_ = {};  // some may be taken: nobody knows what was written
    wake_ups_.look_again();
  }
  const int attempts = is_conflict ? failed->attempts + 1 : 0;
  std::vector<Inbound> again;
  if (is_conflict && attempts < settings_.commit_attempts_max) {
    again = std::move(failed->messages);
  } else {
    refuse(failed->messages, error);
  }
  if (auto open = std::exchange(open_, nullptr)) {
    std::ranges::move(open->messages, std::back_inserter(again));
  }
  if (is_fatal) {
    refuse(again, error);
    return std::unexpected(std::move(error));
  }
  if (again.empty()) return {};
  // By now something may exist under an id that was made for its message; and a process that has
  // lost a race may not lose the next.
  for (auto& inbound : again) inbound.message.fresh = false;
  open_ = new_work(attempts > 0 ? Hold::yes : Hold::no);
  open_->attempts = attempts;
  return decide(std::move(again));
}

// From here on everything is durable.
void Runtime::publish(Work& work) {
  const Batch& decided = work.decided;
  numbers_ = decided.numbers();
  counters_.batches.fetch_add(1, std::memory_order_relaxed);
  counters_.messages.fetch_add(decided.decided, std::memory_order_relaxed);
  counters_.rows.fetch_add(work.changes.size(), std::memory_order_relaxed);
  counters_.dead_letters.fetch_add(decided.failed, std::memory_order_relaxed);
  wake_ups_.note_unheeded(work.messages, work.decided, work.at);
  answer(work);
  show(work);
  relay_.forget(decided.confirmed);
  if (parts_.tracer != nullptr) trace_decisions(work);
  relay_.publish(std::move(work.decided.outgoing), work.at);
  start_effects(work);
}

void Runtime::answer(Work& work) {
  for (std::size_t i = 0; i < work.messages.size(); ++i) {
    auto respond = std::exchange(work.messages[i].respond, {});
    if (respond) respond(work.decided.answer(i));
  }
}

void Runtime::show(const Work& work) const {
  if (!parts_.observe) return;
  const auto events =
      announce({parts_.services, parts_.is_followed, work.wall}, work.decided, work.changes);
  parts_.observe({.at = work.at, .changes = work.changes, .events = events});
}

void Runtime::start_effects(Work& work) {
  auto effects = work.decided.take_effects();
  if (!effects.empty() && parts_.start_effects) parts_.start_effects(std::move(effects));
}

// Whatever the store's trouble is: nothing was decided, so the caller may try again.
void Runtime::refuse(std::span<Inbound> messages, const Error& error) {
  for (auto& inbound : messages) {
    if (inbound.respond) inbound.respond(fail(ErrorKind::unavailable, error.detail));
  }
}

}  // namespace oms::runtime
