#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <vector>

#include "messages/record_group.h"
#include "ports/store.h"
#include "services/service.h"

namespace oms::runtime {

// A record is needed that this version cannot read.
class NewerRecord : public std::runtime_error {
 public:
  explicit NewerRecord(const Key& key)
      : std::runtime_error(written_by_newer(*key.type, key.id.view()).detail) {}
};

// The records of one batch as they stand after the decisions so far. A record is loaded once and
// written once, however often it changes in between.
class WorkingSet final : public Records {
 public:
  WorkingSet() = default;
  WorkingSet(WorkingSet&&) = default;  // entries point into the map, which keeps its places

  // Throws NewerRecord where there is a record that cannot be read here.
  const Record* find(const Key& key) const override;
  bool knows(const Key& key) const override { return slot_of(key) != nullptr; }
  const std::vector<Answer>& answers() const override { return answers_; }
  std::int64_t next_number() const override {
    return next_number_ > 0 ? next_number_ : Records::next_number();
  }

  bool is_newer(const Key& key) const {
    const auto* slot = slot_of(key);
    return slot != nullptr && slot->found.is_newer;
  }
  // Whether it is loaded. Throws NewerRecord as `find` does.
  bool is_readable(const Key& key) const;
  void put(const Key& key, Found found);
  // Only of what is loaded. `trace`: that of the decision.
  void save(Record record, const Trace& trace = {});
  // One that cannot be there, and is not loaded.
  void add(Record record, const Trace& trace) {
    put(record.key(), {});
    save(std::move(record), trace);
  }
  void erase(const Key& key);
  void set_answers(std::vector<Answer> answers) { answers_ = std::move(answers); }
  void set_next_number(std::int64_t number) { next_number_ = number; }

  // When it was due as it was loaded.
  std::optional<Time> due_before(const Key& key) const;

  // That of the last decision that has saved it; all zero where there is none.
  Trace trace_of(const Key& key) const;

  // As it stands once the changes are committed; none when the batch did not come across it.
  std::optional<Found> committed(const Key& key) const;

  // What has become of one record, if it has changed.
  std::optional<Change> change_of(const Key& key) const;

  // What has changed, by table and key. With the sums, for a store that has other writers.
  std::vector<Change> changes(bool and_sums = false) const;

 private:
  struct Slot {
    Found found;
    Record before = {};  // as it was loaded, once it has changed
    bool is_changed = false;
    Trace trace = {};  // of the last change
  };
  struct Entry {
    const ShortText* id;
    RecordGroup<Slot> slots = {};
  };
  const Slot* slot_of(const Key& key) const;
  static Change change_of(const Key& key, const Slot& slot);
  Slot& make_slot(const Key& key);
  Slot& loaded_slot(const Key& key);
  bool is_last(const ShortText& id) const {
    return last_ < entries_.size() && *entries_[last_].id == id;
  }
  static void change(Slot& slot, Record record);

  ById<std::size_t> places_;  // of the entries
  std::vector<Entry> entries_;
  // Where was looked last. A message is about one order, so the next look is mostly there again.
  mutable std::size_t last_ = 0;
  std::vector<Answer> answers_;
  std::int64_t next_number_ = 0;  // none
};

}  // namespace oms::runtime
