#include "runtime/working_set.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.h"

namespace oms::runtime {
namespace {

std::string named(const Key& key, std::string_view what) {
  return std::string{key.type->table} + " " + std::string{key.id.view()} + " " + std::string{what};
}

}  // namespace

const WorkingSet::Slot* WorkingSet::slot_of(const Key& key) const {
  if (!is_last(key.id)) {
    const auto place = places_.find(key.id);
    if (place == places_.end()) return nullptr;
    last_ = place->second;
  }
  return entries_[last_].slots.find(*key.type);
}

WorkingSet::Slot& WorkingSet::make_slot(const Key& key) {
  if (!is_last(key.id)) {
    const auto [place, is_new] = places_.try_emplace(key.id, entries_.size());
    if (is_new) entries_.push_back({.id = &place->first});
    last_ = place->second;
  }
  return entries_[last_].slots.find_or_make(*key.type);
}

const Record* WorkingSet::find(const Key& key) const {
  const auto* slot = slot_of(key);
  OMS_ASSERT(slot != nullptr, named(key, "was read, but the service's `needs` does not name it"));
  if (slot->found.is_newer) throw NewerRecord{key};
  return slot->found.record ? &slot->found.record : nullptr;
}

bool WorkingSet::is_readable(const Key& key) const {
  const auto* slot = slot_of(key);
  if (slot != nullptr && slot->found.is_newer) throw NewerRecord{key};
  return slot != nullptr;
}

void WorkingSet::put(const Key& key, Found found) {
  auto& slot = make_slot(key);
  OMS_ASSERT(!slot.is_changed, named(key, "was loaded again after it was changed"));
  slot = {std::move(found)};
}

void WorkingSet::save(Record record, const Trace& trace) {
  auto& slot = loaded_slot(record.key());
  change(slot, std::move(record));
  slot.trace = trace;
}

WorkingSet::Slot& WorkingSet::loaded_slot(const Key& key) {
  OMS_ASSERT(knows(key), named(key, "was changed without being loaded: it may be there"));
  return make_slot(key);
}

void WorkingSet::erase(const Key& key) {
  auto& slot = loaded_slot(key);
  change(slot, {});
  slot.is_changed = slot.found.version != 0;
}

void WorkingSet::change(Slot& slot, Record record) {
  if (!slot.is_changed) slot.before = std::move(slot.found.record);
  slot.found.record = std::move(record);
  slot.is_changed = true;
}

std::optional<Time> WorkingSet::due_before(const Key& key) const {
  const auto* slot = slot_of(key);
  if (slot == nullptr) return std::nullopt;
  const Record& before = slot->is_changed ? slot->before : slot->found.record;
  return before ? before.due() : std::nullopt;
}

Trace WorkingSet::trace_of(const Key& key) const {
  const auto* slot = slot_of(key);
  return slot != nullptr ? slot->trace : Trace{};
}

std::optional<Found> WorkingSet::committed(const Key& key) const {
  const auto* slot = slot_of(key);
  if (slot == nullptr) return std::nullopt;
  const auto& [record, version, is_newer] = slot->found;
  if (!slot->is_changed || key.type->derived) return slot->found;
  return record ? Found{record, version + 1} : Found{};
}

Change WorkingSet::change_of(const Key& key, const Slot& slot) {
  Change change{.key = key, .record = slot.found.record, .expected = slot.found.version};
  if (slot.found.version != 0) change.before = slot.before;
  return change;
}

std::optional<Change> WorkingSet::change_of(const Key& key) const {
  const auto* slot = slot_of(key);
  if (slot == nullptr || !slot->is_changed) return std::nullopt;
  return change_of(key, *slot);
}

std::vector<Change> WorkingSet::changes(bool and_sums) const {
  std::vector<const RecordType*> types;
  std::size_t wanted = 0;
  for (const auto& entry : entries_) {
    for (const auto& [type, slot] : entry.slots) {
      if (!slot.is_changed || (type->derived && !and_sums)) continue;
      ++wanted;
      if (!std::ranges::count(types, type)) types.push_back(type);
    }
  }
  if (wanted == 0) return {};
  // There are few tables, and several records under each id: so ids are compared once for all.
  std::ranges::sort(types, {}, &RecordType::table);
  std::vector<const Entry*> by_id(entries_.size());
  std::ranges::transform(entries_, by_id.begin(), [](const Entry& entry) { return &entry; });
  std::ranges::sort(by_id, {}, [](const Entry* entry) { return entry->id->view(); });
  std::vector<Change> changes;
  changes.reserve(wanted);
  for (const auto* type : types) {
    for (const auto* entry : by_id) {
      const auto* slot = entry->slots.find(*type);
      if (slot == nullptr || !slot->is_changed) continue;
      changes.push_back(change_of({type, *entry->id}, *slot));
    }
  }
  return changes;
}

}  // namespace oms::runtime
