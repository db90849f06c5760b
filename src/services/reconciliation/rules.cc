#include "services/reconciliation/rules.h"

#include <algorithm>
#include <string>
#include <utility>

#include "codec/json_names.h"
#include "services/reconciliation/explain.h"

namespace oms::reconciliation {
namespace {

using json::name_of;
using State = ProviderCharge::State;
using enum Difference;

// A payment that waits longer for the provider's answer is compared all the same.
constexpr Duration answer_within = std::chrono::hours{1};
constexpr std::string_view step_name = "reconciliation";  // of no saga: nobody waits for the answer

bool is_over(PaymentStatus status) {
  return status == PaymentStatus::expired || status == PaymentStatus::failed ||
         status == PaymentStatus::voided;
}

bool waits_for_money(PaymentStatus status) {
  return status == PaymentStatus::requested || status == PaymentStatus::link_ready ||
         status == PaymentStatus::authorized;
}

bool has_money(PaymentStatus status) {
  return status == PaymentStatus::captured || status == PaymentStatus::refund_pending ||
         status == PaymentStatus::partially_refunded || status == PaymentStatus::refunded;
}

// An undo that came before its do left a record that stands for no payment.
bool is_tombstone(const PaymentFacts& payment) {
  return payment.status == PaymentStatus::failed && payment.amount == 0 &&
         payment.session_id.empty();
}

bool is_changing(const OrderView& order) {
  const bool is_revised = order.revision && order.revision->status == ChangeStatus::under_way;
  return is_revised || std::ranges::any_of(order.requested_refunds, [](const auto& refund) {
           return refund.status == ChangeStatus::under_way;
         });
}

MinorUnits kept(const ProviderCharge& charge) {
  return charge.captured - charge.refunded;
}

std::string charge_text(const ProviderCharge& charge) {
  return " (" + charge.session_id + ")";
}

class Comparison {
 public:
  Comparison(const Books& books, Now now, Duration grace)
      : order_(books.order), books_(books), now_(now), grace_(grace) {}

  bool is_in_motion() const {
    const auto* payment = books_.payment;
    const bool is_being_asked =
        payment != nullptr && payment->asked_at && *payment->asked_at + answer_within > now_.at;
    return is_being_asked || order_.updated_at + grace_ > now_.wall || is_changing(order_);
  }

  std::vector<Finding> run() {
    compare_stock();
    if (books_.payment == nullptr && shows_money()) {
      add(missing_payment, "it shows its payment as " + std::string{name_of(order_.payment)} +
                               " and there is no record of one");
      return std::move(findings_);
    }
    if (books_.payment != nullptr && !is_tombstone(*books_.payment)) compare_payment();
    compare_charges();
    return std::move(findings_);
  }

 private:
  Finding& add(Difference kind, std::string_view what, const ProviderCharge* charge = nullptr) {
    auto& finding = findings_.emplace_back(
        Finding{.order_id = order_.id, .kind = kind, .since = order_.updated_at});
    if (charge != nullptr) {
      finding.session_id = charge->session_id;
      finding.since = std::max(finding.since, charge->created_at);
    }
    finding.explanation = explain(finding, what);
    return finding;
  }

  std::string status() const { return std::string{name_of(order_.status)}; }

  void compare_stock() {
    using stock::ReservationState;
    const bool is_completed = order_.status == OrderStatus::completed;
    const auto* reservation = books_.reservation;
    if (reservation == nullptr) {
      if (is_completed)
        add(uncommitted_stock, "it is completed and no stock was ever taken for it");
      return;
    }
    const auto state = reservation->state;
    if (is_completed && state != ReservationState::committed) {
      add(uncommitted_stock, "it is completed and its stock is " + std::string{name_of(state)});
    } else if (is_final(order_.status) && state == ReservationState::held) {
      add(held_stock, "it is " + status() + " and its stock is still reserved").repair =
          Repair::release_stock;
    }
    const bool is_sold = state == ReservationState::committed && !reservation->by_line &&
                         !reservation->is_returned && !reservation->is_written_off;
    if (order_.status == OrderStatus::cancelled && is_sold) {
      add(unreturned_stock, "it is cancelled and its stock counts as sold");
    }
  }

  bool shows_money() const {
    return has_money(order_.payment) || order_.payment == PaymentStatus::authorized;
  }

