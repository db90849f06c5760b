#include <fmt/format.h>

#include <utility>

#include "codec/json_names.h"
#include "tools/check/rules.h"

namespace oms::check {
namespace {

using json::name_of;
using payments::Payment;

// An undo that came before its do left a record that stands for no payment.
bool is_tombstone(const Payment& payment) {
  return payment.status == PaymentStatus::failed && payment.amount == 0 &&
         payment.session_id.empty();
}

bool fits_status(const Payment& payment) {
  switch (payment.status) {
    case PaymentStatus::requested:
    case PaymentStatus::link_ready:
    case PaymentStatus::expired:
    case PaymentStatus::failed:
    case PaymentStatus::authorized:
    case PaymentStatus::voided:
      return payment.captured == 0 && payment.refunded == 0;
    case PaymentStatus::captured:
      return payment.captured == payment.amount && payment.refunded == 0;
    case PaymentStatus::refund_pending:
      return payment.captured > 0 && payment.refunded < payment.captured;
    case PaymentStatus::partially_refunded:
      return payment.refunded > 0 && payment.refunded < payment.captured;
    case PaymentStatus::refunded:
      return payment.captured > 0 && payment.refunded == payment.captured;
    case PaymentStatus::none:  // of an order, not of a payment
      return false;
  }
  return false;
}

// The refunds, one by one, against what the payment says of all.
void check_refunds(const Payment& payment, Findings& findings) {
  const auto refunds = payments::refunds_of(payment);
  const auto succeeded = sum_of(refunds, RefundStatus::succeeded);
  const auto pending = sum_of(refunds, RefundStatus::pending);
  const auto expect = [&](bool holds, auto what) {
    findings.expect(Rule::one_charge, holds, payment.id, what);
  };
  expect(succeeded == payment.refunded, [&] {
    return fmt::format("{} is refunded, and its refunds come to {}", payment.refunded, succeeded);
  });
  expect(pending <= payment.captured - succeeded, [&] {
    return fmt::format("{} is being refunded, and {} is left", pending,
                       payment.captured - succeeded);
  });
  std::int32_t number = 0;
  for (const auto& refund : refunds) {
    expect(refund.number > std::exchange(number, refund.number) && refund.amount > 0,
           [&] { return fmt::format("refund {} is of {}", refund.number, refund.amount); });
  }
  const bool is_pending = payments::pending_refund(refunds) != nullptr;
  expect(is_pending == (payment.status == PaymentStatus::refund_pending), [&] {
    return fmt::format("the payment is {}, and a refund is {}pending", name_of(payment.status),
                       is_pending ? "" : "not ");
  });
  const auto taken_back = disputed(payment.disputes);
  // A bank may be quicker than the word that the money is there.
  const auto most = payment.captured > 0 ? payment.captured : payment.amount;
  expect(taken_back <= most,
         [&] { return fmt::format("{} is disputed of {} captured", taken_back, most); });
}

Wide total_of(const std::vector<OrderLine>& lines) {
  Wide total = 0;
  for (const auto& line : lines) total += Wide{line.unit_price} * line.quantity;
  return total;
}

// What the order cost when it was paid. Its total is smaller since, if it was changed; that money
// has gone back, or was to go and has come back.
bool is_amount_of(const orders::Order& order, const Payment& payment) {
  // The next link is for what the order is to be.
  const bool is_ahead = payment.links > 1 && orders::is_changing(order);
  if (is_ahead && payment.amount == total_of(order.revision->lines)) return true;
  const auto refunds = payments::refunds_of(payment);
  const auto least = order.total + refunded_by_revisions(order, refunds);
  const auto come_back = refunded_by_revisions(order, refunds, RefundStatus::failed);
  return payment.amount >= least && payment.amount <= least + come_back;
}

void check_amounts(const Story& story, Findings& findings) {
  const auto& payment = *story.payment;
  findings.expect(Rule::one_charge, fits_status(payment), story.id, [&] {
    return fmt::format("the payment is {} with {} captured and {} refunded of {}",
                       name_of(payment.status), payment.captured, payment.refunded, payment.amount);
  });
  check_refunds(payment, findings);
  if (story.order == nullptr || is_tombstone(payment)) return;
  const auto& order = *story.order;
  findings.expect(
      Rule::one_charge, is_amount_of(order, payment) && payment.currency == order.currency,
      story.id, [&] {
        return fmt::format("the payment is of {} {}, the order of {} {}", payment.amount,
                           payment.currency, order.total, order.currency);
      });
}

// How much of the order's money the provider may have kept, by its own book.
bool may_be_kept(const orders::Order& order, Wide kept) {
  const auto given_back = refunded_by_provider(order.refunds);
  if (order.status == OrderStatus::completed) {
    const auto rest = order.total + refunded_by_revisions(order, order.refunds) -
                      refunded_by_changes(order.refunds);
    return kept <= rest && kept >= rest - given_back;
  }
  return kept >= 0 && kept <= given_back + cannot_be_refunded(order.refunds, order.disputes);
}

// What the order and the ledger come to, where the payment's own record has been tidied away.
LedgerView without_payment(const Story& story, const Circumstances& circumstances,
                           Findings& findings) {
  const auto& session = *story.session;
  if (story.archived != nullptr) return LedgerView::agrees;
  if (story.order != nullptr && may_be_tidied(story, circumstances)) {
    const auto kept = Wide{session.captured} - session.refunded;
    const bool is_right = may_be_kept(*story.order, kept);
    findings.expect(Rule::ledger_agrees, is_right, story.id, [&] {
      return fmt::format("is {}, and the provider keeps {} of {}", name_of(story.order->status),
                         kept, story.order->total);
    });
    return is_right ? LedgerView::agrees : LedgerView::broken;
  }
  if (circumstances.ledger_may_be_ahead) return LedgerView::behind;
  findings.expect(Rule::ledger_agrees, false, story.id,
                  [] { return "the provider has a session for it, and we have no payment"; });
  return LedgerView::broken;
}

LedgerView without_session(const Story& story, Findings& findings) {
  const auto& payment = *story.payment;
  const bool is_kept_here = payment.method == PaymentMethod::account;
  const bool may_have_none = payment.session_id.empty() && (payment.captured == 0 || is_kept_here);
  findings.expect(Rule::ledger_agrees, may_have_none, story.id, [&] {
    return fmt::format("the payment is {}, and the provider knows of none",
                       name_of(payment.status));
  });
  return may_have_none ? LedgerView::agrees : LedgerView::broken;
}

void check_session(const Story& story, Findings& findings) {
  const auto& session = *story.session;
  findings.expect(Rule::one_charge, session.charges <= 1, story.id,
                  [&] { return fmt::format("the provider charged it {} times", session.charges); });
  findings.expect(Rule::one_charge,
                  session.captured <= session.amount && session.refunded <= session.captured,
                  story.id, [&] {
                    return fmt::format("the provider captured {} and refunded {} of {}",
                                       session.captured, session.refunded, session.amount);
                  });
  findings.expect(Rule::one_charge, session.closed_refunded <= session.closed_captured, story.id,
                  [&] {
                    return fmt::format("{} were paid by links that were closed, and {} refunded",
                                       session.closed_captured, session.closed_refunded);
                  });
}

// A link that stays open need not be looked at by itself where the provider lists its events
// (--events-every): its saga asks before it closes it.
bool is_looked_at(const Story& story) {
  const auto& payment = *story.payment;
  if (payment.due) return true;
  const bool stays_open = payment.status == PaymentStatus::link_ready && !payment.under_way &&
                          !payment.undo_requested && !payment.close_requested;
  return stays_open && story.saga != nullptr && story.saga->is_live();
}

}  // namespace

void check_payment(const Story& story, Findings& findings) {
  if (story.payment == nullptr) return;
  check_amounts(story, findings);
  const auto status = story.payment->status;
  const bool waits_for_change = story.payment->awaits_link;
  const bool is_under_way = (status == PaymentStatus::requested && !waits_for_change) ||
                            status == PaymentStatus::link_ready ||
                            status == PaymentStatus::refund_pending ||
                            (status == PaymentStatus::authorized &&
                             (story.payment->capture_requested || story.payment->undo_requested));
  findings.expect(Rule::due_or_over, !is_under_way || is_looked_at(story), story.id,
                  [&] { return fmt::format("the payment is {} for ever", name_of(status)); });
  if (story.order == nullptr || is_tombstone(*story.payment)) return;
  findings.expect(Rule::saga_told_truly, story.order->payment == status, story.id, [&] {
    return fmt::format("shows its payment as {}, which is {}", name_of(story.order->payment),
                       name_of(status));
  });
  const auto shown = sum_of(story.order->refunds, RefundStatus::succeeded);
  const auto known = sum_of(story.payment->refunds, RefundStatus::succeeded);
  findings.expect(Rule::saga_told_truly, shown == known, story.id, [&] {
    return fmt::format("shows refunds of {}, and {} is refunded", shown, known);
  });
}

LedgerView check_ledger(const Story& story, const Circumstances& circumstances,
                        Findings& findings) {
  if (!circumstances.has_ledger) return LedgerView::not_asked;
  if (story.session == nullptr) {
    return story.payment == nullptr ? LedgerView::not_asked : without_session(story, findings);
  }
  check_session(story, findings);
  if (story.payment == nullptr) return without_payment(story, circumstances, findings);
  const auto& payment = *story.payment;
  const auto& session = *story.session;
  const auto expect = [&](bool holds, auto what) {
    return findings.expect(Rule::ledger_agrees, holds, story.id, what);
  };
  const auto by_us = payment.refunded - refunded_by_provider(payments::refunds_of(payment));
  // The next link is asked for, and not there yet.
  const bool is_ahead = payment.links > 1 && payment.session_id.empty();
  const bool same_terms =
      (session.amount == payment.amount || is_ahead) && session.currency == payment.currency;
  const bool is_sound =
      expect(same_terms || is_tombstone(payment),
             [&] {
               return fmt::format("we ask for {} {}, the provider for {} {}", payment.amount,
                                  payment.currency, session.amount, session.currency);
             }) &&
      expect(payment.captured <= session.captured && by_us <= session.refunded, [&] {
        return fmt::format("we say {} captured and {} refunded, the provider {} and {}",
                           payment.captured, by_us, session.captured, session.refunded);
      });
  if (!is_sound) return LedgerView::broken;
  // What was paid by a link that had been closed goes back as soon as we hear of it.
  if (session.closed_refunded < session.closed_captured) return LedgerView::behind;
  if (payment.captured == session.captured && session.refunded <= payment.refunded) {
    return LedgerView::agrees;
  }
  const bool will_hear =
      is_looked_at(story) || payment.awaits_link || is_ahead || circumstances.ledger_may_be_ahead;
  expect(will_hear, [&] {
    return fmt::format(
        "the provider has captured {} and refunded {}, and we will never know "
        "(the payment is {})",
        session.captured, session.refunded, name_of(payment.status));
  });
  return will_hear ? LedgerView::behind : LedgerView::broken;
}

}  // namespace oms::check
