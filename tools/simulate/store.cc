#include "tools/simulate/store.h"

#include <algorithm>

namespace oms::simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const coordinator::Saga* saga_in(std::span<const Change> changes) {
  for (const auto& change : changes) {
    if (const auto* saga = change.record.as<coordinator::Saga>()) return saga;
  }
  return nullptr;
}

}  // namespace

Result<std::vector<Found>> SimulatedStore::load(std::span<const Key> keys, Hold hold) {
  must_know();
  stage_.hazards.call();
  for (const auto& key : keys) {
    if (std::ranges::find(in_flight_, key, &Change::key) != in_flight_.end()) {
      broken("store_used_rightly", "a record was loaded that is being written");
    }
  }
  OMS_TRY(auto found, disk_.load(keys, hold));
  if (owners_ == Owners::many) meet_newer(keys, found);
  return found;
}

// One record, a saga if there is one: only a newer version can read it.
void SimulatedStore::meet_newer(std::span<const Key> keys, std::vector<Found>& found) {
  const auto saga = std::ranges::find(keys, &type_of<coordinator::Saga>(), &Key::type);
  const auto key = saga != keys.end() ? saga : keys.begin();
  if (key == keys.end() || key->type->derived) return;
  auto& met = found.at(static_cast<std::size_t>(key - keys.begin()));
  const auto order_id = saga != keys.end() ? Id::parse(saga->id.view()) : std::nullopt;
  const auto* life = order_id ? stage_.oracle.life(*order_id) : nullptr;
  if (met.version == 0 || !is_met(life != nullptr ? life->saga.get() : nullptr)) return;
  if (!stage_.hazards.strikes(Fault::record_newer)) return;
  if (order_id) stage_.mark(Fault::record_newer, *order_id);
  stage_.note(order_id.value_or(Id{}), "fault", [] { return std::string{"record_newer"}; });
  met = {.record = {}, .version = met.version, .is_newer = true};
}

// Whole commits, for what happens between two batches.
Result<void> SimulatedStore::commit(std::span<const Change> changes) {
  begin_commit(changes, [] {});
  write();
  return finish_commit([] {});
}

void SimulatedStore::begin_commit(std::span<const Change> changes, std::function<void()> done) {
  must_be_idle();
  stage_.hazards.call();
  in_flight_ = changes;
  done_ = std::move(done);
  is_writing_ = true;
  is_finished_ = false;
  if (stage_.chance.one_in(4)) return write();  // a disk that is faster than the next look
  const bool is_slow = stage_.hazards.is_on(Fault::disk_slow, stage_.now());
  if (is_slow) stage_.mark(Fault::disk_slow, changes);
  const auto takes = is_slow ? stage_.chance.between(milliseconds{200}, seconds{5})
                             : stage_.chance.between(milliseconds{0}, milliseconds{8});
  later_(takes, [this] { write(); });
}

// Most of what services that live apart read and write is of no interest to a fault that strikes
// once. An undone commit comes rarely.
bool SimulatedStore::is_met(const coordinator::Saga* saga) {
  if (saga == nullptr) return stage_.chance.one_in(16);
  return saga->main.phase == coordinator::Phase::undoing || stage_.chance.one_in(4);
}

// The moment at which it is decided what has become of the commit.
void SimulatedStore::write() {
  if (!is_writing_ || is_finished_) return;
  stage_.hazards.call();
  outcome_ = fate();
  is_finished_ = true;
  stage_.hazards.call();
  done_();
}

Result<void> SimulatedStore::fate() {
  auto& hazards = stage_.hazards;
  const bool has_met = owners_ == Owners::one || is_met(saga_in(in_flight_));
  const auto strikes = [&](Fault fault) {
    if (!has_met || !hazards.strikes(fault)) return false;
    stage_.mark(fault, in_flight_);
    stage_.note({}, "fault",
                [&] { return std::string{boost::describe::enum_to_string(fault, "")}; });
    return true;
  };
  if (hazards.is_on(Fault::disk_full, stage_.now())) {
    stage_.mark(Fault::disk_full, in_flight_);
    stage_.note({}, "the disk is full");
    return fail(ErrorKind::unavailable, "the disk is full");
  }
  if (strikes(Fault::commit_conflict)) return fail(ErrorKind::conflict, "another was faster");
  if (strikes(Fault::commit_unavailable)) return fail(ErrorKind::unavailable, "not now");
  const bool is_unsure = strikes(Fault::commit_unsure);
  const bool is_lost = strikes(Fault::commit_lost);
  OMS_CHECK(put_on_disk());
  if (is_unsure) return fail(ErrorKind::unavailable, "the answer was lost");
  if (is_lost) return fail(ErrorKind::internal, "the store is gone");
  return {};
}

Result<void> SimulatedStore::put_on_disk() {
  auto done = disk_.commit(in_flight_);
  if (!done && owners_ == Owners::one) {
    broken("store_used_rightly", "a commit met a conflict: " + done.error().detail);
  }
  if (!done) {
    stage_.mark(Fault::stale_process, in_flight_);
    return done;
  }
  std::vector<Change> changes{in_flight_.begin(), in_flight_.end()};
  std::erase_if(changes, [](const Change& change) { return change.key.type->derived.has_value(); });
  written_(changes);
  return done;
}

Result<void> SimulatedStore::finish_commit(const std::function<void()>& next) {
  if (!is_finished_) broken("store_used_rightly", "a commit was finished before it was written");
  in_flight_ = {};
  is_writing_ = false;
  is_finished_ = false;
  auto outcome = std::exchange(outcome_, Result<void>{});
  is_behind_ = true;
  if (outcome) next();
  is_behind_ = false;
  return outcome;
}

Result<std::vector<Key>> SimulatedStore::due(const RecordType& type, Time now, std::size_t limit) {
  must_be_idle();
  must_know();
  stage_.hazards.call();
  return disk_.due(type, now, limit);
}

Result<std::optional<Time>> SimulatedStore::next_due(const RecordType& type) {
  must_be_idle();
  must_know();
  stage_.hazards.call();
  return disk_.next_due(type);
}

Result<Page> SimulatedStore::find(const Query& query) {
  must_be_idle();
  must_know();
  stage_.hazards.call();
  return disk_.find(query);
}

void SimulatedStore::must_be_idle() const {
  if (is_writing()) broken("store_used_rightly", "the store was used while it writes");
}

void SimulatedStore::must_know() const {
  if (is_behind_) broken("store_used_rightly", "the store was asked before it knew");
}

}  // namespace oms::simulate
