#pragma once

#include "messages/common.h"
#include "messages/payment_state.h"
#include "messages/record.h"
#include "messages/trace.h"

namespace oms {

// Collect this amount by a link that the customer opens. Answered when the money is there.
struct CollectPayment {
  static constexpr auto to = ServiceName::payments;
  StepRef ref;
  std::string customer_id;
  std::vector<OrderLine> lines;
  MinorUnits amount = 0;
  std::string currency;
  Time expires_at;
};
BOOST_DESCRIBE_STRUCT(CollectPayment, (), (ref, customer_id, lines, amount, currency, expires_at))

// Whatever was done, make it so that the customer has paid nothing: expire the link, or refund.
// Answered only when the provider has said so.
struct UndoPayment {
  static constexpr auto to = ServiceName::payments;
  StepRef ref;
  Reason reason = Reason::none;
  bool unless_captured = false;  // then it is too late
};
BOOST_DESCRIBE_STRUCT(UndoPayment, (), (ref, reason, unless_captured))

// Hold this amount, of a card or of the customer's account. Answered when it is held.
struct AuthorizePayment {
  static constexpr auto to = ServiceName::payments;
  StepRef ref;
  std::string customer_id;
  MinorUnits amount = 0;
  std::string currency;
  PaymentMethod method = PaymentMethod::card;
  std::string payment_token;  // of a card
};
BOOST_DESCRIBE_STRUCT(AuthorizePayment, (),
                      (ref, customer_id, amount, currency, method, payment_token))

// Take what is held.
struct CapturePayment {
  static constexpr auto to = ServiceName::payments;
  StepRef ref;
};
BOOST_DESCRIBE_STRUCT(CapturePayment, (), (ref))

// Take this amount from a card at once.
struct ChargePayment {
  static constexpr auto to = ServiceName::payments;
  StepRef ref;
  std::string customer_id;
  MinorUnits amount = 0;
  std::string currency;
  std::string payment_token;
};
BOOST_DESCRIBE_STRUCT(ChargePayment, (), (ref, customer_id, amount, currency, payment_token))

// Close the link, for the order is to be changed. Answered when the provider has confirmed it;
// refused with `already_paid` if it was paid, and then the payment counts.
struct CloseLink {
  static constexpr auto to = ServiceName::payments;
  StepRef ref;
};
BOOST_DESCRIBE_STRUCT(CloseLink, (), (ref))

// Collect this instead, by a new link, for the life's command that waits. Answered `done` at once.
struct OpenLink {
  static constexpr auto to = ServiceName::payments;
  StepRef ref;
  std::vector<OrderLine> lines;
  MinorUnits amount = 0;
  Time expires_at;
  bool undoes_close = false;  // then it is answered `undone`
};
BOOST_DESCRIBE_STRUCT(OpenLink, (), (ref, lines, amount, expires_at, undoes_close))

// A new customer, with money on account. Takes a number, which is the customer's id.
struct OpenAccount {
  static constexpr auto to = ServiceName::payments;
  std::string full_name;
  MinorUnits balance = 0;
  std::string currency;
};
BOOST_DESCRIBE_STRUCT(OpenAccount, (), (full_name, balance, currency))

// Erase whose account it is. The money on it stays.
struct EraseAccountHolder {
  static constexpr auto to = ServiceName::payments;
  std::string customer_id;
};
BOOST_DESCRIBE_STRUCT(EraseAccountHolder, (), (customer_id))

// Give so much of it back. Refused if it is more than captured − refunded − pending − disputed.
struct RefundPayment {
  static constexpr auto to = ServiceName::payments;
  StepRef ref;
  MinorUnits amount = 0;
};
BOOST_DESCRIBE_STRUCT(RefundPayment, (), (ref, amount))

// A question that orders puts before it refunds: how does the payment stand?
struct RefundableOf {
  static constexpr auto to = ServiceName::payments;
  Id order_id;
};
BOOST_DESCRIBE_STRUCT(RefundableOf, (), (order_id))

struct Refundable {
  bool is_known = false;  // or it was forgotten, or never asked for
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
  MinorUnits pending = 0;
  MinorUnits disputed = 0;
  bool is_unwanted = false;  // all goes back by itself
};
BOOST_DESCRIBE_STRUCT(Refundable, (),
                      (is_known, captured, refunded, pending, disputed, is_unwanted))

// A question that reconciliation puts: how do the payments of these orders stand?
struct PaymentsOf {
  static constexpr auto to = ServiceName::payments;
  std::vector<Id> ids;  // sorted
};
BOOST_DESCRIBE_STRUCT(PaymentsOf, (), (ids))

// A link that was closed for a change, and what came of it all the same.
struct ClosedLinkFacts {
  std::string session_id;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
};
BOOST_DESCRIBE_STRUCT(ClosedLinkFacts, (), (session_id, captured, refunded))

// What payments has on record of one order's payment.
struct PaymentFacts {
  Id order_id;
  PaymentStatus status = PaymentStatus::requested;
  PaymentMethod method = PaymentMethod::link;
  MinorUnits amount = 0;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
  MinorUnits pending = 0;     // refunds that have not ended
  MinorUnits refundable = 0;  // captured − refunded − pending − disputed
  std::string currency;
  std::string session_id;
  bool awaits_link = false;      // its link is closed, and a change will open the next
  std::optional<Time> asked_at;  // the provider, and it has not answered yet
  std::vector<ClosedLinkFacts> closed;
};
BOOST_DESCRIBE_STRUCT(PaymentFacts, (),
                      (order_id, status, method, amount, captured, refunded, pending, refundable,
                       currency, session_id, awaits_link, asked_at, closed))

// The answer: those that are kept, by their orders' ids.
struct PaymentsAre {
  std::vector<PaymentFacts> payments;
};
BOOST_DESCRIBE_STRUCT(PaymentsAre, (), (payments))

// Ask the provider how this session stands, and act on its answer: its webhook may be lost. Where
// it is being asked already, that will do.
struct LookUpPayment {
  static constexpr auto to = ServiceName::payments;
  std::string session_id;  // empty: the payment's own
};
BOOST_DESCRIBE_STRUCT(LookUpPayment, (), (session_id))

// What the provider told by webhook, or by a look-up. `declined`: the session takes another card.
// `failed`: it takes none, and nothing was paid. `refunded`: all refunds so far; `refund`: one.
enum class ProviderWord {
  open,
  paid,
  declined,
  expired,
  refunded,
  failed,
  refund,
  dispute,
  authorized,
};
BOOST_DESCRIBE_ENUM(ProviderWord, open, paid, declined, expired, refunded, failed, refund, dispute,
                    authorized)

struct ProviderEvent {
  static constexpr auto to = ServiceName::payments;
  std::string event_id;    // the provider's; a repeated one is dropped
  std::string session_id;  // may be empty in what is told of a refund or dispute
  ProviderWord word = ProviderWord::open;
  MinorUnits amount = 0;  // the session's, of all its refunds so far, of the refund, or disputed
  std::string currency;
  std::string subject_id;          // of `refund` and `dispute`: the provider's name for it
  std::int32_t refund_number = 0;  // of `refund`: ours, where the refund is
  RefundStatus refund_status = RefundStatus::pending;
  DisputeStatus dispute_status = DisputeStatus::open;
  PaymentError error;     // of `declined` and `failed`
  std::int32_t link = 0;  // which of the order's, where the session is not named; 0: not known
};
BOOST_DESCRIBE_STRUCT(ProviderEvent, (),
                      (event_id, session_id, word, amount, currency, subject_id, refund_number,
                       refund_status, dispute_status, error, link))

// An effect: what the provider is to do. Repeating one with the same key changes nothing.
struct PaymentOperation {
  enum class Kind {
    create_link,
    expire_link,
    refund,
    look_up,
    charge,
    authorize,
    capture,
    release
  };
  BOOST_DESCRIBE_NESTED_ENUM(Kind, create_link, expire_link, refund, look_up, charge, authorize,
                             capture, release)

