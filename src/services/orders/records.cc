#include "services/orders/records.h"

#include <algorithm>

#include "messages/define_record.h"

namespace oms::orders {
namespace {

bool is_of_event_chain(const Order& order) {
  return order.face == Face::event_chain;
}

bool is_live(const Order& order) {
  return !is_final(order.status);
}

bool is_open(const ErasedCustomer& customer) {
  return !customer.erased_at;
}

}  // namespace

const RecordType& record_type(const Order*) {
  static const RecordType type = define_record<Order>({
      .table = "orders_order",
      .schema = 4,  // 1 knew no changes, 2 one way to be fulfilled, 3 no notice delivered
      .columns = {column<&Order::customer_id>("customer_id"), column<&Order::status>("status"),
                  column<&Order::day_number>("day_number"),
                  flag_column<Order, is_of_event_chain>("event_chain"),
                  flag_column<Order, is_live>("live")},
      .indexes = {{.column = "customer_id", .is_buffered = true},
                  {.column = "day_number", .only = Condition{"day_number"}},
                  {.column = "event_chain", .only = Condition{"event_chain", {"yes"}}},
                  {.column = "live", .only = Condition{"live", {"yes"}}},
                  {.column = "status", .only = Condition{"status", {"cancelled"}}}},
  });
  return type;
}

bool is_changing(const Order& order) {
  const bool is_revised = order.revision && order.revision->status == ChangeStatus::under_way;
  return is_revised ||
         std::ranges::any_of(order.requested_refunds, [](const RequestedRefund& refund) {
           return refund.status == ChangeStatus::under_way;
         });
}

Fulfilment fulfilment_of(const Order& order) {
  return order.saga == "pickup" ? Fulfilment::pickup : Fulfilment::delivery;
}

bool is_cooked(const Order& order) {
  return order.saga == "food" || order.saga == "pickup";
}

OrderView view(const Order& order) {
  return {.id = order.id,
          .customer_id = order.customer_id,
          .face = order.face,
          .fulfilment = fulfilment_of(order),
          .day_number = order.day_number,
          .version = order.version,
          .status = order.status,
          .reason = order.reason,
          .lines = order.lines,
          .total = order.total,
          .currency = order.currency,
          .payment = order.payment,
          .payment_link = order.payment_link,
          .refunds = order.refunds,
          .disputes = order.disputes,
          .requested_refunds = order.requested_refunds,
          .last_payment_error = order.last_payment_error,
          .cancel_requested = order.cancel_requested,
          .promised_at = order.promised_at,
          .queue_position = order.queue_position,
          .promise_missed = order.promise_missed,
          .customer = order.customer,
          .notices = order.notices,
          .history = order.history,
          .created_at = order.created_at,
          .updated_at = order.updated_at,
          .method = order.method,
          .address = order.address,
          .note = order.note,
          .revision = order.revision
                          ? std::optional{RevisionState{.change = order.revision->change,
                                                        .status = order.revision->status,
                                                        .failure = order.revision->failure}}
                          : std::nullopt};
}

Recipient recipient_of(const Order& order) {
  return {.name = order.customer.name,
          .phone_number = order.customer.phone_number,
          .address = order.address,
          .note = order.note};
}

const RecordType& record_type(const ArchivedOrder*) {
  static const RecordType type = define_record<ArchivedOrder>({
      .table = "orders_archived",
      .columns = {column<&ArchivedOrder::customer_id>("customer_id")},
      .indexes = {{.column = "customer_id"}},
  });
  return type;
}

ArchivedOrderView view(const ArchivedOrder& order) {
  return {.id = order.id,
          .customer_id = order.customer_id,
          .archived_at = order.archived_at,
          .face = order.face};
}

const RecordType& record_type(const ErasedCustomer*) {
  static const RecordType type = define_record<ErasedCustomer>({
      .table = "orders_erased_customer",
      .columns = {flag_column<ErasedCustomer, is_open>("open")},
      .indexes = {{.column = "open", .only = Condition{"open", {"yes"}}}},
  });
  return type;
}

ErasedCustomerView view(const ErasedCustomer& customer) {
  return {.id = customer.id, .asked_at = customer.asked_at, .erased_at = customer.erased_at};
}

}  // namespace oms::orders
