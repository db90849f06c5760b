#include "services/kitchen/queue.h"

#include <algorithm>

#include "base/planted.h"

namespace oms::kitchen {

Duration preparation_time(const std::vector<OrderLine>& lines, const KitchenSettings& settings) {
  if (settings.preparation) return *settings.preparation;
  Duration sum{0};
  for (const auto& line : lines) {
    const Duration takes{line.preparation_ms};
    sum = planted::is("longest_line_only") ? std::max(sum, takes) : sum + takes;
  }
  return sum;
}

std::optional<Slot> assign(Board& board, const Id& ticket, Duration preparation, Time now,
                           const KitchenSettings& settings) {
  const bool by_hand = settings.by_hand;
  const std::size_t helpers = planted::is("one_cook_more") ? 1 : 0;
  board.free_at.resize(static_cast<std::size_t>(std::max(settings.cooks, 1)) + helpers);
  std::erase_if(board.waiting, [&](const BoardEntry& entry) {
    return entry.starts_at <= now && !(by_hand && entry.by_hand);
  });
  const auto cook = planted::is("first_cook_only") ? board.free_at.begin()
                                                   : std::ranges::min_element(board.free_at);
  const Time starts_at = std::max(*cook, now);
  const auto before = board.waiting.size();
  // By hand whoever has a free cook waits, too, until that is said.
  const auto room = settings.queue_max + (by_hand ? board.free_at.size() : 0);
  const bool waits = starts_at > now || by_hand;
  const auto limit = room + (planted::is("queue_one_more") ? 1 : 0);
  if (waits && before >= limit) return std::nullopt;
  if (planted::is("queue_one_less") && waits && before + 1 >= room) return std::nullopt;
  if (waits) board.waiting.push_back({.id = ticket, .starts_at = starts_at, .by_hand = by_hand});
  *cook = starts_at + preparation;
  const std::int64_t first = planted::is("count_from_zero") ? 0 : 1;
  const bool is_queued = starts_at > now || (by_hand && before > 0);
  return Slot{.cook = static_cast<std::int32_t>(cook - board.free_at.begin()),
              .starts_at = starts_at,
              .ready_at = planted::is("promise_without_queue") ? now + preparation : *cook,
              .position = is_queued ? static_cast<std::int64_t>(before) + first : 0};
}

void begin(Board& board, const Ticket& ticket) {
  std::erase_if(board.waiting, [&](const BoardEntry& entry) { return entry.id == ticket.id; });
}

void release(Board& board, const Ticket& ticket, Time now) {
  begin(board, ticket);
  const auto cook = static_cast<std::size_t>(ticket.cook);
  if (ticket.cook < 0 || cook >= board.free_at.size()) return;
  const bool is_last = board.free_at[cook] == ticket.promised_at;
  if (is_last) board.free_at[cook] = std::max(std::min(now, ticket.promised_at), ticket.starts_at);
}

}  // namespace oms::kitchen
