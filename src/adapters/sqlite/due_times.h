#pragma once

#include <optional>
#include <unordered_map>

#include "adapters/sqlite/migrations.h"
#include "ports/store.h"

namespace oms::sqlite {

// Knows, for each record type, when the earliest record is due, so that asking whether anything
// is due does not read the file. Exact or unknown, never a guess.
class DueTimes {
 public:
  explicit DueTimes(RecordTypes types) {
    for (const auto* type : types) {
      if (type->due) earliest_.emplace(type, std::nullopt);
    }
  }

  // Null when it has to be read from the file.
  const std::optional<Time>* next(const RecordType& type) const {
    const auto at = earliest_.find(&type);
    if (at == earliest_.end()) return &never_;
    return at->second ? &*at->second : nullptr;
  }

  void learn(const RecordType& type, std::optional<Time> next) {
    if (const auto at = earliest_.find(&type); at != earliest_.end()) at->second = next;
  }

  // A row is being written over `before` (null: not known, or not there yet).
  void note(const Change& change, const Record* before) {
    const auto at = earliest_.find(change.key.type);
    if (at == earliest_.end() || !at->second) return;
    std::optional<Time>& earliest = *at->second;
    const auto due = change.record ? change.record.due() : std::nullopt;
    if (due && (!earliest || *due <= *earliest)) {
      earliest = due;
      return;
    }
    // Was it the earliest one that was written? Then another is the earliest now.
    const bool may_be_it = before ? before->due() == earliest : change.expected != 0;
    if (earliest && may_be_it) at->second.reset();
  }

  void forget() {
    for (auto& [type, earliest] : earliest_) earliest.reset();
  }

 private:
  // Outer: known or not. Inner: when, or that nothing is due.
  std::unordered_map<const RecordType*, std::optional<std::optional<Time>>> earliest_;
  std::optional<Time> never_;
};

}  // namespace oms::sqlite
