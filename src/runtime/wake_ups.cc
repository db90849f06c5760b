#include "runtime/wake_ups.h"

#include <algorithm>

namespace oms::runtime {
namespace {

constexpr Duration snooze{std::chrono::minutes{1}};
constexpr Duration looks_again_after{std::chrono::seconds{1}};
constexpr std::size_t looked_through = 16'384;
constexpr std::size_t page_max = 1000;

}  // namespace

Message wake_up_for(const Key& key, const Id& id, bool is_restart) {
  const auto order_id = Id::parse(key.id.view()).value_or(Id{});
  return {.id = id,
          .order_id = order_id,
          .payload = WakeUp{.table = std::string{key.type->table},
                            .id = std::string{key.id.view()},
                            .is_restart = is_restart},
          .trace = order_trace(order_id)};
}

WakeUps::WakeUps(const Services& services, Store& store) : store_(store) {
  for (const auto* type : services.types()) {
    const bool is_undivided = services.is_undivided(*type);
    if (type->due != nullptr) {
      watched_.push_back({.type = type, .next = Time{}, .is_undivided = is_undivided});
    }
    if (!type->under_way.empty()) to_resume_.push_back({.type = type});
  }
}

Result<void> WakeUps::collect(Time now, std::size_t max, const Share& share, IdSource& ids,
                              std::vector<Inbound>& batch) {
  std::erase_if(snoozed_, [&](const auto& entry) { return entry.second <= now; });
  if (!share.is_whole()) to_resume_.clear();
  const auto before = batch.size();
  OMS_CHECK(resume(now, max, ids, batch));
  max -= batch.size() - before;
  for (auto& watched : watched_) {
    if (!watched.next || *watched.next > now || max == 0) continue;
    std::size_t taken = 0;
    // Those of others are found, too, and have to be looked through.
    for (auto limit = max + snoozed_.size(); taken == 0; limit *= 4) {
      OMS_TRY(const auto keys, store_.due(*watched.type, now, limit));
      for (const auto& key : keys) {
        if (taken == max) break;
        if (snoozed_.contains(key) || !share.has(key, watched.is_undivided, now)) continue;
        batch.push_back({.message = wake_up_for(key, ids.make(now))});
        ++taken;
      }
      if (keys.size() < limit || limit > looked_through) break;
    }
    max -= taken;
    if (taken > 0) {
      watched.next = now;  // there may be more
      continue;
    }
    OMS_TRY(watched.next, store_.next_due(*watched.type));
    // Behind what is snoozed others may be due soon, and what other processes commit is not told.
    const bool hides_others = watched.next && *watched.next <= now;
    if (hides_others || !share.is_whole()) {
      const auto soon = now + looks_again_after;
      watched.next = hides_others ? soon : std::min(watched.next.value_or(soon), soon);
    }
  }
  return {};
}

// Newest first: what begins meanwhile is not among them.
Result<void> WakeUps::resume(Time now, std::size_t max, IdSource& ids,
                             std::vector<Inbound>& batch) {
  while (max > 0 && !to_resume_.empty()) {
    auto& resuming = to_resume_.back();
    OMS_TRY(const auto page, store_.find({.type = resuming.type,
                                          .column = resuming.type->under_way,
                                          .value = "yes",
                                          .after = resuming.after,
                                          .limit = std::min(max, page_max),
                                          .and_newer = true}));
    for (const auto& found : page.records) {
      if (found.is_newer) continue;
      batch.push_back({.message = wake_up_for(found.record.key(), ids.make(now), true)});
    }
    max -= page.records.size();
    if (page.more) {
      resuming.after = page.last;
    } else {
      to_resume_.pop_back();
    }
  }
  return {};
}

void WakeUps::look_again() {
  for (auto& watched : watched_) watched.next = Time{};
}

void WakeUps::note(std::span<const Change> changes) {
  for (const auto& change : changes) {
    if (!change.record || change.key.type->due == nullptr) continue;
    const auto due = change.record.due();
    if (!due) continue;
    const auto watched = std::ranges::find(watched_, change.key.type, &Watched::type);
    if (watched == watched_.end()) continue;
    watched->next = watched->next ? std::min(*watched->next, *due) : *due;
  }
}

void WakeUps::put_off(const Message& message, Time now) {
  const auto* wake_up = std::get_if<WakeUp>(&message.payload);
  if (wake_up == nullptr) return;
  for (const auto& watched : watched_) {
    if (watched.type->table != wake_up->table) continue;
    snoozed_.insert_or_assign(Key{watched.type, ShortText{wake_up->id}}, now + snooze);
  }
}

void WakeUps::note_unheeded(std::span<const Inbound> messages, const Batch& batch, Time now) {
  for (const auto& inbound : messages) {
    const auto* wake_up = std::get_if<WakeUp>(&inbound.message.payload);
    if (wake_up == nullptr) continue;
    for (const auto& watched : watched_) {
      if (watched.type->table != wake_up->table) continue;
      const Key key{watched.type, ShortText{wake_up->id}};
      const auto* record = batch.find(key);
      const auto due = record != nullptr ? record->due() : std::nullopt;
      // One that has moved on may be due again already, if it was woken late.
      const bool is_heeded = due != batch.due_before(key);
      if (due && *due <= now && !is_heeded) snoozed_.insert_or_assign(key, now + snooze);
    }
  }
}

Duration WakeUps::until_next(Time now, Duration patience) const {
  if (is_resuming()) return Duration{0};
  for (const auto& watched : watched_) {
    if (watched.next) patience = std::min(patience, *watched.next - now);
  }
  return std::max(patience, Duration{0});
}

}  // namespace oms::runtime
