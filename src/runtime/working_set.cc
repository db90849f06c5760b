#include "runtime/working_set.h"

#include <algorithm>

#include "base/planted.h"

namespace oms::runtime {

const Record* WorkingSet::find(const Key& key) const {
  const auto slot = slots_.find(key);
  if (slot == slots_.end() || !slot->second.found.record) return nullptr;
  return &slot->second.found.record;
}

void WorkingSet::save(Record record) {
  auto& slot = slots_[record.key()];
  change(slot, std::move(record));
}

void WorkingSet::erase(const Key& key) {
  auto& slot = slots_[key];
  change(slot, {});
  slot.is_changed = slot.found.version != 0;
}

void WorkingSet::change(Slot& slot, Record record) {
  if (!slot.is_changed) slot.before = std::move(slot.found.record);
  slot.found.record = std::move(record);
  slot.is_changed = true;
}

std::optional<Found> WorkingSet::committed(const Key& key) const {
  const auto at = slots_.find(key);
  if (at == slots_.end()) return std::nullopt;
  const auto& [record, version] = at->second.found;
  if (!at->second.is_changed || key.type->derived) return at->second.found;
  if (planted::is("ignore_version")) return at->second.found;
  return record ? Found{record, version + 1} : Found{};
}

std::vector<Change> WorkingSet::changes(bool and_reads) const {
  std::vector<Change> changes;
  changes.reserve(slots_.size());
  bool is_changed = false;
  for (const auto& [key, slot] : slots_) {
    is_changed = is_changed || slot.is_changed;
    if (and_reads && (!slot.is_changed || key.type->derived)) {
      changes.push_back(
          {.key = key, .record = {}, .expected = slot.found.version, .is_read = true});
      continue;
    }
    if (!slot.is_changed) continue;
    changes.push_back({.key = key,
                       .record = slot.found.record,
                       .expected = slot.found.version,
                       .before = slot.found.version != 0 ? slot.before : Record{}});
  }
  if (!is_changed) return {};
  std::ranges::sort(changes, std::less<>{}, &Change::key);
  return changes;
}

}  // namespace oms::runtime
