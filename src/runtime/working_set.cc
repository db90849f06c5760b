#include "runtime/working_set.h"

#include <algorithm>

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
  auto& slot = slots_[record.key().id].at(record.type());
  change(slot, std::move(record));
}

void WorkingSet::erase(const Key& key) {
  auto& slot = slots_[key.id].at(*key.type);
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
  struct Entry {
    const RecordType* type;
    const ShortText* id;
    const Slot* slot;
  };
  std::vector<Entry> entries;
  bool is_changed = false;
  for (const auto& [id, group] : slots_) {
    for (const auto& [type, slot] : group) {
      is_changed = is_changed || slot.is_changed;
      if (slot.is_changed || and_reads) entries.push_back({type, &id, &slot});
    }
  }
  if (!is_changed) return {};
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    return a.type == b.type ? *a.id < *b.id : a.type->table < b.type->table;
  });
  std::vector<Change> changes;
  changes.reserve(entries.size());
  for (const auto& [type, id, slot] : entries) {
    const auto& [found, before, is_written] = *slot;
    auto& change = changes.emplace_back(Change{.key = {type, *id}, .expected = found.version});
    if (and_reads && (!is_written || type->derived)) {
      change.is_read = true;
      continue;
    }
    change.record = found.record;
    if (found.version != 0) change.before = before;
  }
  return changes;
}

}  // namespace oms::runtime
