#pragma once

#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "adapters/memory/memory_store.h"
#include "ports/store.h"

namespace oms::testing {

// Commits when the test says so, as a disk does in its own time.
class HeldBackStore final : public Store {
 public:
  using Store::load;
  Result<std::vector<Found>> load(std::span<const Key> keys, Hold hold) override {
    held = hold;
    ++loads;
    return inner.load(keys, hold);
  }
  Result<void> commit(std::span<const Change> changes) override { return inner.commit(changes); }
  void begin_commit(std::span<const Change> changes, std::function<void()> done) override {
    ++begun;
    changes_ = changes;
    done_ = std::move(done);
    if (!is_held_back) confirm();
  }
  Result<void> finish_commit(const std::function<void()>& next) override {
    auto outcome = outcome_;
    if (outcome) next();
    return outcome;
  }
  Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t max) override {
    return inner.due(type, now, max);
  }
  Result<std::optional<Time>> next_due(const RecordType& type) override {
    return inner.next_due(type);
  }
  Result<Page> find(const Query& query) override { return inner.find(query); }

  void confirm() {
    outcome_ = inner.commit(changes_);
    done_();
  }
  void refuse(ErrorKind kind) {
    outcome_ = fail(kind, "the disk");
    done_();
  }

  void commit_but_say(ErrorKind kind) {
    (void)inner.commit(changes_);
    refuse(kind);
  }

  MemoryStore inner;
  bool is_held_back = false;
  Hold held = Hold::no;  // by the last load
  int begun = 0;
  int loads = 0;

 private:
  std::span<const Change> changes_;
  std::function<void()> done_;
  Result<void> outcome_;
};

}  // namespace oms::testing
