#include <fmt/format.h>

#include <algorithm>

#include "codec/json_names.h"
#include "sagas/all.h"
#include "tools/check/rules.h"

namespace oms::check {
namespace {

using coordinator::Phase;
using json::name_of;
using sagas::Command;
using sagas::Step;

bool came_back(const stock::Reservation& reservation) {
  return reservation.returned || reservation.written_off;
}

// None of its lines has anything left.
bool is_empty(const stock::Reservation& reservation) {
  return std::ranges::all_of(reservation.lines,
                             [](const auto& line) { return line.quantity == 0; });
}

bool is_delivery(const Story& story, delivery::DeliveryStatus status) {
  return story.delivery != nullptr && story.delivery->status == status;
}

// The money came, and nothing was done to undo that. The provider may have given it back, or the
// operator.
bool is_paid(const payments::Payment& payment) {
  const auto refunds = payments::refunds_of(payment);
  const auto undone =
      payment.refunded - refunded_by_provider(refunds) - refunded_by_changes(refunds);
  const bool is_being_undone = std::ranges::any_of(refunds, [](const Refund& refund) {
    return refund.initiated_by == Initiator::oms && refund.change == 0 &&
           refund.status == RefundStatus::pending;
  });
  return payment.captured > 0 && undone == 0 && !is_being_undone;
}

// Nothing is kept but what cannot be refunded.
bool is_given_back(const payments::Payment& payment) {
  const auto kept = Wide{payment.captured} - payment.refunded;
  return kept <= cannot_be_refunded(payment.refunds, payment.disputes) ||
         payment.status == PaymentStatus::refund_pending;  // it came too late
}

bool has_no_goods(const Story& story) {
  using stock::ReservationState;
  if (story.reservation == nullptr) return true;
  const auto state = story.reservation->state;
  return state == ReservationState::released || state == ReservationState::refused ||
         came_back(*story.reservation) || is_empty(*story.reservation);
}

bool has_no_money(const Story& story) {
  return story.payment == nullptr || is_given_back(*story.payment);
}

// A meal that was cooked stays cooked.
bool is_uncooked(const Story& story) {
  using kitchen::TicketStatus;
  return story.saga->main.pivoted || story.ticket == nullptr ||
         story.ticket->status == TicketStatus::rejected ||
         story.ticket->status == TicketStatus::cancelled;
}

// How what a step asks for stands: done, and not undone since; not begun; or nothing left of it.
struct Standing {
  bool is_done = true;
  bool is_untouched = true;
  bool is_undone = true;
};
Standing standing_of(Command act, const Story& story) {
  using delivery::DeliveryStatus;
  const auto* payment = story.payment;
  const bool was_asked_to_pay = payment != nullptr;
  const bool is_paid_for = was_asked_to_pay && is_paid(*payment);
  const bool has_asked_stock = story.reservation != nullptr;
  const auto state = has_asked_stock ? story.reservation->state : stock::ReservationState::released;
  const bool is_sold = state == stock::ReservationState::committed;
  const bool is_kept = is_sold && !came_back(*story.reservation);
  switch (act) {
    case Command::reserve_stock:  // what was sold had been reserved
      return {is_sold || state == stock::ReservationState::held, !has_asked_stock,
              has_no_goods(story)};
    case Command::commit_stock:
      return {is_kept, !is_sold, has_no_goods(story)};
    case Command::take_stock:
    case Command::take_lines:
      return {is_kept && !is_empty(*story.reservation), !has_asked_stock, has_no_goods(story)};
    case Command::collect_payment:
    case Command::charge_payment:
      return {is_paid_for, !was_asked_to_pay, has_no_money(story)};
    case Command::authorize_payment: {
      const bool is_held = was_asked_to_pay && payment->status == PaymentStatus::authorized;
      return {is_held || is_paid_for, !was_asked_to_pay, has_no_money(story)};
    }
    case Command::capture_payment:
      return {is_paid_for, !was_asked_to_pay || payment->captured == 0, has_no_money(story)};
    case Command::prepare_order: {
      const auto* ticket = story.ticket;
      return {ticket != nullptr && ticket->status == kitchen::TicketStatus::ready,
              ticket == nullptr, is_uncooked(story)};
    }
    case Command::deliver_order:
    case Command::hand_over: {
      const bool is_brought = act == Command::deliver_order;
      return {
          is_delivery(story, is_brought ? DeliveryStatus::delivered : DeliveryStatus::collected),
          story.delivery == nullptr,
          story.delivery == nullptr || is_delivery(story, DeliveryStatus::failed) ||
              is_delivery(story, DeliveryStatus::withdrawn)};
    }
    case Command::none:
    case Command::release_stock:
    case Command::undo_payment:
    case Command::return_stock:
    case Command::cancel_ticket:
    case Command::withdraw_delivery:
    case Command::undo_capture:
    case Command::change_lines:
    case Command::close_link:
    case Command::reopen_link:
    case Command::open_link:
    case Command::change_reservation:
    case Command::hold_ticket:
    case Command::release_ticket:
    case Command::change_ticket:
    case Command::refund_payment:
    case Command::return_lines:
    case Command::apply_change:
      break;  // no step of a life begins with it
  }
  return {};
}

// What stands for each step, from where the saga is. Participants whose records were tidied away
// are not asked.
void check_steps(const Story& story, std::size_t at, const sagas::Saga& table, Findings& findings) {
  const auto phase = story.saga->main.phase;
  for (std::size_t i = 0; i < table.steps.size(); ++i) {
    const Step& step = table.steps[i];
    const auto expect = [&](bool holds, std::string_view state) {
      findings.expect(Rule::saga_told_truly, holds, story.id, [&] {
        return fmt::format("the saga is {} at {}, but {} is not {}", name_of(phase),
                           story.saga->main.step, step.name, state);
      });
    };
    const auto standing = standing_of(step.act, story);
    if (phase == Phase::cancelled) {
      expect(standing.is_undone, "undone");
    } else if (phase == Phase::completed || i < at) {
      expect(standing.is_done, "done");
    } else if (phase == Phase::doing && i > at) {
      expect(standing.is_untouched, "untouched");
    }
  }
}

// Whether a saga that stands there may show the order in that status.
bool may_show(OrderStatus status, const Story& story, std::size_t at, const sagas::Saga& table) {
  const auto phase = story.saga->main.phase;
  if (phase == Phase::cancelled) return status == OrderStatus::cancelled;
  if (phase == Phase::undoing) return !is_final(status);
  auto shown = OrderStatus::pending;
  const auto until = phase == Phase::completed ? table.steps.size() : at;
  for (std::size_t i = 0; i < until; ++i) {
    if (table.steps[i].shows_started) shown = *table.steps[i].shows_started;
    if (table.steps[i].shows_done) shown = *table.steps[i].shows_done;
  }
  return status == shown ||
         (until < table.steps.size() && status == table.steps[until].shows_started);
}

// What was done was shown. Money may come before anybody has heard of its link.
void check_shown(const Story& story, std::size_t at, const sagas::Saga& table, Findings& findings) {
  const auto& run = story.saga->main;
  if (run.phase != Phase::doing && run.phase != Phase::completed) return;
  const auto until = run.phase == Phase::completed ? table.steps.size() : at;
  for (std::size_t i = 0; i < until; ++i) {
    const Step& step = table.steps[i];
    for (const auto& shows : {step.shows_started, step.shows_done}) {
      if (!shows || *shows == OrderStatus::waiting_payment) continue;
      const auto& history = story.order->history;
      const bool is_shown =
          std::ranges::find(history, *shows, &orders::HistoryEntry::status) != history.end();
      findings.expect(Rule::saga_told_truly, is_shown, story.id, [&] {
        return fmt::format("its saga is behind {}, and it was never {}", step.name,
                           name_of(*shows));
      });
    }
  }
}

void check_cancelled(const Story& story, Findings& findings) {
  const auto expect = [&](bool holds, auto what) {
    findings.expect(Rule::cancelled_is_empty, holds, story.id, what);
  };
  expect(has_no_goods(story), [] { return "is cancelled, and holds stock"; });
  expect(has_no_money(story), [&] {
    return fmt::format("is cancelled, and {} of the customer's money is kept",
                       Wide{story.payment->captured} - story.payment->refunded);
  });
}

void check_paid(const Story& story, Findings& findings) {
  if (story.ticket == nullptr) return;
  const bool is_tombstone = story.ticket->status == kitchen::TicketStatus::cancelled;
  const bool was_paid = story.payment != nullptr && story.payment->captured > 0;
  findings.expect(Rule::cooked_is_paid, was_paid || is_tombstone, story.id, [&] {
    return fmt::format("the kitchen's ticket is {}, and nothing was paid",
                       name_of(story.ticket->status));
  });
}

void check_due(const coordinator::Saga& saga, Findings& findings) {
  findings.expect(Rule::due_or_over, saga.is_live() == saga.due().has_value(), saga.id, [&] {
    return fmt::format("the saga is {} at {} and has {} due time", name_of(saga.main.phase),
                       saga.main.step, saga.due() ? "a" : "no");
  });
}

}  // namespace

void check_saga(const Story& story, const Circumstances& circumstances, Findings& findings) {
  if (story.saga != nullptr) check_due(*story.saga, findings);
  if (may_be_tidied(story, circumstances)) return;
  check_paid(story, findings);
  if (story.order == nullptr || story.saga == nullptr) return;
  const auto& saga = *story.saga;
  const auto& run = saga.main;
  const auto* table = sagas::find(run.saga, run.version);
  const auto expect = [&](bool holds, auto what) {
    return findings.expect(Rule::saga_told_truly, holds, story.id, what);
  };
  expect(saga.changes == story.order->changes &&
             saga.change.has_value() == orders::is_changing(*story.order),
         [] { return "its saga has seen other changes than the order"; });
  if (!expect(table != nullptr, [&] {
        return fmt::format("follows the saga {} {}, which this program does not know", run.saga,
                           run.version);
      })) {
    return;
  }
  const auto step = std::ranges::find(table->steps, run.step, &Step::name);
  if (!expect(step != table->steps.end(), [&] { return "is at an unknown step " + run.step; })) {
    return;
  }
  const auto at = static_cast<std::size_t>(step - table->steps.begin());
  expect(saga.customer_id == story.order->customer_id,
         [] { return "its saga is about another customer"; });
  // Of what is changed line by line the order tells, and of its end, too.
  const bool is_apart = is_by_line(*story.order);
  expect(saga.total == story.order->total || is_apart || orders::is_changing(*story.order),
         [] { return "its saga is about another total"; });
  if (story.order->status == OrderStatus::cancelled) check_cancelled(story, findings);
  if (is_apart && story.order->revision) return;
  expect(may_show(story.order->status, story, at, *table), [&] {
    return fmt::format("is {}, but its saga is {} at {}", name_of(story.order->status),
                       name_of(run.phase), run.step);
  });
  check_steps(story, at, *table, findings);
  check_shown(story, at, *table, findings);
}

bool waits_for_customer(const Story& story) {
  if (story.saga == nullptr || story.payment == nullptr) return false;
  return story.saga->main.phase == Phase::doing &&
         story.payment->status == PaymentStatus::link_ready && !story.payment->undo_requested &&
         story.payment->failure == Reason::none;
}

void check_under_way(const Story& story, const Circumstances& circumstances, Findings& findings) {
  if (!circumstances.must_be_quiescent || circumstances.with_dead_letter.contains(story.id)) return;
  const auto expect = [&](bool holds, auto what) {
    findings.expect(Rule::nothing_under_way, holds, story.id, what);
  };
  const bool waits = waits_for_customer(story);
  if (story.saga != nullptr) {
    expect(!story.saga->is_live() || waits, [&] {
      return fmt::format("its saga is {} at {}", name_of(story.saga->main.phase),
                         story.saga->main.step);
    });
  }
  if (story.payment != nullptr) {
    const auto status = story.payment->status;
    expect(status != PaymentStatus::requested && status != PaymentStatus::refund_pending,
           [&] { return fmt::format("its payment is {}", name_of(status)); });
  }
  if (story.reservation != nullptr) {
    expect(story.reservation->state != stock::ReservationState::held || waits,
           [] { return "it holds stock"; });
  }
}

}  // namespace oms::check