  Kind kind = Kind::look_up;
  Id order_id;
  std::string idempotency_key;
  std::string session_id;  // of all that do not make one
  MinorUnits amount = 0;   // of those that make one, and of capture and refund
  std::string currency;
  std::string customer_id;       // of create_link: for the pages to return to
  std::vector<OrderLine> lines;  // of create_link
  Time expires_at;               // of create_link
  std::string payment_token;     // of charge and authorize: the card's
  std::int32_t number = 0;       // of refund
  std::int32_t link = 1;         // of create_link: which of the order's
  std::int32_t request = 0;      // its number among all requests about this payment
  Trace trace = {};              // filled in by the runtime
};

// How it ended. `unknown` means that it may or may not have been done: ask before going on.
struct PaymentOutcome {
  static constexpr auto to = ServiceName::payments;
  enum class Result { done, refused, unknown };
  BOOST_DESCRIBE_NESTED_ENUM(Result, done, refused, unknown)

  PaymentOperation::Kind kind = PaymentOperation::Kind::look_up;
  Result result = Result::unknown;
  ProviderWord word = ProviderWord::open;  // the session's state after it
  std::string session_id;
  std::string link;
  MinorUnits amount = 0;  // what the session has captured or the refund returned
  std::string currency;
  std::string detail;        // for the log, never with card data
  MinorUnits refunded = 0;   // of the session, in all
  std::int32_t number = 0;   // of the refund, as it was asked for
  std::string refund_id;     // the provider's name for it
  std::int32_t request = 0;  // the operation's; 0 where an older version has asked
  PaymentError error = {};   // of a card that was refused
};
BOOST_DESCRIBE_STRUCT(PaymentOutcome, (),
                      (kind, result, word, session_id, link, amount, currency, detail, refunded,
                       number, refund_id, request, error))

// What others may see of a customer's account.
struct AccountView {
  std::string id;  // the customer's
  std::string full_name;
  MinorUnits balance = 0;  // with what is held
  MinorUnits held = 0;
  std::string currency;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(AccountView, (), (id, full_name, balance, held, currency, version))

const RecordType& record_type(const AccountView*);

// An order's payment, as it is kept: the edge shows it and does not look into it.
struct PaymentView;
const RecordType& record_type(const PaymentView*);

}  // namespace oms
