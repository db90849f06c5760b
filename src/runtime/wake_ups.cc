#include "runtime/wake_ups.h"

#include <algorithm>

namespace oms::runtime {
namespace {

constexpr Duration snooze{std::chrono::minutes{1}};
constexpr Duration others{std::chrono::seconds{1}};
constexpr std::size_t looked_through = 8;

Message wake_up_for(const Key& key, const Id& id) {
  return {
      .id = id,
      .order_id = Id::parse(key.id.view()).value_or(Id{}),
      .payload = WakeUp{.table = std::string{key.type->table}, .id = std::string{key.id.view()}}};
}

}  // namespace

WakeUps::WakeUps(const std::vector<const RecordType*>& types, Store& store) : store_(store) {
  for (const auto* type : types) {
    if (type->due != nullptr) watched_.push_back({.type = type, .next = Time{}});
  }
}

Result<void> WakeUps::collect(Time now, std::size_t max, const Share& share, IdSource& ids,
                              std::vector<Inbound>& batch) {
  std::erase_if(snoozed_, [&](const auto& entry) { return entry.second <= now; });
  for (auto& watched : watched_) {
    if (!watched.next || *watched.next > now || max == 0) continue;
    // Those of others are found, too: the more of them, the more there are to be seen through.
    const auto sharers = share.is_whole() ? 1 : looked_through;
    OMS_TRY(const auto keys, store_.due(*watched.type, now, max * sharers + snoozed_.size()));
    std::size_t taken = 0;
    bool is_some_left = false;
    for (const auto& key : keys) {
      if (!share.has(key, now)) {
        is_some_left = true;
        continue;
      }
      if (taken == max || snoozed_.contains(key)) continue;
      batch.push_back({.message = wake_up_for(key, ids.make(now))});
      ++taken;
    }
    max -= taken;
    if (taken > 0) {
      watched.next = now;  // there may be more
      continue;
    }
    OMS_TRY(watched.next, store_.next_due(*watched.type));
    // What is snoozed is looked at again when it may be, what others should wake when they do not.
    if (watched.next && *watched.next <= now) watched.next = now + (is_some_left ? others : snooze);
  }
  return {};
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

void WakeUps::note_unheeded(std::span<const Inbound> batch, std::span<const Change> changes,
                            Time now) {
  for (const auto& inbound : batch) {
    const auto* wake_up = std::get_if<WakeUp>(&inbound.message.payload);
    if (wake_up == nullptr) continue;
    const auto is_its_record = [&](const Change& change) {
      return change.key.type->table == wake_up->table && change.key.id.view() == wake_up->id;
    };
    const auto change = std::ranges::find_if(changes, is_its_record);
    if (change != changes.end() && change->record) {
      const auto due = change->record.due();
      if (!due || *due > now) continue;
    }
    for (const auto& watched : watched_) {
      if (watched.type->table != wake_up->table) continue;
      snoozed_.insert_or_assign(Key{watched.type, ShortText{wake_up->id}}, now + snooze);
    }
  }
}

Duration WakeUps::until_next(Time now, Duration patience) const {
  for (const auto& watched : watched_) {
    if (watched.next) patience = std::min(patience, *watched.next - now);
  }
  return std::max(patience, Duration{0});
}

}  // namespace oms::runtime
