#include "services/kitchen/queue.h"

#include <algorithm>

namespace oms::kitchen {

Duration preparation_time(const std::vector<OrderLine>& lines, const KitchenSettings& settings) {
  if (settings.preparation) return *settings.preparation;
  Duration sum{0};
  for (const auto& line : lines) sum += Duration{line.preparation_ms};
  return sum;
}

std::optional<Slot> assign(Board& board, const Id& ticket, Duration preparation, Time now,
                           const KitchenSettings& settings) {
  board.free_at.resize(static_cast<std::size_t>(std::max(settings.cooks, 1)));
  if (!settings.by_hand) {
    std::erase_if(board.waiting, [&](const BoardEntry& entry) { return entry.starts_at <= now; });
  }
  const auto cook = std::ranges::min_element(board.free_at);
  const Time starts_at = std::max(*cook, now);
  const auto position = static_cast<std::int64_t>(board.waiting.size());
  if (starts_at > now || settings.by_hand) {
    if (board.waiting.size() >= settings.queue_max) return std::nullopt;
    board.waiting.push_back({.id = ticket, .starts_at = starts_at});
  }
  *cook = starts_at + preparation;
  return Slot{.cook = static_cast<std::int32_t>(cook - board.free_at.begin()),
              .starts_at = starts_at,
              .ready_at = *cook,
              .position = starts_at > now ? position + 1 : 0};
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
