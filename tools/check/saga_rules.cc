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

// Whether what the step asks for has been done, and has not been undone since.
bool is_done(Command act, const Story& story) {
  using stock::ReservationState;
  switch (act) {
    case Command::reserve_stock:  // what was sold had been reserved
      return story.reservation != nullptr &&
             (story.reservation->state == ReservationState::held ||
              story.reservation->state == ReservationState::committed);
    case Command::collect_payment:
      return story.payment != nullptr && is_paid(*story.payment);
    case Command::commit_stock:
      return story.reservation != nullptr &&
             story.reservation->state == ReservationState::committed &&
             !came_back(*story.reservation);
    case Command::prepare_order:
      return story.ticket != nullptr && story.ticket->status == kitchen::TicketStatus::ready;
    case Command::deliver_order:
      return story.delivery != nullptr &&
             story.delivery->status == delivery::DeliveryStatus::delivered;
    default:
      return true;
  }
}

// Whether nothing of the step has been begun.
bool is_untouched(Command act, const Story& story) {
  switch (act) {
    case Command::collect_payment:
      return story.payment == nullptr;
    case Command::commit_stock:
      return story.reservation == nullptr ||
             story.reservation->state != stock::ReservationState::committed;
    case Command::prepare_order:
      return story.ticket == nullptr;
    case Command::deliver_order:
      return story.delivery == nullptr;
    default:
      return true;
  }
}

// Whether nothing of the step is left. A meal that was cooked stays cooked.
bool is_undone(Command act, const Story& story) {
  using kitchen::TicketStatus;
  switch (act) {
    case Command::reserve_stock:
    case Command::commit_stock:
      return story.reservation == nullptr ||
             story.reservation->state == stock::ReservationState::released ||
             story.reservation->state == stock::ReservationState::refused ||
             came_back(*story.reservation);
    case Command::collect_payment:
      return story.payment == nullptr || is_given_back(*story.payment);
    case Command::prepare_order:
      return story.saga->main.pivoted || story.ticket == nullptr ||
             story.ticket->status == TicketStatus::rejected ||
             story.ticket->status == TicketStatus::cancelled;
    case Command::deliver_order:
      return story.delivery == nullptr ||
             story.delivery->status == delivery::DeliveryStatus::failed;
    default:
      return true;
  }
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
    if (phase == Phase::cancelled) {
      expect(is_undone(step.act, story), "undone");
    } else if (phase == Phase::completed || i < at) {
      expect(is_done(step.act, story), "done");
    } else if (phase == Phase::doing && i > at) {
      expect(is_untouched(step.act, story), "untouched");
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

void check_cancelled(const Story& story, Findings& findings) {
  const auto expect = [&](bool holds, auto what) {
    findings.expect(Rule::cancelled_is_empty, holds, story.id, what);
  };
  expect(is_undone(Command::reserve_stock, story), [] { return "is cancelled, and holds stock"; });
  expect(is_undone(Command::collect_payment, story), [&] {
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
  expect(saga.total == story.order->total && saga.customer_id == story.order->customer_id,
         [] { return "its saga is about another total or customer"; });
  expect(may_show(story.order->status, story, at, *table), [&] {
    return fmt::format("is {}, but its saga is {} at {}", name_of(story.order->status),
                       name_of(run.phase), run.step);
  });
  check_steps(story, at, *table, findings);
  if (story.order->status == OrderStatus::cancelled) check_cancelled(story, findings);
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
