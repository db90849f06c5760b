#pragma once

#include <boost/describe.hpp>

#include "messages/orders.h"
#include "messages/record.h"

namespace oms::orders {

// Lines that are to be changed, as the order is to have them then.
struct Revision {
  std::int32_t change = 0;  // from 1: the order's n-th
  ChangeStatus status = ChangeStatus::under_way;
  std::vector<OrderLine> lines;  // dropped at the end
  Reason failure = Reason::none;
};
BOOST_DESCRIBE_STRUCT(Revision, (), (change, status, lines, failure))

// The customer's data is erased here; these services have not said yet that it is there, too.
struct Erasure {
  Time at;
  std::vector<ServiceName> waits_for;

  bool is_over() const { return waits_for.empty(); }
};
BOOST_DESCRIBE_STRUCT(Erasure, (), (at, waits_for))

// The order as its customer knows it. Holds all that its page shows.
struct Order {
  Id id;
  std::string customer_id;
  Face face = Face::customers;  // that it was placed through
  std::string day_number;       // see `day_number`; empty: from before there were numbers
  std::string saga;
  std::int64_t version = 0;  // rises by one with each change
  OrderStatus status = OrderStatus::pending;
  Reason reason = Reason::none;
  std::vector<OrderLine> lines;
  MinorUnits total = 0;
  std::string currency;
  PaymentStatus payment = PaymentStatus::requested;
  std::string payment_link;
  std::vector<Refund> refunds;
  std::vector<Dispute> disputes;
  std::int32_t changes = 0;                        // there have been so many
  std::vector<RequestedRefund> requested_refunds;  // at most `requested_refunds_max`
  std::vector<ProductQuantity> returned;           // has come back to the shelf
  std::vector<ProductQuantity> removed;            // of that, by a change of the lines
  std::optional<Revision> revision;                // the last
  PaymentError last_payment_error;
  bool cancel_requested = false;
  std::optional<Time> promised_at;
  std::int64_t queue_position = 0;
  bool promise_missed = false;
  Contact customer;
  std::vector<NoticeSummary> notices;
  std::vector<HistoryEntry> history;  // at most `history_max`, one for each change of status
  Time created_at;
  Time updated_at;
  PaymentMethod method = PaymentMethod::link;
  Address address;
  std::string note;
  std::optional<Erasure> erasure;
};
BOOST_DESCRIBE_STRUCT(Order, (),
                      (id, customer_id, face, day_number, saga, version, status, reason, lines,
                       total, currency, payment, payment_link, refunds, disputes, changes,
                       requested_refunds, returned, removed, revision, last_payment_error,
                       cancel_requested, promised_at, queue_position, promise_missed, customer,
                       notices, history, created_at, updated_at, method, address, note, erasure))

const RecordType& record_type(const Order*);

inline constexpr std::size_t requested_refunds_max = 32;

// An order sees at most so many changes; more only take lines away.
inline constexpr std::int32_t revisions_max = 100;

// Each status once; then what is revised when it is over may go from one end to the other each
// time.
inline constexpr std::size_t history_max = 8 + revisions_max + 1;

// Whether a change is under way: there is one at a time.
bool is_changing(const Order& order);

// By its saga.
Fulfilment fulfilment_of(const Order& order);
bool is_cooked(const Order& order);

// 0: it has none.
inline std::int64_t number_of(const Order& order) {
  return number_in(order.day_number);
}

// Whom the kitchen and the rider work for.
Recipient recipient_of(const Order& order);

// What others may see of it.
OrderView view(const Order& order);

// What is left of an order that was moved to the archive file: enough to say so.
struct ArchivedOrder {
  Id id;
  std::string customer_id;
  Time archived_at;
  Face face = Face::customers;  // that it was placed through
  std::optional<Erasure> erasure;
};
BOOST_DESCRIBE_STRUCT(ArchivedOrder, (), (id, customer_id, archived_at, face, erasure))

const RecordType& record_type(const ArchivedOrder*);

ArchivedOrderView view(const ArchivedOrder& order);

// A customer whose data is erased from all orders that they have placed until then.
struct ErasedCustomer {
  std::string id;  // the customer's
  Time asked_at;
  Time until;                     // by the order clock, as ids are made
  std::optional<Time> erased_at;  // nothing was left then
};
BOOST_DESCRIBE_STRUCT(ErasedCustomer, (), (id, asked_at, until, erased_at))

// Lists may ask for its column `open`, which is "yes" while it is under way.
const RecordType& record_type(const ErasedCustomer*);

ErasedCustomerView view(const ErasedCustomer& customer);

}  // namespace oms::orders
