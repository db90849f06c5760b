#pragma once

#include <boost/describe.hpp>

#include "messages/payments.h"
#include "messages/record.h"

namespace oms::payments {

// What one order's payment has come to. At most one operation is under way at the provider: `due`
// is when it is tried again or the provider is asked.
struct Payment {
  Id id;  // the order's
  std::string customer_id;
  PaymentStatus status = PaymentStatus::requested;
  MinorUnits amount = 0;
  std::string currency;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;  // what the refunds that succeeded come to
  std::string session_id;
  Time expires_at;                // of the link
  std::vector<OrderLine> lines;   // what the link is for; dropped once it is there
  StepRef ref;                    // the life's command that waits for an answer
  StepRef change_ref;             // the last change's command: answered when its refund has ended
  bool undo_requested = false;    // the customer is to end up having paid nothing
  Reason failure = Reason::none;  // why the payment was given up
  std::optional<PaymentOperation::Kind> under_way;  // asked for, and without an answer
  std::int32_t attempt = 0;                         // of the operation under way
  Time asked_at;                                    // its first attempt
  std::int32_t requests = 0;  // to the provider so far: the number of the last one
  std::optional<Time> due;
  std::vector<std::string> events;  // the provider's, applied; at most `events_max`
  std::vector<Refund> refunds;      // at most `refunds_max`, and our own
  std::vector<Dispute> disputes;    // at most `disputes_max`
  MinorUnits refunded_in_all = 0;   // by the provider's latest total
  std::int32_t declines = 0;
  PaymentError last_error;  // of the last decline
  PaymentMethod method = PaymentMethod::link;
  // What the provider is asked first: to make a link, or to charge or authorize a card.
  PaymentOperation::Kind begins_with = PaymentOperation::Kind::create_link;
  std::string payment_token;       // the card's; dropped once it has been used
  bool capture_requested = false;  // of what is authorized
  bool spares_capture = false;     // the undo that was requested: what is captured stays so
};
BOOST_DESCRIBE_STRUCT(Payment, (),
                      (id, customer_id, status, amount, currency, captured, refunded, session_id,
                       expires_at, lines, ref, change_ref, undo_requested, failure, under_way,
                       attempt, asked_at, requests, due, events, refunds, disputes, refunded_in_all,
                       declines, last_error, method, begins_with, payment_token, capture_requested,
                       spares_capture))

const RecordType& record_type(const Payment*);

inline constexpr std::size_t refunds_max = 32;
inline constexpr std::size_t disputes_max = 32;

// The refunds of a payment, also of one that was stored before each was recorded by itself.
std::vector<Refund> refunds_of(const Payment& payment);

// What they come to. Past what was captured there is nothing to sum: adding one checks that.
MinorUnits sum_of(const std::vector<Refund>& refunds, RefundStatus status);
// Open disputes and lost ones: the provider has taken this back, or will have.
MinorUnits disputed(const std::vector<Dispute>& disputes);
// What may still be refunded: captured − refunded − pending − disputed.
MinorUnits refundable(const Payment& payment);
// The refund that was asked for and has not ended, or null. There is at most one.
const Refund* pending_refund(const std::vector<Refund>& refunds);

}  // namespace oms::payments
