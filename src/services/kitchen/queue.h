#pragma once

#include <optional>

#include "services/kitchen/records.h"
#include "services/kitchen/service.h"

namespace oms::kitchen {

// How long the cooks need for these lines: one line after the other, a line's pieces together.
Duration preparation_time(const std::vector<OrderLine>& lines, const KitchenSettings& settings);

struct Slot {
  std::int32_t cook = -1;
  Time starts_at;
  Time ready_at;
  std::int64_t position = 0;  // tickets that wait before it; 0: a cook begins at once
};

// Gives the ticket to the cook who is free first. Nothing when the queue is full.
std::optional<Slot> assign(Board& board, const Id& ticket, Duration preparation, Time now,
                           const KitchenSettings& settings);

// Takes a ticket that no cook has begun off the board; the cook's later tickets keep their times.
void withdraw(Board& board, const Ticket& ticket, Duration preparation);

}  // namespace oms::kitchen
