#include "services/orders/refund.h"

#include <algorithm>
#include <utility>

#include "services/orders/lifecycle.h"
#include "services/orders/lines.h"

namespace oms::orders {
namespace {

MinorUnits left(const Refundable& payment) {
  return payment.captured - payment.refunded - payment.pending - payment.disputed;
}

std::string text(std::int64_t number) {
  return std::to_string(number);
}

// "of 900 100 are refunded, 50 pending and 0 disputed"
std::string figures(const Refundable& payment) {
  return "of " + text(payment.captured) + " " + text(payment.refunded) + " are refunded, " +
         text(payment.pending) + " pending and " + text(payment.disputed) + " disputed";
}

// Whether the money of a refund that was done has come back since: the customer's bank refused it.
bool has_come_back(const Order& order, const RequestedRefund& refund) {
  return std::ranges::any_of(order.refunds, [&](const Refund& made) {
    return made.change == refund.change && made.status == RefundStatus::failed;
  });
}

// How many of the line are not refunded yet.
std::int64_t left_of(const Order& order, std::int32_t line) {
  auto quantity = order.lines.at(static_cast<std::size_t>(line - 1)).quantity;
  for (const auto& refund : order.requested_refunds) {
    if (refund.status == ChangeStatus::failed || has_come_back(order, refund)) continue;
    for (const auto& part : refund.lines) {
      if (part.line == line) quantity -= part.quantity;
    }
  }
  return quantity;
}

Result<void> check_state(const Order& order, const Refundable& payment) {
  if (is_changing(order)) {
    return fail(ErrorKind::conflict,
                "another change of this order is under way: wait until it is done");
  }
  const bool is_paid = order.payment == PaymentStatus::captured ||
                       order.payment == PaymentStatus::partially_refunded ||
                       order.payment == PaymentStatus::refunded ||
                       order.payment == PaymentStatus::refund_pending;
  if (!is_paid || order.status < OrderStatus::paid) {
    return fail(ErrorKind::conflict, "nothing has been paid for this order");
  }
  if (!payment.is_known) {
    return fail(ErrorKind::gone,
                "this order is too old to be refunded: its payment is no longer kept");
  }
  if (order.cancel_requested || payment.is_unwanted) {
    return fail(ErrorKind::conflict,
                "the order is being cancelled: all of its money goes back by itself");
  }
  if (left(payment) <= 0) {
    return fail(ErrorKind::conflict, "nothing is left to refund: " + figures(payment));
  }
  return {};
}

Result<MinorUnits> price_of_lines(const std::vector<RefundedLine>& lines, const Order& order) {
  MinorUnits amount = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& part = lines[i];
    if (part.line < 1 || std::cmp_greater(part.line, order.lines.size())) {
      return fail(ErrorKind::unprocessable,
                  "the order has lines 1 to " + std::to_string(order.lines.size()),
                  line_pointer(i, "line"));
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (lines[j].line != part.line) continue;
      return fail(ErrorKind::unprocessable,
                  "line " + text(part.line) + " is there twice: add the quantities up",
                  line_pointer(i, "line"));
    }
    const auto quantity = left_of(order, part.line);
    if (part.quantity < 1 || part.quantity > quantity) {
      return fail(ErrorKind::unprocessable,
                  "of line " + text(part.line) + " " + text(quantity) + " can be refunded",
                  line_pointer(i, "quantity"));
    }
    const auto& line = order.lines[static_cast<std::size_t>(part.line - 1)];
    // No part of a line is worth more than the order, whose total was counted.
    amount += line.unit_price * part.quantity;
  }
  return amount;
}

std::vector<RefundedLine> all_lines(const Order& order, bool goods_come_back) {
  std::vector<RefundedLine> lines;
  for (std::int32_t line = 1; std::cmp_less_equal(line, order.lines.size()); ++line) {
    const auto quantity = left_of(order, line);
    if (quantity < 1) continue;
    lines.push_back({.line = line, .quantity = quantity, .comes_back = goods_come_back});
  }
  return lines;
}

}  // namespace

Result<RequestedRefund> plan_refund(const RefundOrder& asked, const Order& order,
                                    const Refundable& payment, Time now) {
  OMS_CHECK(check_state(order, payment));
  if (asked.amount && !asked.lines.empty()) {
    return fail(ErrorKind::invalid, "a refund is of an amount or of lines, not of both", "/amount");
  }
  if (order.requested_refunds.size() >= requested_refunds_max) {
    return fail(ErrorKind::conflict,
                "this order has had " + std::to_string(requested_refunds_max) + " refunds");
  }
  RequestedRefund refund{.change = order.changes + 1, .reason = asked.reason, .asked_at = now};
  const auto most = left(payment);
  refund.amount = asked.amount.value_or(most);
  refund.lines = asked.lines;
  if (!asked.lines.empty()) {
    OMS_TRY(refund.amount, price_of_lines(asked.lines, order));
  } else if (!asked.amount) {
    refund.lines = all_lines(order, asked.goods_come_back);
  }
  const auto pointer = asked.amount ? "/amount" : "/items";
  if (refund.amount < 1) {
    return fail(ErrorKind::unprocessable, "a refund is of 1 or more", pointer);
  }
  if (refund.amount > most) {
    return fail(ErrorKind::unprocessable,
                "at most " + text(most) + " can be refunded: " + figures(payment), pointer);
  }
  if (refund.amount == most && may_be_cancelled(order.status)) {
    return fail(ErrorKind::conflict,
                "the kitchen has not started: cancel the order instead, and all is refunded");
  }
  const bool has_returns = std::ranges::any_of(refund.lines, &RefundedLine::comes_back);
  if (has_returns && order.status == OrderStatus::cancelled) {
    return fail(ErrorKind::unprocessable,
                "the goods of a cancelled order have come back already, or are lost", "/items");
  }
  return refund;
}

std::vector<ProductQuantity> goods_back(const Order& order, const RequestedRefund& next) {
  std::vector<std::int64_t> by_line(order.lines.size());
  const auto add = [&](const RequestedRefund& refund) {
    if (refund.status == ChangeStatus::failed) return;
    for (const auto& part : refund.lines) {
      if (!part.comes_back) continue;
      auto& quantity = by_line.at(static_cast<std::size_t>(part.line - 1));
      quantity = std::min(quantity + part.quantity,
                          order.lines.at(static_cast<std::size_t>(part.line - 1)).quantity);
    }
  };
  for (const auto& refund : order.requested_refunds) add(refund);
  add(next);
  auto goods = order.removed;
  for (std::size_t i = 0; i < by_line.size(); ++i) {
    if (by_line[i] == 0) continue;
    const auto& product = order.lines[i].product_id;
    const auto known = std::ranges::find(goods, product, &ProductQuantity::product_id);
    if (known == goods.end()) {
      goods.push_back({.product_id = product, .quantity = by_line[i]});
    } else {
      known->quantity += by_line[i];
    }
  }
  return goods;
}

}  // namespace oms::orders
