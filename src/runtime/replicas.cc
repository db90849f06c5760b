#include "runtime/replicas.h"

#include <algorithm>

#include "base/partition.h"

namespace oms::runtime {
namespace {

// A process that is gone is missed after that long; one that lives renews its seat in time.
constexpr Duration seat_lasts{std::chrono::seconds{9}};
constexpr Duration renewed_every{std::chrono::seconds{3}};

}  // namespace

void ReplicaDesk::needs(const Message&, const Records&, Keys& keys) const {
  keys.push_back(key_of<Seating>(Seating::only));
}

Decision ReplicaDesk::decide(const Message& message, const Records& records, Now now) const {
  const auto& asks = std::get<KeepSeat>(message.payload);
  const auto* before = records.get<Seating>(Seating::only);
  Seating seating = before != nullptr ? *before : Seating{};
  // One that lasts for longer than seats do is of a clock that goes wrong, or was put right since.
  std::erase_if(seating.seats, [&](const Seat& seat) {
    return seat.until <= now || seat.until > now + 2 * seat_lasts;
  });
  const auto place = std::ranges::lower_bound(seating.seats, asks.process, {}, &Seat::process);
  if (place != seating.seats.end() && place->process == asks.process) {
    place->until = asks.until;
  } else {
    seating.seats.insert(place, {.process = asks.process, .until = asks.until, .since = now});
  }
  Decision decision;
  decision.saves(std::move(seating));
  return decision;
}

void Share::collect(Time now, IdSource& ids, std::vector<Inbound>& batch) {
  if (!process_ || now < asks_again_) return;
  asks_again_ = now + renewed_every;
  batch.push_back(
      {.message = {.id = ids.make(now),
                   .order_id = {},
                   .payload = KeepSeat{.process = *process_, .until = now + seat_lasts}}});
}

bool Share::note(std::span<const Change> changes) {
  if (!process_) return false;
  const Seating* seating = nullptr;
  for (const auto& change : changes) {
    const auto* saved = change.record ? change.record.as<Seating>() : nullptr;
    if (saved != nullptr) seating = saved;
  }
  if (seating == nullptr) return false;
  seats_ = seating->seats;
  return true;
}

bool Share::has(const Key& key, bool is_undivided, Time now) const {
  return has(partition_of(key.id.view()), is_undivided, now);
}

bool Share::has(std::int64_t partition, bool is_undivided, Time now) const {
  return is_undivided ? has_all(now) : has(partition, now);
}

// The process that has been there for the longest.
bool Share::has_all(Time now) const {
  if (!process_) return true;
  const Seat* oldest = nullptr;
  for (const auto& seat : seats_) {
    if (seat.until <= now) continue;
    if (oldest == nullptr || seat.since < oldest->since) oldest = &seat;
  }
  return oldest != nullptr && oldest->process == *process_;
}

bool Share::has(std::int64_t partition, Time now) const {
  if (!process_) return true;
  std::vector<Id> seated;
  for (const auto& seat : seats_) {
    if (seat.until > now) seated.push_back(seat.process);
  }
  if (seated.empty()) return false;
  return seated[static_cast<std::size_t>(partition) % seated.size()] == *process_;
}

}  // namespace oms::runtime