  // Our own two records of it.
  void compare_payment() {
    const auto* payment = books_.payment;
    if (order_.payment != payment->status) {
      add(status_mismatch, "it shows its payment as " + std::string{name_of(order_.payment)} +
                               " and the payment is " + std::string{name_of(payment->status)});
    }
    if (payment->amount != order_.total || payment->currency != order_.currency) {
      add(total_mismatch, "its total is " + money(order_.total, order_.currency) +
                              " and the payment is of " +
                              money(payment->amount, payment->currency));
    }
    if (order_.status == OrderStatus::cancelled && payment->refundable > 0) {
      add(cancelled_unrefunded, "it is cancelled and " +
                                    money(payment->refundable, payment->currency) +
                                    " of its payment were not given back");
    }
    if (order_.status == OrderStatus::completed && payment->captured == 0 && payment->amount > 0) {
      add(completed_unpaid,
          "it is completed and its payment is " + std::string{name_of(payment->status)});
    }
  }

  void compare_charges() {
    const auto* own = own_charge();
    if (own != nullptr) compare_own(*own);
    MinorUnits elsewhere = own != nullptr ? kept(*own) : 0;
    for (const auto& charge : books_.charges) {
      if (&charge == own) continue;
      if (const auto* closed = closed_link(charge)) {
        compare_closed(charge, *closed);
      } else {
        compare_stray(charge, elsewhere);
      }
    }
    const auto* payment = books_.payment;
    const bool has_own = payment != nullptr && payment->method != PaymentMethod::account;
    if (own != nullptr || !has_own) return;
    const bool is_counted_on =
        payment->captured > 0 || (!payment->session_id.empty() && waits_for_money(payment->status));
    if (!is_counted_on) return;
    add(missing_charge, "our payment is " + std::string{name_of(payment->status)} + " with " +
                            money(payment->captured, payment->currency) +
                            " captured and the provider has no charge " + payment->session_id);
  }

  // The payment's; where the answer that named it was lost, the one that is no other's.
  const ProviderCharge* own_charge() const {
    const auto* payment = books_.payment;
    if (payment == nullptr || payment->method == PaymentMethod::account || payment->awaits_link) {
      return nullptr;
    }
    const auto charge = std::ranges::find_if(books_.charges, [&](const ProviderCharge& each) {
      return payment->session_id.empty() ? closed_link(each) == nullptr && !is_tombstone(*payment)
                                         : each.session_id == payment->session_id;
    });
    return charge == books_.charges.end() ? nullptr : &*charge;
  }

  const ClosedLinkFacts* closed_link(const ProviderCharge& charge) const {
    if (books_.payment == nullptr) return nullptr;
    const auto& closed = books_.payment->closed;
    const auto link = std::ranges::find(closed, charge.session_id, &ClosedLinkFacts::session_id);
    return link == closed.end() ? nullptr : &*link;
  }

  void compare_own(const ProviderCharge& charge) {
    const auto& payment = *books_.payment;
    const auto ours = std::string{name_of(payment.status)};
    const bool is_same = charge.amount == payment.amount && charge.currency == payment.currency;
    if (!is_same || (payment.captured > 0 && charge.captured != payment.captured) ||
        charge.captured > charge.amount) {
      add(amount_mismatch,
          "the provider has captured " + money(charge.captured, charge.currency) + " of " +
              money(charge.amount, charge.currency) + charge_text(charge) +
              " and our payment is of " + money(payment.amount, payment.currency) + " with " +
              money(payment.captured, payment.currency) + " captured",
          &charge);
    } else if (charge.captured > payment.captured) {
      add(unrecorded_capture,
          "the provider has captured " + money(charge.captured, charge.currency) +
              charge_text(charge) + " and our payment is " + ours,
          &charge)
          .repair = Repair::look_up_payment;
    } else if (payment.captured > 0) {
      compare_refunds(charge, payment.refunded, payment.pending);
    } else {
      compare_uncaptured(charge, ours);
    }
  }

  // One that has not ended may count at the provider, or not yet.
  void compare_refunds(const ProviderCharge& charge, MinorUnits refunded, MinorUnits pending) {
    const bool is_unrecorded = charge.refunded > refunded + pending;
    if (!is_unrecorded && charge.refunded >= refunded) return;
    auto& finding =
        add(is_unrecorded ? unrecorded_refund : missing_refund,
            "the provider has refunded " + money(charge.refunded, charge.currency) +
                charge_text(charge) + " and we have recorded " + money(refunded, charge.currency),
            &charge);
    if (is_unrecorded) finding.repair = Repair::look_up_payment;
  }

