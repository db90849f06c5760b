#pragma once

#include <chrono>
#include <optional>

#include "services/kitchen/records.h"
#include "services/kitchen/service.h"

namespace oms::kitchen {

// Longer than the longest order of the menu. What is said to take longer is promised for this time,
// so that no queue comes to more than a time can tell.
inline constexpr Duration preparation_max = std::chrono::days{365};

// How long the cooks need for these lines: one line after the other, a line's pieces together.
// The times of a menu may be those of a trial: people need a quarter of an hour at least.
Duration preparation_time(const std::vector<OrderLine>& lines, const KitchenSettings& settings);

struct Slot {
  std::int32_t cook = -1;
  Time starts_at;
  Time ready_at;
  std::int64_t position = 0;  // its place in the queue; 0: nobody is before it
};

// Gives the ticket to the cook who is free first. Nothing when the queue is full. By hand every
// ticket waits until somebody accepts it; its time is planned behind those that are being cooked
// and those that wait, however late these already are.
std::optional<Slot> assign(Board& board, const Id& ticket, Duration preparation, Time now,
                           const KitchenSettings& settings);

// The ticket keeps its place in the queue, however long it takes, until it is resumed.
void hold(Board& board, const Id& ticket);

// A held ticket waits again, and from now on takes so long. It keeps its place, its time and its
// cook; where its time has come meanwhile it is planned from now on, with the cook who is free
// first if somebody else was promised its own. So no promise to others is broken.
Slot resume(Board& board, const Ticket& ticket, Duration preparation, Time now,
            const KitchenSettings& settings);

// A ticket that somebody has accepted: the cook who is free first has it.
void begin(Board& board, Ticket& ticket, Time now);

// The cook is done with the ticket, or will never begin it, from `now` on. Only the last of a
// cook's tickets gives its time back: promises made to others are kept.
void release(Board& board, const Ticket& ticket, Time now);

}  // namespace oms::kitchen
