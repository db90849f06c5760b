#pragma once

#include <vector>

#include "services/kitchen/queue.h"

// Boards, told by when their cooks are free and which tickets wait.
namespace oms::kitchen {

inline constexpr Time now{1'000'000};
constexpr Time at(std::int64_t ms) {
  return now + Duration{ms};
}
inline constexpr Duration takes{100};

inline Id ticket_id(std::uint8_t n) {
  return Id{Id::Bytes{n}};
}

inline BoardEntry by_itself(std::uint8_t n, Time starts_at) {
  return {.id = ticket_id(n), .starts_at = starts_at};
}
inline BoardEntry by_hand(std::uint8_t n, Time starts_at, std::int64_t takes_ms = takes.count()) {
  return {.id = ticket_id(n), .starts_at = starts_at, .by_hand = true, .takes_ms = takes_ms};
}

inline std::vector<int> waiting_on(const Board& board) {
  std::vector<int> numbers;
  for (const auto& entry : board.waiting) numbers.push_back(entry.id.bytes()[0]);
  return numbers;
}

}  // namespace oms::kitchen
