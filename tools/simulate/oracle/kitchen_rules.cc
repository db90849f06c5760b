#include <algorithm>

#include "tools/simulate/oracle/oracle.h"
#include "tools/simulate/oracle/rules.h"

// The kitchen has so many cooks and no more, its queue has its length, and what it promises is what
// its tickets come to.
namespace oms::simulate {
namespace {

using kitchen::TicketStatus;

bool is_clock_even(const Scenario& scenario) {
  return std::ranges::find(scenario.incidents, Fault::clock_jump, &Incident::fault) ==
         scenario.incidents.end();
}

// The longest queue. By hand there is one more for each cook, until that one begins.
std::int64_t room(const Scenario& scenario) {
  const auto& kitchen = scenario.settings.kitchen;
  return static_cast<std::int64_t>(kitchen.queue_max) + (kitchen.by_hand ? kitchen.cooks : 0);
}

// A ticket is changed before its order is.
const std::vector<OrderLine>& lines_cooked(const Life& life) {
  const auto is_it = [](const kitchen::TicketLine& cooked, const OrderLine& line) {
    return cooked.product_name == line.product_name && cooked.quantity == line.quantity;
  };
  const auto& order = *life.order;
  const bool is_changed =
      order.revision && std::ranges::equal(life.ticket->lines, order.revision->lines, is_it);
  return is_changed ? order.revision->lines : order.lines;
}

// One line after the other, the pieces of a line together.
Duration takes(const Life& life, const Model& model, const Scenario& scenario) {
  if (scenario.settings.kitchen.preparation) return *scenario.settings.kitchen.preparation;
  Duration sum{0};
  for (const auto& line : lines_cooked(life)) {
    sum += Duration{model.shelves.at(line.product_id).preparation_ms};
  }
  constexpr Duration people_need = std::chrono::minutes{15};
  return scenario.settings.kitchen.by_hand ? std::max(sum, people_need) : sum;
}

// A rejection does not write the board, so another process may have made room on it between the
// decision and its commit.
void check_rejected(const Life& life, const Commit& commit, const KitchenModel& kitchen,
                    const Scenario& scenario, int restarts, Time now) {
  // Without an even clock the board may hold what has long begun.
  const bool is_even = is_clock_even(scenario) && restarts == 0;
  if (!is_even && !scenario.settings.kitchen.by_hand) return;
  if (kitchen.was_waiting.most(kitchen.waiting + commit.unqueued, now) < room(scenario)) {
    broken("kitchen_has_room", "a ticket was rejected, and there was room in the queue", life);
  }
}

// When its cook is done with it. The promise may be of a later time, if it was begun out of turn.
Time end_of(const kitchen::Ticket& ticket) {
  return ticket.starts_at + Duration{ticket.takes_ms};
}

// A cook has one ticket at a time.
void check_cook(const Life& life, const KitchenModel& kitchen) {
  const auto& ticket = *life.ticket;
  if (static_cast<std::size_t>(ticket.cook) >= kitchen.busy_until.size()) {
    broken("one_cook_one_ticket", "the ticket is given to a cook who is not there", life);
  }
  for (const auto* other : kitchen.open) {
    if (other == &life || other->ticket->cook != ticket.cook) continue;
    if (other->ticket->starts_at < end_of(ticket) && ticket.starts_at < end_of(*other->ticket)) {
      broken("one_cook_one_ticket",
             "a cook is to prepare two tickets at the same time: this and " + other->id.text(),
             life);
    }
  }
}

void check_times(const Life& life, Model& model, const Scenario& scenario, Time now) {
  const bool is_resumed = life.promises.size() > 1;
  const auto& ticket = *life.ticket;
  // By hand somebody may begin it in the commit that opens it: its start moves, the promise stays.
  const bool has_begun =
      scenario.settings.kitchen.by_hand && ticket.status != TicketStatus::waiting;
  const auto planned =
      has_begun ? Duration{ticket.takes_ms} : ticket.promised_at - ticket.starts_at;
  if (planned != takes(life, model, scenario)) {
    broken("promise_is_right", "the time promised is not what the preparation takes", life);
  }
  auto& busy_until = model.kitchen.busy_until;
  // By hand a cook is planned for, and known only when somebody begins.
  // A process that was started again goes on by a clock that may be ahead.
  const bool is_even = is_clock_even(scenario) && model.restarts == 0;
  if (is_even && !scenario.settings.kitchen.by_hand) {
    const auto soonest = ticket.cook < 0 ? now : std::max(now, std::ranges::min(busy_until));
    if (ticket.starts_at > soonest && !is_resumed) {
      broken("promise_is_right", "a cook is free before the ticket is to be begun", life);
    }
    if (ticket.starts_at < life.charged_at) {
      broken("promise_is_right", "the ticket is to be begun before it was paid", life);
    }
  }
}

void check_new_ticket(Life& life, const Commit& commit, Model& model, const Scenario& scenario,
                      Time now) {
  const auto& ticket = *life.ticket;
  if (ticket.status == TicketStatus::rejected) {
    return check_rejected(life, commit, model.kitchen, scenario, model.restarts, now);
  }
  if (ticket.status == TicketStatus::cancelled && ticket.lines.empty()) return;  // a tombstone
  check_times(life, model, scenario, now);
  if (ticket.cook < 0) return;
  if (ticket.status != TicketStatus::cancelled) check_cook(life, model.kitchen);
  auto& busy_until = model.kitchen.busy_until[static_cast<std::size_t>(ticket.cook)];
  busy_until = std::max(busy_until, ticket.promised_at);
}

// Whether a ticket still waits for its time, or for somebody to begin it.
bool is_queued(const kitchen::Ticket& ticket, const Scenario& scenario, Time now) {
  const bool is_held = ticket.status == TicketStatus::held;
  const bool waits = (ticket.status == TicketStatus::waiting || is_held) && ticket.cook >= 0;
  return waits && (scenario.settings.kitchen.by_hand || is_held || ticket.starts_at > now);
}

void check_entry(const kitchen::BoardEntry& entry, const Life* life, const Scenario& scenario) {
  if (life == nullptr || !life->ticket) {
    broken("board_is_true", "the kitchen's board shows a ticket that is not there");
  }
  const auto status = life->ticket->status;
  const bool has_begun = status == TicketStatus::preparing || status == TicketStatus::ready;
  const bool waits = status == TicketStatus::waiting || status == TicketStatus::held;
  if (waits || (has_begun && !scenario.settings.kitchen.by_hand)) return;
  broken("board_is_true", "a ticket is on the board that waits no longer: " + entry.id.text(),
         *life);
}

void check_board(const Model& model, const Scenario& scenario, Time now) {
  const auto& kitchen = model.kitchen;
  const auto& board = *kitchen.board;
  if (board.free_at.size() != kitchen.busy_until.size()) {
    broken("board_is_true", "the board has another number of cooks than the kitchen");
  }
  if (static_cast<std::int64_t>(board.waiting.size()) > room(scenario)) {
    broken("kitchen_has_room", "more tickets wait than the queue is long");
  }
  std::int64_t shown = 0;
  for (const auto& entry : board.waiting) {
    const auto life = model.lives.find(entry.id);
    check_entry(entry, life == model.lives.end() ? nullptr : &life->second, scenario);
    if (is_queued(*life->second.ticket, scenario, now)) ++shown;
  }
  std::int64_t queued = 0;
  for (const auto* life : kitchen.open) {
    const auto& ticket = *life->ticket;
    if (is_queued(ticket, scenario, now)) ++queued;
    const bool is_free = board.free_at[static_cast<std::size_t>(ticket.cook)] < ticket.promised_at;
    if (is_free && !scenario.settings.kitchen.by_hand) {
      broken("board_is_true", "a cook is called free before a ticket of theirs is done", *life);
    }
  }
  // A process that was started again goes on by a clock that may be ahead.
  const bool is_even = is_clock_even(scenario) && model.restarts == 0;
  const bool can_count = is_even && !scenario.settings.kitchen.by_hand;
  if (can_count && shown != queued) {
    broken("board_is_true", "the board shows " + std::to_string(shown) + " waiting tickets of " +
                                std::to_string(queued));
  }
}

// The place that the ticket was given: those before it, and those that have left in this commit.
void note_place(Life& life, const Commit& commit, const KitchenModel& kitchen,
                const Scenario& scenario) {
  if (!commit.has_board) return;
  const auto come = commit.queued_before + commit.ticketed.size();
  const auto& waiting = kitchen.board->waiting;
  const auto entry = std::ranges::find(waiting, life.id, &kitchen::BoardEntry::id);
  if (entry == waiting.end()) {
    // Called off at once, or its time has come in the same commit; it may have been told all the
    // same.
    const bool is_resumed = life.promises.size() > 1;
    if (is_resumed) life.place.low = 0;
    if (is_resumed || life.ticket->status != TicketStatus::preparing) {
      life.place.high = std::max(life.place.high, static_cast<std::int64_t>(come));
    }
    return;
  }
  const auto before = static_cast<std::int64_t>(entry - waiting.begin());
  const bool may_be_first = before == 0 && scenario.settings.kitchen.by_hand;
  QueuePlace place{.low = may_be_first ? 0 : before + 1,
                   .high = before + 1 + static_cast<std::int64_t>(come - waiting.size())};
  if (life.promises.size() > 1) {  // it may not have been told so
    place = {.low = std::min(place.low, life.place.low),
             .high = std::max(place.high, life.place.high)};
  }
  life.place = place;
}

// By hand the cook who begins a ticket says so, and knows. A meal whose time is over is out of the
// oven, though that may not be noted yet. A process that was started again may go on by a clock
// that is ahead: what has begun tells how far it has got at least.
void check_oven(const KitchenModel& kitchen, const Scenario& scenario, int restarts, Time now) {
  const auto cooks = scenario.settings.kitchen.cooks;
  if (scenario.settings.kitchen.by_hand || !is_clock_even(scenario)) return;
  if (kitchen.preparing <= cooks) return;
  if (restarts > 0) {
    for (const auto* life : kitchen.open) {
      if (life->ticket->status == TicketStatus::preparing)
        now = std::max(now, life->ticket->starts_at);
    }
  }
  const auto cooked = std::ranges::count_if(kitchen.open, [&](const Life* life) {
    return life->ticket->status == TicketStatus::preparing && life->ticket->promised_at > now;
  });
  if (cooked > cooks) {
    broken("one_cook_one_ticket", "more tickets are prepared than there are cooks");
  }
}

}  // namespace

void Oracle::take_ticket(const kitchen::Ticket& ticket, Life& life) {
  using enum kitchen::TicketStatus;
  auto& kitchen = model_.kitchen;
  const auto waits = [](const kitchen::Ticket& one) {
    return one.status == waiting || one.status == held;  // what is held keeps its place
  };
  // In one commit a ticket may be held, changed and resumed.
  const bool was_held =
      life.ticket &&
      (life.ticket->status == held || (life.ticket->status == waiting && ticket.status == waiting &&
                                       !life.revisions_asked.empty()));
  const bool is_resumed = was_held && ticket.status != held;
  // And held again, where one change follows the other: those ahead that have left are not counted.
  const bool is_held_again = life.ticket && waits(*life.ticket) && ticket.status == held &&
                             life.revisions_asked.size() > 1;
  if (is_held_again) life.place.low = 0;
  const bool is_planned = ticket.status != rejected && ticket.status != cancelled;
  if (!life.ticket || (is_resumed && is_planned)) {
    commit_.ticketed.push_back(&life);
    life.promises.push_back(ticket.promised_at);
  }
  const auto count = [&](const kitchen::Ticket& counted, std::int64_t sign) {
    if (waits(counted)) kitchen.waiting += sign;
    if (counted.status == preparing) kitchen.preparing += sign;
    return counted.cook >= 0 && (waits(counted) || counted.status == preparing);
  };
  // What was new and is called off in the same commit has waited, too.
  const bool has_waited =
      life.ticket ? waits(*life.ticket) : ticket.status == cancelled && !ticket.lines.empty();
  if (has_waited && !waits(ticket)) ++commit_.unqueued;
  const bool was_open = life.ticket && count(*life.ticket, -1);
  const bool is_open = count(ticket, +1);
  if (is_open && !was_open) kitchen.open.push_back(&life);
  if (was_open && !is_open) std::erase(kitchen.open, &life);
}

void check_kitchen(Commit& commit, Model& model, const Scenario& scenario, Time now) {
  // In the order in which they were decided: nobody overtakes.
  std::ranges::sort(commit.ticketed, {}, [](const Life* life) { return life->ticket->starts_at; });
  for (auto* life : commit.ticketed) {
    check_new_ticket(*life, commit, model, scenario, now);
    note_place(*life, commit, model.kitchen, scenario);
  }
  if (commit.has_board) check_board(model, scenario, now);
  check_oven(model.kitchen, scenario, model.restarts, now);
}

void check_promise(const Life& life, const Scenario& scenario, int restarts) {
  if (!life.order) return;
  const auto& order = *life.order;
  const bool is_open = life.ticket && life.ticket->status != TicketStatus::rejected &&
                       life.ticket->status != TicketStatus::cancelled;
  const bool is_together = scenario.wiring == Wiring::together;
  if (is_together && is_open && order.promise_missed != life.ticket->missed) {
    broken("promise_is_right", "the order and its ticket differ about a promise missed", life);
  }
  if (!order.promised_at) {
    if (is_together && is_open) broken("promise_is_right", "nothing was promised", life);
    return;
  }
  // The customer reads it on the wall clock, the kitchen plans by the other, which may be ahead.
  const bool is_even = is_clock_even(scenario) && restarts == 0;
  // Elsewhere it hears later of a ticket that was changed.
  const bool was_promised =
      !is_together && life.promises.size() > 1 &&
      std::ranges::find(life.promises, *order.promised_at) != life.promises.end();
  const bool is_same =
      life.ticket && (*order.promised_at == life.ticket->promised_at || was_promised || !is_even);
  if (!is_same) {
    broken("promise_is_right", "the customer was promised another time than the cooks", life);
  }
  const bool waits = order.status <= OrderStatus::paid;
  const auto low = waits && !was_promised ? life.place.low : 0;
  const auto high = waits ? life.place.high : 0;
  if (order.queue_position < low || order.queue_position > high) {
    broken("promise_is_right",
           "the customer is number " + std::to_string(order.queue_position) + " in a queue of " +
               std::to_string(low) + " to " + std::to_string(high),
           life);
  }
}

}  // namespace oms::simulate
