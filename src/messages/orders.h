#pragma once

#include "messages/common.h"
#include "messages/payment_state.h"
#include "messages/record.h"

namespace oms {

// What one order may ask for.
inline constexpr std::size_t lines_max = 100;
inline constexpr std::int64_t quantity_max = 1'000'000;

struct RequestedLine {
  std::string product_id;
  std::int64_t quantity = 0;
  std::string note;
  std::optional<MinorUnits> expected_price;  // of one; refused if the catalogue's is another
};
BOOST_DESCRIBE_STRUCT(RequestedLine, (), (product_id, quantity, note, expected_price))

// A customer wants these things. The message's order id is the id that the edge has made for it.
struct PlaceOrder {
  static constexpr auto to = ServiceName::orders;
  std::string customer_id;
  std::string saga;  // the lifecycle in `src/sagas/` that the order follows
  std::vector<RequestedLine> lines;
  Contact customer;
  Face face = Face::customers;
  Address address;
  std::string note;
  PaymentMethod method = PaymentMethod::link;
  std::string payment_token;  // of a card
};
BOOST_DESCRIBE_STRUCT(PlaceOrder, (),
                      (customer_id, saga, lines, customer, face, address, note, method,
                       payment_token))

// One line as it is to be. Without a quantity it keeps the one that it has.
struct RevisedLine {
  std::string product_id;
  std::optional<std::int64_t> quantity;
  LineStatus status = LineStatus::executed;  // `cancelled`: nothing of it
  std::string note;
};
BOOST_DESCRIBE_STRUCT(RevisedLine, (), (product_id, quantity, status, note))

// What becomes of a contact: what is not named stays.
struct ContactChange {
  static constexpr bool is_personal = true;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::optional<std::string> phone_number;
  std::string phone_typed;  // along with the number
};
BOOST_DESCRIBE_STRUCT(ContactChange, (), (name, email, phone_number, phone_typed))

// Change lines of an order. Where it is fulfilled line by line, the n-th time that a product is
// named means its n-th line, a line more than there are is a new one, and lines that are not named
// stay. Elsewhere the lines are the whole new list; none: they stay.
struct ReviseOrder {
  static constexpr auto to = ServiceName::orders;
  std::string customer_id;             // empty: the operator
  std::vector<std::int64_t> versions;  // of which it must be one; empty: any
  std::vector<RevisedLine> lines;
  std::optional<LineStatus> all;  // what becomes of the lines that are not named
  Face face = Face::customers;    // through which it is asked
  std::optional<std::string> note;
  std::optional<ContactChange> customer;
  std::optional<Address> address;
};
BOOST_DESCRIBE_STRUCT(ReviseOrder, (),
                      (customer_id, versions, lines, all, face, note, customer, address))

// Erase who the customer is, from all orders that they have placed until now. Shows the record
// that tells how far it is.
struct EraseCustomer {
  static constexpr auto to = ServiceName::orders;
  std::string customer_id;
};
BOOST_DESCRIBE_STRUCT(EraseCustomer, (), (customer_id))

// Nothing is left of it.
struct CustomerErased {
  static constexpr auto to = ServiceName::orders;
  std::string customer_id;
  Time until;  // of what had been placed then
};
BOOST_DESCRIBE_STRUCT(CustomerErased, (), (customer_id, until))

// Erase whom the order is for: name, addresses, phone number and notes. Orders leaves a live order
// alone, and else asks the other services that know them; these answer when it is done.
struct ErasePersonalData {
  ServiceName to = ServiceName::orders;
};
BOOST_DESCRIBE_STRUCT(ErasePersonalData, (), (to))

struct PersonalDataErased {
  static constexpr auto to = ServiceName::orders;
  ServiceName by = ServiceName::world;
};
BOOST_DESCRIBE_STRUCT(PersonalDataErased, (), (by))

// The customer (or, without a customer id, the operator) changed their mind.
struct CancelOrder {
  static constexpr auto to = ServiceName::orders;
  std::string customer_id;             // empty: the operator
  std::vector<std::int64_t> versions;  // of which it must be one; empty: any
  Face face = Face::customers;         // through which it is asked; another's customers have no id
};
BOOST_DESCRIBE_STRUCT(CancelOrder, (), (customer_id, versions, face))

// A part of one line of the order, by its place from 1.
struct RefundedLine {
  std::int32_t line = 0;
  std::int64_t quantity = 0;
  bool comes_back = false;  // to the shelf
};
BOOST_DESCRIBE_STRUCT(RefundedLine, (), (line, quantity, comes_back))

// The operator gives money back: for these lines, or so much, or else whatever is left.
struct RefundOrder {
  static constexpr auto to = ServiceName::orders;
  std::optional<MinorUnits> amount;
  std::vector<RefundedLine> lines;
  bool goods_come_back = false;  // where all is refunded
  std::string reason;            // in the operator's words
};
BOOST_DESCRIBE_STRUCT(RefundOrder, (), (amount, lines, goods_come_back, reason))

enum class ChangeStatus { under_way, done, failed };
BOOST_DESCRIBE_ENUM(ChangeStatus, under_way, done, failed)

// A refund that the operator has asked for. The money itself is a Refund that names the change.
struct RequestedRefund {
  std::int32_t change = 0;  // from 1: the order's n-th
  MinorUnits amount = 0;
  std::vector<RefundedLine> lines;
  std::string reason;
  ChangeStatus status = ChangeStatus::under_way;
  Reason failure = Reason::none;
  Time asked_at;
  std::optional<Time> ended_at;
};
BOOST_DESCRIBE_STRUCT(RequestedRefund, (),
                      (change, amount, lines, reason, status, failure, asked_at, ended_at))

// A change of the order's lines, as its page shows it.
struct RevisionState {
  std::int32_t change = 0;  // from 1: the order's n-th
  ChangeStatus status = ChangeStatus::under_way;
  Reason failure = Reason::none;
};
BOOST_DESCRIBE_STRUCT(RevisionState, (), (change, status, failure))

// A change has happened: show it.
struct ApplyChange {
  static constexpr auto to = ServiceName::orders;
  StepRef ref;
  std::vector<ProductQuantity> returned;  // what has come back to the shelf in all
  std::vector<ProductQuantity> taken;     // line by line, in all
};
BOOST_DESCRIBE_STRUCT(ApplyChange, (), (ref, returned, taken))

// A change has not happened and will not.
struct ChangeFailed {
  static constexpr auto to = ServiceName::orders;
  std::int32_t number = 0;
  Reason reason = Reason::none;
};
BOOST_DESCRIBE_STRUCT(ChangeFailed, (), (number, reason))

// The coordinator tells what the customer is to see.
struct ShowProgress {
  static constexpr auto to = ServiceName::orders;
  OrderStatus status = OrderStatus::pending;
  Reason reason = Reason::none;
  std::vector<LineStatus> lines;  // of each; empty: as the order's status tells
};
BOOST_DESCRIBE_STRUCT(ShowProgress, (), (status, reason, lines))

// The cancellation came after the pivot: the order goes on.
struct CancellationRefused {
  static constexpr auto to = ServiceName::orders;
  Reason reason = Reason::none;
};
BOOST_DESCRIBE_STRUCT(CancellationRefused, (), (reason))

// Copied into the order, so that its page needs one record only.
struct PaymentChanged {
  static constexpr auto to = ServiceName::orders;
  PaymentStatus status = PaymentStatus::requested;
  std::string link;  // empty: as it was
  std::vector<Refund> refunds;
  std::vector<Dispute> disputes;
  PaymentError last_error;
};
BOOST_DESCRIBE_STRUCT(PaymentChanged, (), (status, link, refunds, disputes, last_error))

struct OrderPromised {
  static constexpr auto to = ServiceName::orders;
  Time promised_at;
  std::int64_t queue_position = 0;
  bool missed = false;  // the alarm: the promised time has passed
};
BOOST_DESCRIBE_STRUCT(OrderPromised, (), (promised_at, queue_position, missed))

enum class NoticeKind { paid, completed, cancelled, ready };
BOOST_DESCRIBE_ENUM(NoticeKind, paid, completed, cancelled, ready)
enum class Channel { email, sms };
BOOST_DESCRIBE_ENUM(Channel, email, sms)
// `sent`: handed over for good; `delivered`: the carrier says that it has arrived.
enum class NoticeStatus {
  pending,
  sent,
  failed,
  skipped_no_address,
  delivered,
  skipped_switched_off,  // the shop tells nobody of this kind by this channel
};
BOOST_DESCRIBE_ENUM(NoticeStatus, pending, sent, failed, skipped_no_address, delivered,
                    skipped_switched_off)

struct NoticeSummary {
  NoticeKind kind = NoticeKind::paid;
  Channel channel = Channel::email;
  NoticeStatus status = NoticeStatus::pending;
};
BOOST_DESCRIBE_STRUCT(NoticeSummary, (), (kind, channel, status))

struct NoticesChanged {
  static constexpr auto to = ServiceName::orders;
  std::vector<NoticeSummary> notices;
};
BOOST_DESCRIBE_STRUCT(NoticesChanged, (), (notices))

// Asked of any service: which of these orders are over for it, as far as its records tell?
struct WhichAreOver {
  ServiceName to = ServiceName::orders;
  std::vector<Id> ids;  // sorted
};
BOOST_DESCRIBE_STRUCT(WhichAreOver, (), (to, ids))

struct AreOver {
  std::vector<Id> ids;  // sorted
};
BOOST_DESCRIBE_STRUCT(AreOver, (), (ids))

namespace orders {

// One step of an order's life, as its page shows it.
struct HistoryEntry {
  std::int64_t version = 0;
  OrderStatus status = OrderStatus::pending;
  Time at;
  Reason reason = Reason::none;
};
BOOST_DESCRIBE_STRUCT(HistoryEntry, (), (version, status, at, reason))

// The number that people call an order by, and the day that it is unique on:
// "2026-01-31/000017". One text, so that one index finds it and new ones go to its end.
std::string day_number(std::string_view day, std::int64_t number);

// The number in it; 0: there is none.
std::int64_t number_in(std::string_view day_number);

}  // namespace orders

// What others may see of an order: all that its page shows, and to the operator whom to call.
struct OrderView {
  Id id;
  std::string customer_id;
  Face face = Face::customers;
  Fulfilment fulfilment = Fulfilment::delivery;
  std::string day_number;  // see `orders::day_number`; may be empty
  std::int64_t version = 0;
  OrderStatus status = OrderStatus::pending;
  Reason reason = Reason::none;
  std::vector<OrderLine> lines;
  MinorUnits total = 0;
  std::string currency;
  PaymentStatus payment = PaymentStatus::requested;
  std::string payment_link;
  std::vector<Refund> refunds;
  std::vector<Dispute> disputes;
  std::vector<RequestedRefund> requested_refunds;
  PaymentError last_payment_error;
  bool cancel_requested = false;
  std::optional<Time> promised_at;
  std::int64_t queue_position = 0;
  bool promise_missed = false;
  Contact customer;
  std::vector<NoticeSummary> notices;
  std::vector<orders::HistoryEntry> history;
  Time created_at;
  Time updated_at;
  PaymentMethod method = PaymentMethod::link;
  Address address;
  std::string note;
  std::optional<RevisionState> revision;  // the last
};
BOOST_DESCRIBE_STRUCT(OrderView, (),
                      (id, customer_id, face, fulfilment, day_number, version, status, reason,
                       lines, total, currency, payment, payment_link, refunds, disputes,
                       requested_refunds, last_payment_error, cancel_requested, promised_at,
                       queue_position, promise_missed, customer, notices, history, created_at,
                       updated_at, method, address, note, revision))

// Lists may ask for its columns `customer_id`, `day_number`, `event_chain` (which is "yes" of the
// orders that were placed through that face), `live` ("yes" until an order has ended) and `status`
// (of the value `cancelled` alone).
const RecordType& record_type(const OrderView*);

// Of an order that was moved to the archive file: enough to say so.
struct ArchivedOrderView {
  Id id;
  std::string customer_id;
  Time archived_at;
  Face face = Face::customers;
};
BOOST_DESCRIBE_STRUCT(ArchivedOrderView, (), (id, customer_id, archived_at, face))

const RecordType& record_type(const ArchivedOrderView*);

// How far the erasure of a customer is.
struct ErasedCustomerView {
  std::string id;  // the customer's
  Time asked_at;
  std::optional<Time> erased_at;  // none: it is under way
};
BOOST_DESCRIBE_STRUCT(ErasedCustomerView, (), (id, asked_at, erased_at))

const RecordType& record_type(const ErasedCustomerView*);

}  // namespace oms
