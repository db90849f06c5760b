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
  std::int32_t links = 1;          // so far; the number of the last one
  bool close_requested = false;    // of the link, by the change that waits for it
  bool awaits_link = false;        // it is closed, and the change will open another
  bool reopens = false;            // the change was undone before the link was closed
  std::int32_t opened_for = 0;     // the last change that has opened one
};
BOOST_DESCRIBE_STRUCT(Payment, (),
                      (id, customer_id, status, amount, currency, captured, refunded, session_id,
                       expires_at, lines, ref, change_ref, undo_requested, failure, under_way,
                       attempt, asked_at, requests, due, events, refunds, disputes, refunded_in_all,
                       declines, last_error, method, begins_with, payment_token, capture_requested,
                       spares_capture, links, close_requested, awaits_link, reopens, opened_for))

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

// A link that was closed for a change, and what was paid by it all the same.
struct ClosedLink {
  std::int32_t number = 0;  // of the order's links
  std::string session_id;
  MinorUnits amount = 0;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
  bool is_over = false;  // it was looked at once more, and there is nothing left to refund
  Time closed_at;        // a bank's late yes comes soon after, or not at all
};
BOOST_DESCRIBE_STRUCT(ClosedLink, (),
                      (number, session_id, amount, captured, refunded, is_over, closed_at))

// An order's closed links. Nobody waits for their money, so it goes back from where it came; the
// payment that replaced them does not hear of it.
struct ClosedLinks {
  Id id;  // the order's
  std::string currency;
  std::vector<ClosedLink> links;  // at most one for each change
  std::optional<PaymentOperation::Kind> under_way;
  std::int32_t asked_about = 0;  // the number of the link that this is about
  std::int32_t attempt = 0;
  Time asked_at;
  std::optional<Time> due;
};
BOOST_DESCRIBE_STRUCT(ClosedLinks, (),
                      (id, currency, links, under_way, asked_about, attempt, asked_at, due))

const RecordType& record_type(const ClosedLinks*);

// A customer's money, as it is kept here and not at a provider. Never negative, and no more is held
// than there is.
struct Account {
  std::string id;  // the customer's
  std::string full_name;
  MinorUnits balance = 0;  // with what is held
  MinorUnits held = 0;
  std::string currency;
  std::int64_t version = 0;  // its movements so far: each changes it once
};
BOOST_DESCRIBE_STRUCT(Account, (), (id, full_name, balance, held, currency, version))

const RecordType& record_type(const Account*);

// What others may see of it.
AccountView view(const Account& account);

enum class MovementKind { opened, held, captured, released, refunded };
BOOST_DESCRIBE_ENUM(MovementKind, opened, held, captured, released, refunded)

// One change of an account, with which it is written. None is ever changed.
struct AccountMovement {
  std::string id;  // "<account>/<its number, of eight digits>"
  std::string customer_id;
  Id order_id;  // nil where it was opened
  MovementKind kind = MovementKind::opened;
  MinorUnits amount = 0;
  MinorUnits balance = 0;  // these two after it
  MinorUnits held = 0;
  Time at;
};
BOOST_DESCRIBE_STRUCT(AccountMovement, (),
                      (id, customer_id, order_id, kind, amount, balance, held, at))

const RecordType& record_type(const AccountMovement*);

}  // namespace oms::payments
