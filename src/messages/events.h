#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/common.h"
#include "messages/orders.h"
#include "messages/payment_state.h"
#include "messages/stock.h"
#include "messages/trace.h"

// Public events: what has become of the records of a commit, for those who follow. Services derive
// them in `announce`, from a record before and after the commit; nobody decides by them.
namespace oms {

enum class EventType {
  order_created,
  order_waiting_payment,
  order_paid,
  order_preparing,
  order_ready,
  order_delivering,
  order_completed,
  order_cancelled,
  order_updated,  // its status is the same, and something else that its page shows is not
  payment_completed,
  payment_failed,                // the link is closed, and nothing was paid
  payment_refunded,              // a refund has succeeded, ours or not
  payment_refunded_by_provider,  // one was begun that nobody here has asked for
  payment_refund_failed,
  payment_disputed,        // or the dispute has ended
  payment_unknown,         // a refund or dispute of a payment that is not, or no longer, kept
  inventory_updated,       // what an order holds
  inventory_level,         // of a product. One of these three at most in a commit:
  inventory_low,           // it was enough before
  inventory_out_of_stock,  // there was some before
  kitchen_promise_missed,
  payment_authorized,
  payment_voided,  // what was authorized is given back
  order_revised,   // its lines are others now
};
BOOST_DESCRIBE_ENUM(EventType, order_created, order_waiting_payment, order_paid, order_preparing,
                    order_ready, order_delivering, order_completed, order_cancelled, order_updated,
                    payment_completed, payment_failed, payment_refunded,
                    payment_refunded_by_provider, payment_refund_failed, payment_disputed,
                    payment_unknown, inventory_updated, inventory_level, inventory_low,
                    inventory_out_of_stock, kitchen_promise_missed, payment_authorized,
                    payment_voided, order_revised)

// As others know it: "order.waiting_payment".
std::string public_name(EventType type);

// Order events carry the OrderView without the contact. The other kinds of data follow.

// How the payment stands, and what the event is about.
struct PaymentEvent {
  PaymentStatus status = PaymentStatus::requested;
  Reason failure = Reason::none;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;  // in all
  MinorUnits amount = 0;    // captured, refunded or disputed this time
  std::string currency;
  std::string provider_id;  // the provider's name for the refund or dispute, if it has one
  std::optional<Refund> refund;
  std::optional<DisputeStatus> dispute;
};
BOOST_DESCRIBE_STRUCT(PaymentEvent, (),
                      (status, failure, captured, refunded, amount, currency, provider_id, refund,
                       dispute))

struct ReservationEvent {
  stock::ReservationState state = stock::ReservationState::held;
  Reason reason = Reason::none;
  std::vector<stock::ReservedLine> lines;
  bool written_off = false;  // what has not come back
};
BOOST_DESCRIBE_STRUCT(ReservationEvent, (), (state, reason, lines, written_off))

struct StockLevel {
  std::int64_t available = 0;
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;
  std::int64_t low_at = 0;
};
BOOST_DESCRIBE_STRUCT(StockLevel, (), (available, on_hand, reserved, low_at))

struct PromiseMissed {
  std::int64_t order_number = 0;  // that people call the order by; 0: none
};
BOOST_DESCRIBE_STRUCT(PromiseMissed, (), (order_number))

using EventData =
    std::variant<OrderView, PaymentEvent, ReservationEvent, StockLevel, PromiseMissed>;

struct PublicEvent {
  EventType type = EventType::order_updated;
  ServiceName source = ServiceName::world;  // whose record it derives from
  std::string subject;                      // the order's id, or the product's
  // Among those of this source and subject: it rises, and may leave numbers out. 0: no record of
  // ours tells of it, so it has no place among them.
  std::int64_t number = 0;
  Time time = {};    // by the wall clock
  Trace trace = {};  // with the span of the decision that it comes from
  EventData data = {};
};

// Money that moved unasked, or did not move: the operator is told.
struct PaymentAlarm {
  enum class Kind {
    refunded_by_provider,
    refund_failed,
    disputed,
    dispute_won,
    dispute_lost,
    unknown_payment,
  };
  BOOST_DESCRIBE_NESTED_ENUM(Kind, refunded_by_provider, refund_failed, disputed, dispute_won,
                             dispute_lost, unknown_payment)

  Kind kind = Kind::unknown_payment;
  MinorUnits amount = 0;
  std::string currency;
  std::string detail;  // the provider's name for it
};

// None where the event is no reason for one.
std::optional<PaymentAlarm> alarm_of(const PublicEvent& event);

}  // namespace oms
