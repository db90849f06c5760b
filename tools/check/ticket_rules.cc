#include <fmt/format.h>

#include <algorithm>

#include "tools/check/rules.h"

namespace oms::check {
namespace {

using kitchen::Ticket;
using kitchen::TicketStatus;

// A cancellation that came before its ticket: there is nothing to cook.
bool is_tombstone(const Ticket& ticket) {
  return ticket.status == TicketStatus::cancelled && ticket.lines.empty();
}

// A held ticket gets its new lines once the order has them, and one that was called off meanwhile
// keeps those of before.
bool may_be_of_before(const Ticket& ticket, const orders::Order& order) {
  const bool is_called_off =
      ticket.status == TicketStatus::rejected || ticket.status == TicketStatus::cancelled;
  return ticket.status == TicketStatus::held || (is_called_off && order.revision);
}

void check_lines(const Ticket& ticket, const orders::Order& order, Findings& findings) {
  if (may_be_of_before(ticket, order)) return;
  const auto is_same = [](const kitchen::TicketLine& line, const OrderLine& ordered) {
    return line.product_name == ordered.product_name && line.quantity == ordered.quantity;
  };
  findings.expect(Rule::as_ordered, std::ranges::equal(ticket.lines, order.lines, is_same),
                  ticket.id, [] { return "the kitchen's ticket is of something else"; });
}

// A cook who accepts a ticket by hand begins it then, whatever was promised: of these their
// cook's time is what begins and ends. Older tickets do not tell how long they take.
void check_promise(const Ticket& ticket, Findings& findings) {
  const bool is_begun_by_hand = ticket.busy_until != Time{};
  const auto ends_at = is_begun_by_hand ? ticket.busy_until : ticket.promised_at;
  const auto takes = Wide{ends_at.unix_ms} - ticket.starts_at.unix_ms;
  const bool is_told = ticket.takes_ms != 0;
  findings.expect(Rule::promise_is_right, takes >= 0 && (!is_told || takes == ticket.takes_ms),
                  ticket.id, [&] {
                    return fmt::format("is to begin at {} and {} {}, and takes {} ms",
                                       to_text(ticket.starts_at),
                                       is_begun_by_hand ? "its cook is free at" : "be ready at",
                                       to_text(ends_at), ticket.takes_ms);
                  });
}

}  // namespace

void check_ticket(const Story& story, Findings& findings) {
  if (story.ticket == nullptr || is_tombstone(*story.ticket)) return;
  check_promise(*story.ticket, findings);
  if (story.order != nullptr) check_lines(*story.ticket, *story.order, findings);
}

}  // namespace oms::check
