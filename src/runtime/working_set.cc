#include "runtime/working_set.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/planted.h"

namespace oms::runtime {

const WorkingSet::Slot* WorkingSet::slot_of(const Key& key) const {
  const auto group = slots_.find(key.id);
  return group == slots_.end() ? nullptr : group->second.find(*key.type);
}

const Record* WorkingSet::find(const Key& key) const {
  const auto* slot = slot_of(key);
  return slot != nullptr && slot->found.record ? &slot->found.record : nullptr;
}

void WorkingSet::save(Record record) {
  auto& slot = slots_[record.key().id].find_or_make(record.type());
  change(slot, std::move(record));
}

void WorkingSet::erase(const Key& key) {
  auto& slot = slots_[key.id].find_or_make(*key.type);
  change(slot, {});
  slot.is_changed = slot.found.version != 0;
}

void WorkingSet::change(Slot& slot, Record record) {
  if (!slot.is_changed) slot.before = std::move(slot.found.record);
  slot.found.record = std::move(record);
  slot.is_changed = true;
}

std::optional<Found> WorkingSet::committed(const Key& key) const {
  const auto* slot = slot_of(key);
  if (slot == nullptr) return std::nullopt;
  const auto& [record, version] = slot->found;
  if (!slot->is_changed || key.type->derived) return slot->found;
  if (planted::is("ignore_version")) return slot->found;
  return record ? Found{record, version + 1} : Found{};
}

std::vector<Change> WorkingSet::changes(bool and_reads) const {
  std::vector<std::pair<Key, const Slot*>> wanted;
  bool has_changed = false;
  for (const auto& [id, group] : slots_) {
    for (const auto& [type, slot] : group) {
      has_changed = has_changed || slot.is_changed;
      if (slot.is_changed || and_reads) wanted.emplace_back(Key{type, id}, &slot);
    }
  }
  if (!has_changed) return {};
  std::ranges::sort(wanted, std::less<>{}, &std::pair<Key, const Slot*>::first);
  std::vector<Change> changes;
  changes.reserve(wanted.size());
  for (const auto& [key, slot] : wanted) {
    auto& change = changes.emplace_back(Change{.key = key, .expected = slot->found.version});
    change.is_read = and_reads && (!slot->is_changed || key.type->derived);
    if (change.is_read) continue;
    change.record = slot->found.record;
    if (slot->found.version != 0) change.before = slot->before;
  }
  return changes;
}

}  // namespace oms::runtime
