#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/time.h"

namespace oms::simulate {

// Virtual time, and what is to happen when. What is put down for the same time happens in the order
// in which it was put down.
class Agenda {
 public:
  using Action = std::move_only_function<void()>;

  Time now() const { return now_; }
  bool is_empty() const { return entries_.empty(); }
  Time next() const { return entries_.front().at; }

  void at(Time time, Action action) {
    entries_.push_back({.at = std::max(time, now_), .number = ++made_, .slot = slot()});
    actions_[entries_.back().slot] = std::move(action);
    std::ranges::push_heap(entries_, is_later);
  }
  void in(Duration span, Action action) { at(now_ + span, std::move(action)); }

  void run_next() {
    std::ranges::pop_heap(entries_, is_later);
    const auto entry = entries_.back();
    entries_.pop_back();
    now_ = entry.at;
    free_.push_back(entry.slot);
    auto action = std::move(actions_[entry.slot]);
    action();
  }

 private:
  // The heap moves its entries about, so the actions stay elsewhere.
  struct Entry {
    Time at;
    std::uint64_t number;
    std::uint32_t slot;
  };
  static bool is_later(const Entry& a, const Entry& b) {
    return std::pair{a.at, a.number} > std::pair{b.at, b.number};
  }
  std::uint32_t slot() {
    if (free_.empty()) {
      actions_.emplace_back();
      return static_cast<std::uint32_t>(actions_.size() - 1);
    }
    const auto slot = free_.back();
    free_.pop_back();
    return slot;
  }

  Time now_{1'767'225'600'000};  // 2026-01-01T00:00:00Z
  std::uint64_t made_ = 0;
  std::vector<Entry> entries_;
  std::vector<Action> actions_;  // by slot
  std::vector<std::uint32_t> free_;
};

}  // namespace oms::simulate
