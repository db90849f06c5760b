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
    case Reason::insufficient_funds:
      return "There was not enough money for it.";
    case Reason::unknown_account:
      return "There is no account to take the money from.";
    default:
      return "";
  }
}

bool is_collected(const OrderAnnounced& announced) {
  return announced.fulfilment == Fulfilment::pickup;
}

std::string paid_text(const OrderAnnounced& announced, const std::string& body) {
  std::string text{"Thank you! We have your payment"};
  if (announced.is_cooked) text += " and your order goes to the kitchen";
  text += ": " + body + ".";
  if (is_collected(announced)) {
    text += " You collect it yourself.";
  } else if (const auto address = address_text(announced.address); !address.empty()) {
    text += " It goes to: " + address + ".";
  }
  if (!announced.note.empty()) text += " Your note: " + announced.note;
  return text;
}

Wording completed(const OrderAnnounced& announced, const std::string& order,
                  const std::string& body) {
  if (!announced.is_cooked) {
    return {.subject = order + " is confirmed",
            .text = "Thank you! Your order is confirmed: " + body + "."};
  }
  if (is_collected(announced)) {
    return {.subject = order + " was collected", .text = "Enjoy! Collected: " + body + "."};
  }
  const auto address = address_text(announced.address);
  const auto where = address.empty() ? "" : " to " + address;
  return {.subject = order + " was delivered",
          .text = "Enjoy! Delivered" + where + ": " + body + "."};
}

}  // namespace

std::string money_text(MinorUnits amount, std::string_view currency) {
  std::string code{currency};
  std::ranges::transform(code, code.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return amount_text(amount, currency) + " " + code;
}

std::string address_text(const Address& address) {
  std::string text;
  const auto add = [&](std::string_view part, std::string_view separator) {
    if (part.empty()) return;
    if (!text.empty()) text.append(separator);
    text.append(part);
  };
  for (const auto& line : address.lines) add(line, ", ");
  add(address.postal_code, ", ");
  add(address.city, address.postal_code.empty() ? ", " : " ");
  add(address.country, ", ");
  return text;
}

Wording wording_of(const OrderAnnounced& announced, const Id& order_id) {
  const auto number = announced.order_number;
  const std::string order = "Order " + (number > 0 ? std::to_string(number) : order_id.text());
  const std::string body =
      announced.summary + ", " + money_text(announced.total, announced.currency);
  switch (announced.kind) {
    case NoticeKind::paid:
      return {.subject = order + " is paid", .text = paid_text(announced, body)};
    case NoticeKind::completed:
      return completed(announced, order, body);
    case NoticeKind::ready:
      return {.subject = order + " is ready",
              .text = "Your order is ready to be collected: " + body + "."};
    case NoticeKind::cancelled:
      break;
  }
  std::string text{"Your order was cancelled."};
  if (const std::string_view why = explanation_of(announced.reason); !why.empty()) {
    text.append(" ").append(why);
  }
  text.append(" Whatever you paid for it is returned: ").append(body).append(".");
  return {.subject = order + " was cancelled", .text = std::move(text)};
}

}  // namespace oms::notifications
