#include "services/kitchen/queue.h"

#include <algorithm>
#include <chrono>

namespace oms::kitchen {
namespace {

constexpr Duration people_need = std::chrono::minutes{15};

// The cook who is free first, and when.
std::vector<Time>::iterator first_free(std::vector<Time>& free_at, Time now) {
  const auto cook = std::ranges::min_element(free_at);
  *cook = std::max(*cook, now);
  return cook;
}

void put_off(Time& free_at, std::int64_t by_ms) {
  free_at = free_at + Duration{by_ms};
}

// As many cooks as there are by now, and nobody who has begun or should have.
void bring_up_to_date(Board& board, Time now, const KitchenSettings& settings) {
  board.free_at.resize(static_cast<std::size_t>(std::max(settings.cooks, 1)));
  std::erase_if(board.waiting, [&](const BoardEntry& entry) {
    return entry.starts_at <= now && !entry.held && !(settings.by_hand && entry.by_hand);
  });
}

std::vector<BoardEntry>::iterator entry_of(Board& board, const Id& ticket) {
  return std::ranges::find(board.waiting, ticket, &BoardEntry::id);
}

// When the ticket's cook is free again.
Time end_of(const Ticket& ticket) {
  return ticket.busy_until == Time{} ? ticket.promised_at : ticket.busy_until;
}

// Until when the ticket's cook is planned for; null: it has none, or they have left.
Time* cook_of(Board& board, const Ticket& ticket) {
  const auto cook = static_cast<std::size_t>(ticket.cook);
  return ticket.cook >= 0 && cook < board.free_at.size() ? &board.free_at[cook] : nullptr;
}

// Only the last of a cook's tickets does: promises made to others are kept.
void give_time_back(Board& board, const Ticket& ticket, Time now) {
  auto* const until = cook_of(board, ticket);
  const auto end = end_of(ticket);
  if (until == nullptr || *until != end) return;
  *until = std::max(std::min(now, end), ticket.starts_at);
}

Slot plan_by_hand(const Board& board, Duration preparation, Time now) {
  auto free_at = board.free_at;
  for (const auto& entry : board.waiting) {
    if (entry.by_hand) put_off(*first_free(free_at, now), entry.takes_ms);
  }
  const auto starts_at = *first_free(free_at, now);
  const auto before = board.waiting.size();
  return {.starts_at = starts_at,
          .ready_at = starts_at + preparation,
          .position = before > 0 || starts_at > now ? static_cast<std::int64_t>(before) + 1 : 0};
}

}  // namespace

Duration preparation_time(const std::vector<OrderLine>& lines, const KitchenSettings& settings) {
  const auto bounded = [](Duration takes) {
    return std::clamp(takes, Duration{0}, preparation_max);
  };
  if (settings.preparation) return bounded(*settings.preparation);
  Duration sum{0};
  for (const auto& line : lines) {
    const auto takes = bounded(Duration{line.preparation_ms});
    sum = bounded(sum + takes);
  }
  return settings.by_hand ? std::max(sum, people_need) : sum;
}

std::optional<Slot> assign(Board& board, const Id& ticket, Duration preparation, Time now,
                           const KitchenSettings& settings) {
  bring_up_to_date(board, now, settings);
  const auto before = board.waiting.size();
  if (settings.by_hand) {
    // A ticket with a free cook waits, too, until somebody says so.
    if (before >= settings.queue_max + board.free_at.size()) return std::nullopt;
    const auto slot = plan_by_hand(board, preparation, now);
    board.waiting.push_back({.id = ticket,
                             .starts_at = slot.starts_at,
                             .by_hand = true,
                             .takes_ms = preparation.count()});
    return slot;
  }
  const auto cook = std::ranges::min_element(board.free_at);
  const Time starts_at = std::max(*cook, now);
  const bool waits = starts_at > now;
  if (waits && before >= settings.queue_max) return std::nullopt;
  if (waits) board.waiting.push_back({.id = ticket, .starts_at = starts_at});
  *cook = starts_at + preparation;
  return Slot{.cook = static_cast<std::int32_t>(cook - board.free_at.begin()),
              .starts_at = starts_at,
              .ready_at = *cook,
              .position = waits ? static_cast<std::int64_t>(before) + 1 : 0};
}

void begin(Board& board, Ticket& ticket, Time now) {
  std::erase_if(board.waiting, [&](const BoardEntry& entry) { return entry.id == ticket.id; });
  // It was planned while the kitchen worked by itself.
  if (ticket.cook >= 0 || board.free_at.empty()) return;
  const auto cook = first_free(board.free_at, now);
  ticket.cook = static_cast<std::int32_t>(cook - board.free_at.begin());
  ticket.starts_at = *cook;
  put_off(*cook, ticket.takes_ms);
  ticket.busy_until = *cook;
}

void release(Board& board, const Ticket& ticket, Time now) {
  std::erase_if(board.waiting, [&](const BoardEntry& entry) { return entry.id == ticket.id; });
  give_time_back(board, ticket, now);
}

void hold(Board& board, const Id& ticket) {
  const auto entry = entry_of(board, ticket);
  if (entry != board.waiting.end()) entry->held = true;
}

Slot resume(Board& board, const Ticket& ticket, Duration preparation, Time now,
            const KitchenSettings& settings) {
  bring_up_to_date(board, now, settings);
  auto entry = entry_of(board, ticket.id);
  Slot slot{.starts_at = std::max(ticket.starts_at, now)};
  slot.ready_at = slot.starts_at + preparation;
  auto* const own = cook_of(board, ticket);
  const bool is_last = own != nullptr && *own == end_of(ticket);
  if (settings.by_hand) {
    give_time_back(board, ticket, now);  // it was planned while the kitchen worked by itself
  } else if (is_last || (own != nullptr && slot.ready_at <= end_of(ticket))) {
    slot.cook = ticket.cook;
    if (is_last) *own = slot.ready_at;
  } else {
    const auto cook = first_free(board.free_at, now);
    slot.cook = static_cast<std::int32_t>(cook - board.free_at.begin());
    slot.starts_at = *cook;
    slot.ready_at = *cook = *cook + preparation;
    if (entry != board.waiting.end()) {
      entry = std::rotate(entry, entry + 1, board.waiting.end());
    }
  }
  if (entry == board.waiting.end()) return slot;
  if (!settings.by_hand && slot.starts_at <= now) {
    board.waiting.erase(entry);
    return slot;
  }
  *entry = {.id = ticket.id,
            .starts_at = slot.starts_at,
            .by_hand = settings.by_hand,
            .takes_ms = settings.by_hand ? preparation.count() : 0};
  slot.position = entry - board.waiting.begin() + 1;
  return slot;
}

}  // namespace oms::kitchen
