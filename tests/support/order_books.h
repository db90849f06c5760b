#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "services/reconciliation/rules.h"

namespace oms::reconciliation {

using std::chrono::hours;
using std::chrono::minutes;
using stock::ReservationState;
using State = ProviderCharge::State;

inline const Id order_id = *Id::parse("65a000000000000000000001");
inline constexpr Time placed{1'700'000'000'000};
inline constexpr Time later = placed + hours{2};
inline constexpr Duration grace = minutes{2};

inline auto is(Difference kind, Repair repair) {
  return ::testing::AllOf(::testing::Field("kind", &Finding::kind, kind),
                          ::testing::Field("repair", &Finding::repair, repair));
}
inline auto only(Difference kind, Repair repair = Repair::none) {
  return ::testing::ElementsAre(is(kind, repair));
}

// An order on its way, or at its end, and what the others have on record of it. All agree, until a
// test says otherwise.
class ReconciliationRules : public ::testing::Test {
 protected:
  ReconciliationRules() { given_waiting(); }

  void given_waiting() {
    order = {.id = order_id,
             .status = OrderStatus::waiting_payment,
             .total = 450,
             .currency = "usd",
             .payment = PaymentStatus::link_ready,
             .created_at = placed,
             .updated_at = placed};
    payment = {.order_id = order_id,
               .status = PaymentStatus::link_ready,
               .amount = 450,
               .currency = "usd",
               .session_id = "cs_1"};
    reservation = {.order_id = order_id, .state = ReservationState::held};
    charges = {charge("cs_1", State::open)};
  }
  void given_paid(OrderStatus status = OrderStatus::completed) {
    given_waiting();
    order.status = status;
    pay(PaymentStatus::captured, 450);
    reservation->state = ReservationState::committed;
    charges = {charge("cs_1", State::captured, 450)};
  }
  // Before it was paid.
  void given_cancelled() {
    given_waiting();
    order.status = OrderStatus::cancelled;
    pay(PaymentStatus::expired, 0);
    reservation->state = ReservationState::released;
    charges = {charge("cs_1", State::closed)};
  }
  // By card, and held.
  void given_authorized() {
    given_waiting();
    order.status = OrderStatus::pending;
    pay(PaymentStatus::authorized, 0);
    payment->method = PaymentMethod::card;
    charges = {charge("cs_1", State::authorized)};
    charges.front().is_card = true;
  }
  void pay(PaymentStatus status, MinorUnits captured, MinorUnits refunded = 0) {
    order.payment = payment->status = status;
    payment->captured = captured;
    payment->refunded = refunded;
    payment->refundable = captured - refunded;
  }
  static ProviderCharge charge(std::string session, State state, MinorUnits captured = 0,
                               MinorUnits refunded = 0) {
    return {.session_id = std::move(session),
            .order_id = order_id,
            .state = state,
            .amount = 450,
            .captured = captured,
            .refunded = refunded,
            .currency = "usd",
            .created_at = placed};
  }

  std::optional<std::vector<Finding>> compared(Time now = later) const {
    return compare({.order = order,
                    .payment = payment ? &*payment : nullptr,
                    .reservation = reservation ? &*reservation : nullptr,
                    .charges = charges},
                   now, grace);
  }
  std::vector<Finding> found() const { return compared().value(); }

  OrderView order;
  std::optional<PaymentFacts> payment;
  std::optional<ReservationFacts> reservation;
  std::vector<ProviderCharge> charges;
};

}  // namespace oms::reconciliation
