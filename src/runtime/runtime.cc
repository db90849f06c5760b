#include "runtime/runtime.h"

#include <algorithm>
#include <utility>

#include "runtime/records.h"

namespace oms::runtime {
namespace {

std::vector<Message> messages_of(const std::vector<Inbound>& batch) {
  std::vector<Message> messages;
  messages.reserve(batch.size());
  for (const auto& inbound : batch) messages.push_back(inbound.message);
  return messages;
}

std::uint64_t rows_of(std::span<const Change> changes) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      changes, [](const Change& change) { return !change.key.type->derived; }));
}

}  // namespace

Runtime::Runtime(Parts parts, const RuntimeSettings& settings)
    : parts_(std::move(parts)),
      settings_(settings),
      queue_(settings.lane_max),
      wake_ups_(parts_.services.types(), parts_.store) {}

bool Runtime::offer(Message message, Lane lane, Respond respond) {
  Inbound inbound{.message = std::move(message), .respond = std::move(respond)};
  if (inbound.message.id.is_nil()) inbound.message.id = parts_.ids.make(parts_.clock.now());
  if (queue_.offer(inbound, lane)) return true;
  counters_.refused_full.fetch_add(1, std::memory_order_relaxed);
  if (inbound.respond) {
    inbound.respond(fail(ErrorKind::unavailable, "too much is waiting; try again in a second"));
  }
  return false;
}

Result<void> Runtime::step(Duration patience) {
  std::vector<Inbound> batch;
  Time now = std::max(parts_.clock.now(), last_);
  OMS_CHECK(wake_ups_.collect(now, settings_.batch_max / 2, parts_.ids, batch));
  counters_.wake_ups.fetch_add(batch.size(), std::memory_order_relaxed);
  if (!batch.empty()) patience = Duration{0};
  queue_.take(batch, settings_.batch_max, wake_ups_.until_next(now, patience));
  if (!batch.empty()) OMS_CHECK(process(batch));
  return between_ ? between_(last_) : Result<void>{};
}

Result<void> Runtime::run() {
  while (!queue_.is_drained()) OMS_CHECK(step(settings_.patience));
  return {};
}

Result<void> Runtime::process(std::vector<Inbound>& batch) {
  const auto messages = messages_of(batch);
  Error last_error;
  for (int i = 0; i < settings_.commit_attempts_max; ++i) {
    last_ = std::max(parts_.clock.now(), last_);
    auto done = attempt(messages, batch, last_);
    if (done) return {};
    counters_.failed_commits.fetch_add(1, std::memory_order_relaxed);
    last_error = std::move(done).error();
    if (last_error.kind == ErrorKind::internal) {
      refuse(batch, last_error);
      return std::unexpected(last_error);
    }
    if (last_error.kind != ErrorKind::conflict) break;  // the disk is full: nothing was written
  }
  last_error.kind = ErrorKind::unavailable;
  refuse(batch, last_error);
  return {};
}

Result<void> Runtime::attempt(std::span<const Message> messages, std::vector<Inbound>& batch,
                              Time now) {
  Batch decided{parts_.services, parts_.store, now};
  OMS_CHECK(decided.decide(messages));
  const auto changes = decided.changes();
  if (!changes.empty()) OMS_CHECK(parts_.store.commit(changes));
  publish(decided, changes, batch, now);
  return {};
}

// From here on everything is durable.
void Runtime::publish(Batch& decided, std::span<const Change> changes, std::vector<Inbound>& batch,
                      Time now) {
  counters_.batches.fetch_add(1, std::memory_order_relaxed);
  counters_.messages.fetch_add(decided.decided, std::memory_order_relaxed);
  counters_.rows.fetch_add(rows_of(changes), std::memory_order_relaxed);
  counters_.dead_letters.fetch_add(decided.failed, std::memory_order_relaxed);
  wake_ups_.note(changes);
  wake_ups_.note_unheeded(batch, changes, now);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch[i].respond) batch[i].respond(decided.answer(i));
  }
  if (parts_.observe) {
    parts_.observe({.at = now, .changes = changes, .events = decided.events});
  }
  if (!decided.effects.empty() && parts_.start_effects) {
    parts_.start_effects(std::move(decided.effects));
  }
}

void Runtime::refuse(std::vector<Inbound>& batch, const Error& error) {
  for (auto& inbound : batch) {
    if (inbound.respond) inbound.respond(std::unexpected(error));
  }
}

}  // namespace oms::runtime
