#include "cli/order_view.h"

#include <algorithm>

#include "base/currency.h"
#include "cli/table.h"
#include "codec/json_read.h"

namespace oms::cli {
namespace {

struct OrderAnswer {
  OrderView order;
};
BOOST_DESCRIBE_STRUCT(OrderAnswer, (), (order))

std::unexpected<Failure> unreadable(std::string_view why) {
  return std::unexpected(
      Failure{Exit::failed, fmt::format("the server's answer cannot be read: {}", why)});
}

template <class T>
Outcome<T> read_answer(std::string_view body) {
  auto read = read_json<T>(body, Reading::lenient);
  if (read) return *std::move(read);
  return unreadable(read.error().detail);
}

// Reading is lenient, so any object looks like an order without fields.
Outcome<OrderView> checked(Outcome<OrderView> order) {
  if (order && order->order_id.empty()) return unreadable("it holds no orderID");
  return order;
}

// "2026-01-01T12:00:00.000Z" → "2026-01-01 12:00:00.000"
std::string time_text(std::string_view at) {
  auto text = printable(at);
  std::ranges::replace(text, 'T', ' ');
  if (text.ends_with('Z')) text.pop_back();
  return text;
}

std::string status_text(std::string_view status, std::string_view reason) {
  auto text = printable(status);
  if (!reason.empty()) text += fmt::format(" ({})", printable(reason));
  return text;
}

std::string payment_text(const OrderView& order) {
  auto out = fmt::format("  payment   {}\n", printable(order.payment_status));
  if (const auto& error = order.last_payment_error; !error.code.empty()) {
    const auto words = error.message.empty() ? "" : fmt::format(": {}", printable(error.message));
    out += fmt::format("  declined  {}{}\n", printable(error.code), words);
  }
  if (order.refunded > 0) {
    out += fmt::format("  refunded  {}\n", money_text(order.refunded, order.currency));
  }
  for (const auto& refund : order.refunds) {
    const auto reason = refund.reason.empty() ? "" : fmt::format(": {}", printable(refund.reason));
    const auto failure =
        refund.failure.empty() ? "" : fmt::format(" ({})", printable(refund.failure));
    out += fmt::format("  refund    {}  {}{}, initiated by {}{}\n",
                       money_text(refund.amount, order.currency), printable(refund.status), failure,
                       printable(refund.initiated_by), reason);
  }
  for (const auto& dispute : order.disputes) {
    out += fmt::format("  dispute   {}  {}\n", money_text(dispute.amount, order.currency),
                       printable(dispute.status));
  }
  return out;
}

std::string items_text(const OrderView& order) {
  Table table{{"  item", "name", "quantity", "price", "sum"}};
  for (const auto& line : order.items) {
    const auto sum = checked_multiply(line.unit_price, line.quantity).value_or(0);
    table.add({{"  " + printable(line.product_id)},
               {printable(line.product_name)},
               {std::to_string(line.quantity)},
               {money_text(line.unit_price, order.currency)},
               {money_text(sum, order.currency)}});
  }
  return table.text();
}

}  // namespace

Outcome<OrderView> read_order(std::string_view body) {
  return checked(read_answer<OrderView>(body));
}

Outcome<OrderView> read_wrapped_order(std::string_view body) {
  auto answer = read_answer<OrderAnswer>(body);
  if (!answer) return std::unexpected(std::move(answer).error());
  return checked(std::move(answer->order));
}

Outcome<OrderPage> read_orders(std::string_view body) {
  return read_answer<OrderPage>(body);
}

Colour colour_of_status(std::string_view status) {
  if (status == "completed") return Colour::green;
  if (status == "cancelled") return Colour::red;
  return status == "waiting_payment" ? Colour::yellow : Colour::bold;
}

std::string step_text(const HistoryView& step) {
  const auto status = painted(colour_of_status(step.status), printable(step.status));
  const auto reason = step.reason.empty() ? "" : fmt::format("  {}", printable(step.reason));
  return fmt::format("  {}  {}{}", painted(Colour::dim, time_text(step.at)), status, reason);
}

std::string order_text(const OrderView& order) {
  const auto number = order.order_number > 0 ? fmt::format("{}  ", order.order_number) : "";
  std::string out =
      fmt::format("{}  {}\n", painted(Colour::bold, number + printable(order.order_id)),
                  painted(colour_of_status(order.status), status_text(order.status, order.reason)));
  out += fmt::format("  customer  {}\n", printable(order.customer_id));
  out += fmt::format("  total     {}\n", money_text(order.total, order.currency));
  out += payment_text(order);
  if (order.can_pay()) out += fmt::format("  pay here  {}\n", printable(order.payment_link));
  if (!order.promised_at.empty())
    out += fmt::format("  ready by  {}\n", time_text(order.promised_at));
  if (order.queue_position > 0) out += fmt::format("  queue     {}\n", order.queue_position);
  if (order.cancel_requested) out += "  being cancelled\n";
  out += items_text(order);
  for (const auto& step : order.history) out += step_text(step) + "\n";
  return out;
}

std::string orders_text(const OrderPage& page) {
  Table table{{"number", "order", "customer", "status", "total", "placed"}};
  for (const auto& order : page.orders) {
    const auto number = order.order_number > 0 ? std::to_string(order.order_number) : "";
    table.add({{number, Colour::bold},
               {printable(order.order_id)},
               {printable(order.customer_id)},
               {status_text(order.status, order.reason), colour_of_status(order.status)},
               {money_text(order.total, order.currency)},
               {time_text(order.created_at), Colour::dim}});
  }
  auto text = table.text();
  if (!page.next_cursor.empty()) {
    text += painted(Colour::dim, fmt::format("more: --after {}\n", printable(page.next_cursor)));
  }
  return text;
}

std::string money_text(MinorUnits amount, std::string_view currency) {
  return fmt::format("{} {}", amount_text(amount, currency), printable(currency));
}

}  // namespace oms::cli
