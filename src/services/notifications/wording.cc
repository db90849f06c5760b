#include "services/notifications/wording.h"

#include <algorithm>
#include <string_view>

#include "base/currency.h"

namespace oms::notifications {
namespace {

const char* explanation_of(Reason reason) {
  switch (reason) {
    case Reason::out_of_stock:
      return "An item ran out.";
    case Reason::over_reservation_cap:
      return "It was more than one customer may hold without having paid.";
    case Reason::payment_failed:
      return "The payment was declined.";
    case Reason::payment_expired:
      return "It was not paid in time.";
    case Reason::customer_request:
      return "You asked us to.";
    case Reason::operator_request:
      return "We had to cancel it.";
    case Reason::kitchen_rejected:
      return "The kitchen could not take it.";
    case Reason::delivery_failed:
      return "It could not be delivered.";
    case Reason::refunded_by_provider:
      return "The payment was refunded.";
    default:
      return "";
  }
}

}  // namespace

std::string money_text(MinorUnits amount, std::string_view currency) {
  std::string code{currency};
  std::ranges::transform(code, code.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return amount_text(amount, currency) + " " + code;
}

Wording wording_of(const OrderAnnounced& announced, const Id& order_id) {
  const auto number = announced.order_number;
  const std::string order = "Order " + (number > 0 ? std::to_string(number) : order_id.text());
  const std::string body =
      announced.summary + ", " + money_text(announced.total, announced.currency);
  switch (announced.kind) {
    case NoticeKind::paid:
      return {.subject = order + " is paid",
              .text = "Thank you! We have your payment and your order goes to the kitchen: " +
                      body + "."};
    case NoticeKind::completed:
      return {.subject = order + " was delivered", .text = "Enjoy! Delivered: " + body + "."};
    case NoticeKind::cancelled:
      break;
  }
  return {.subject = order + " was cancelled",
          .text = std::string{"Your order was cancelled. "} + explanation_of(announced.reason) +
                  " Whatever you paid for it is returned: " + body + "."};
}

}  // namespace oms::notifications
