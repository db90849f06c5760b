#pragma once

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "base/money.h"
#include "cli/client.h"
#include "cli/terminal.h"

// Orders as the server tells of them; what is not here is skipped.
namespace oms::cli {

struct OrderLineView {
  std::string product_id;
  std::string product_name;
  std::int64_t quantity = 0;
  MinorUnits unit_price = 0;
};
BOOST_DESCRIBE_STRUCT(OrderLineView, (), (product_id, product_name, quantity, unit_price))

struct RefundView {
  MinorUnits amount = 0;
  std::string status;
  std::string initiated_by;
  std::string reason;
  std::string failure;
};
BOOST_DESCRIBE_STRUCT(RefundView, (), (amount, status, initiated_by, reason, failure))

struct DisputeView {
  MinorUnits amount = 0;
  std::string status;
};
BOOST_DESCRIBE_STRUCT(DisputeView, (), (amount, status))

struct PaymentErrorView {
  std::string code;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(PaymentErrorView, (), (code, message))

struct HistoryView {
  std::int64_t version = 0;
  std::string status;
  std::string at;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(HistoryView, (), (version, status, at, reason))

struct OrderView {
  std::string order_id;
  std::int64_t order_number = 0;  // 0: an order of an older version
  std::string customer_id;
  std::vector<OrderLineView> items;
  MinorUnits total = 0;
  std::string currency;
  std::string status;
  std::string reason;
  std::string payment_link;
  std::string payment_status;
  PaymentErrorView last_payment_error;
  MinorUnits refunded = 0;
  std::vector<RefundView> refunds;
  MinorUnits disputed = 0;
  std::vector<DisputeView> disputes;
  std::int64_t version = 0;
  std::string promised_at;
  std::int64_t queue_position = 0;
  bool cancel_requested = false;
  std::vector<HistoryView> history;
  std::string created_at;

  static constexpr std::string_view json_name_of(std::string_view member) {
    return member == "payment_link" ? "PaymentLink" : "";
  }
  bool can_pay() const { return status == "waiting_payment" && payment_link != "none"; }
  bool is_over() const { return status == "completed" || status == "cancelled"; }
};
BOOST_DESCRIBE_STRUCT(OrderView, (),
                      (order_id, order_number, customer_id, items, total, currency, status, reason,
                       payment_link, payment_status, last_payment_error, refunded, refunds,
                       disputed, disputes, version, promised_at, queue_position, cancel_requested,
                       history, created_at))

// An order alone, as its customer reads it.
Outcome<OrderView> read_order(std::string_view body);
// {"order": {...}}, whatever else is there: a new order, or all that the operator sees of one.
Outcome<OrderView> read_wrapped_order(std::string_view body);
// {"orders": [...], "nextCursor": "..."}
struct OrderPage {
  std::vector<OrderView> orders;
  std::string next_cursor;
};
BOOST_DESCRIBE_STRUCT(OrderPage, (), (orders, next_cursor))
Outcome<OrderPage> read_orders(std::string_view body);

// The order's facts and its steps, for people.
std::string order_text(const OrderView& order);
std::string orders_text(const OrderPage& page);
// One line for a step of its history.
std::string step_text(const HistoryView& step);
Colour colour_of_status(std::string_view status);

// "9.00 usd". Currencies without minor units are told as they are counted.
std::string money_text(MinorUnits amount, std::string_view currency);

}  // namespace oms::cli
