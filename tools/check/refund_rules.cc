#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "codec/json_names.h"
#include "tools/check/rules.h"

namespace oms::check {
namespace {

using json::name_of;
using orders::Order;

// The money that a change has moved, or null.
const Refund* money_of(const RequestedRefund& asked, const std::vector<Refund>& refunds) {
  const auto found = std::ranges::find(refunds, asked.change, &Refund::change);
  return found == refunds.end() ? nullptr : &*found;
}

// What the operator was shown of a refund is what has become of its money.
void check_money(const Order& order, const RequestedRefund& asked, Findings& findings) {
  const auto* const made = money_of(asked, order.refunds);
  const auto expect = [&](bool holds, auto what) {
    findings.expect(Rule::refunds_as_asked, holds, order.id, what);
  };
  expect(made == nullptr || made->amount == asked.amount, [&] {
    return fmt::format("refund {} is of {}, and {} was asked for", asked.change, made->amount,
                       asked.amount);
  });
  const bool has_moved = made != nullptr && made->status == RefundStatus::succeeded;
  const bool has_come_back = made != nullptr && made->status == RefundStatus::failed;
  // Of one that is under way the money may have moved, and its goods not be back yet.
  const bool is_true =
      asked.status == ChangeStatus::under_way ||
      (asked.status == ChangeStatus::done ? has_moved || has_come_back : !has_moved);
  expect(is_true, [&] {
    return fmt::format("refund {} is shown as {}, and its money is {}", asked.change,
                       name_of(asked.status), made == nullptr ? "kept" : name_of(made->status));
  });
}

void check_lines(const Order& order, Findings& findings) {
  std::map<std::int32_t, std::int64_t> refunded;
  for (const auto& asked : order.requested_refunds) {
    const auto* const made = money_of(asked, order.refunds);
    const bool has_come_back = made != nullptr && made->status == RefundStatus::failed;
    if (asked.status == ChangeStatus::failed || has_come_back) continue;
    for (const auto& part : asked.lines) refunded[part.line] += part.quantity;
  }
  for (const auto& [line, quantity] : refunded) {
    const bool is_there = line >= 1 && std::cmp_less_equal(line, order.lines.size());
    const bool is_right =
        is_there && quantity <= order.lines[static_cast<std::size_t>(line - 1)].quantity;
    findings.expect(Rule::refunds_as_asked, is_right, order.id, [&, &line = line, &sum = quantity] {
      return fmt::format("{} of line {} are refunded, which are more than were ordered", sum, line);
    });
  }
}

std::int64_t units_back(const std::vector<ProductQuantity>& goods, std::string_view product) {
  const auto found = std::ranges::find(goods, product, &ProductQuantity::product_id);
  return found == goods.end() ? 0 : found->quantity;
}

// What came back is on the shelf, and on the order's page.
void check_goods(const Story& story, Findings& findings) {
  if (story.reservation == nullptr || orders::is_changing(*story.order)) return;
  for (const auto& line : story.reservation->lines) {
    const auto shown = units_back(story.order->returned, line.product_id);
    findings.expect(Rule::refunds_as_asked,
                    line.returned == shown && line.returned <= line.quantity && shown >= 0,
                    story.id, [&] {
                      return fmt::format("{} of {} have come back of {}, and {} are shown",
                                         line.returned, line.product_id, line.quantity, shown);
                    });
  }
}

}  // namespace

void check_requested_refunds(const Story& story, Findings& findings) {
  if (story.order == nullptr) return;
  const auto& order = *story.order;
  check_goods(story, findings);
  if (order.requested_refunds.empty()) return;
  std::int32_t last = 0;
  std::int64_t under_way = 0;
  // Between them lines may have been changed. The last such change is shown, unless it has failed
  // and was forgotten.
  const auto revised = order.revision ? order.revision->change : 0;
  for (const auto& asked : order.requested_refunds) {
    const bool is_next = asked.change > last && asked.change != revised;
    findings.expect(Rule::refunds_as_asked, is_next, order.id,
                    [&] { return fmt::format("change {} follows {}", asked.change, last); });
    last = asked.change;
    under_way += asked.status == ChangeStatus::under_way ? 1 : 0;
    check_money(order, asked, findings);
  }
  last = std::max(last, revised);
  findings.expect(Rule::refunds_as_asked, under_way <= 1 && last <= order.changes, order.id, [&] {
    return fmt::format("{} refunds are under way, of {} changes", under_way, order.changes);
  });
  check_lines(order, findings);
}

}  // namespace oms::check