  // Nothing was taken, by both.
  void compare_uncaptured(const ProviderCharge& charge, const std::string& ours) {
    const auto payment = books_.payment->status;
    const bool is_link = charge.state == State::open && !charge.is_card;
    const bool is_hold = charge.state == State::authorized;
    const bool is_cancelled = order_.status == OrderStatus::cancelled;
    if (charge.state == State::closed && waits_for_money(payment)) {
      add(unrecorded_expiry,
          "the provider has closed the charge" + charge_text(charge) + " and our payment is " +
              ours,
          &charge)
          .repair = Repair::look_up_payment;
    } else if ((is_link || is_hold) && (is_over(payment) || is_cancelled)) {
      const auto what = is_link ? "the link is open at the provider"
                                : "the provider holds " + money(charge.amount, charge.currency);
      add(is_link ? open_link : open_authorization,
          what + charge_text(charge) + ", it is " + status() + " and our payment is " + ours,
          &charge)
          .repair = is_over(payment) ? Repair::look_up_payment : Repair::undo_payment;
    }
  }

  // A link that was closed for a change: what is paid by it goes back.
  void compare_closed(const ProviderCharge& charge, const ClosedLinkFacts& closed) {
    if (charge.captured > closed.captured) {
      add(unrecorded_capture,
          "the provider has captured " + money(charge.captured, charge.currency) +
              charge_text(charge) + " by a link that was closed for a change",
          &charge)
          .repair = Repair::look_up_payment;
    } else if (charge.captured > 0) {
      compare_refunds(charge, closed.refunded, 0);
    } else if (charge.state == State::open) {
      add(open_link,
          "the link" + charge_text(charge) + " is open at the provider and was closed for a change",
          &charge)
          .repair = Repair::look_up_payment;
    }
  }

  // One that we have never asked for. `elsewhere`: what others have taken for the order, and kept.
  void compare_stray(const ProviderCharge& charge, MinorUnits& elsewhere) {
    const auto taken = kept(charge);
    const bool may_take = charge.state == State::authorized || charge.state == State::pending ||
                          (charge.state == State::open && !charge.is_card);
    if (taken <= 0 && !may_take) return;
    const bool is_double = taken > 0 && elsewhere > 0;
    add(is_double ? double_charge : unknown_charge,
        "the provider has a charge of " + money(charge.amount, charge.currency) +
            charge_text(charge) + " for it, which is " + std::string{name_of(charge.state)} +
            (is_double ? ", beside one of " + money(elsewhere, charge.currency)
                       : " and which we did not ask for"),
        &charge);
    elsewhere += taken;
  }

  const OrderView& order_;
  const Books& books_;
  Now now_;
  Duration grace_;
  std::vector<Finding> findings_;
};

}  // namespace

std::optional<std::vector<Finding>> compare(const Books& books, Now now, Duration grace) {
  Comparison comparison{books, now, grace};
  if (comparison.is_in_motion()) return std::nullopt;
  return comparison.run();
}

std::optional<Finding> unknown_order(const ProviderCharge& charge, Now now, Duration grace) {
  const bool is_harmless = kept(charge) <= 0 && charge.state != State::authorized;
  if (is_harmless || charge.created_at + grace > now.wall) return std::nullopt;
  Finding finding{.order_id = charge.order_id,
                  .kind = unknown_charge,
                  .session_id = charge.session_id,
                  .since = charge.created_at};
  finding.explanation = explain(
      finding, "the provider has a charge of " + money(charge.amount, charge.currency) +
                   charge_text(charge) + ", which is " + std::string{name_of(charge.state)} +
                   ", and there is no such order here");
  return finding;
}

std::optional<Payload> repair_of(const Finding& finding) {
  const StepRef ref{.step = std::string{step_name}};
  switch (finding.repair) {
    case Repair::none:
      return std::nullopt;
    case Repair::look_up_payment:
      return LookUpPayment{.session_id = finding.session_id};
    case Repair::undo_payment:
      return UndoPayment{.ref = ref, .reason = Reason::operator_request};
    case Repair::release_stock:
      return ReleaseStock{.ref = ref};
  }
  return std::nullopt;
}

std::vector<Finding> standing_in_both(const std::vector<Finding>& first,
                                      std::vector<Finding> second) {
  std::erase_if(second, [&](const Finding& again) {
    return std::ranges::none_of(first, [&](const Finding& before) {
      return before.order_id == again.order_id && before.kind == again.kind &&
             before.session_id == again.session_id;
    });
  });
  return second;
}

}  // namespace oms::reconciliation
