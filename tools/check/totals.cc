#include "tools/check/totals.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/check/rules.h"

namespace oms::check {
namespace {

void expect(Findings& findings, bool holds, const stock::Item& item, std::string_view what,
            std::int64_t kept, std::int64_t sum) {
  findings.expect(Rule::shelf_explained, holds, item.id, [&] {
    return fmt::format("{} is {}, its reservations come to {}", what, kept, sum);
  });
}

// Paid, and nothing of it was given back or is being given back. Of supply no money is asked.
bool is_paid_for(const orders::Order& order) {
  return order.status >= OrderStatus::paid && order.status <= OrderStatus::completed &&
         !is_by_line(order);
}

}  // namespace

void StockTotals::add(const stock::Reservation& reservation) {
  using stock::ReservationState;
  for (const auto& line : reservation.lines) {
    auto& sum = sums_[line.product_id];
    if (reservation.state == ReservationState::held) sum.held += line.quantity;
    if (reservation.state == ReservationState::committed) sum.committed += line.quantity;
    sum.returned += returned_of(reservation, line);
    sum.is_net = sum.is_net || reservation.by_line;
  }
}

void StockTotals::compare(const std::vector<stock::Item>& items, Findings& findings) const {
  for (const auto& item : items) {
    const auto sum = sums_.find(item.id);
    compare(item, sum == sums_.end() ? Sum{} : sum->second, findings);
  }
  for (const auto& [id, sum] : sums_) {
    const bool is_known =
        std::ranges::find(items, id, &stock::Item::id) != items.end() || sum.committed == 0;
    findings.expect(Rule::shelf_explained, is_known, id,
                    [] { return "was sold, and there is no such item"; });
  }
}

void StockTotals::compare(const stock::Item& item, const Sum& sum, Findings& findings) const {
  expect(findings, item.reserved == sum.held, item, "reserved", item.reserved, sum.held);
  const bool is_complete = missed_ == 0;
  const bool is_exact = is_complete && !sum.is_net;
  expect(findings, is_exact ? item.committed == sum.committed : item.committed >= sum.committed,
         item, "committed", item.committed, sum.committed);
  expect(findings, is_exact ? item.returned == sum.returned : item.returned >= sum.returned, item,
         "returned", item.returned, sum.returned);
  const auto kept = item.committed - item.returned;
  const auto taken = sum.committed - sum.returned;
  expect(findings, !is_complete || kept == taken, item, "committed and not returned", kept, taken);
  findings.expect(Rule::nothing_oversold, item.available() >= 0, item.id, [&] {
    return fmt::format("{} are on hand, and {} are reserved", item.on_hand(), item.reserved);
  });
  const bool counts_up = item.restocked >= 0 && item.committed >= 0 && item.reserved >= 0 &&
                         item.returned >= 0 && item.returned <= item.committed;
  findings.expect(Rule::nothing_oversold, counts_up, item.id,
                  [] { return "a counter is below zero, or more came back than was sold"; });
}

void AccountTotals::add(const payments::Payment& payment) {
  if (payment.method != PaymentMethod::account) return;
  auto& sum = payments_[payment.customer_id];
  if (payment.status == PaymentStatus::authorized) sum.held += payment.amount;
  sum.captured += payment.captured;
  sum.refunded += payment.refunded;
}

void AccountTotals::add(const payments::AccountMovement& movement) {
  using payments::MovementKind;
  auto& sum = movements_[movement.customer_id];
  ++sum.count;
  switch (movement.kind) {
    case MovementKind::opened:
      sum.opened += movement.amount;
      break;
    case MovementKind::held:
      sum.held += movement.amount;
      break;
    case MovementKind::captured:
      sum.held -= movement.amount;
      sum.captured += movement.amount;
      break;
    case MovementKind::released:
      sum.held -= movement.amount;
      break;
    case MovementKind::refunded:
      sum.refunded += movement.amount;
  }
}

void AccountTotals::compare(const payments::Account& account, Findings& findings) const {
  const auto sum_in = [&](const auto& sums) {
    const auto found = sums.find(account.id);
    return found == sums.end() ? Sum{} : found->second;
  };
  const auto moved = sum_in(movements_);
  const auto paid = sum_in(payments_);
  const auto expect = [&](bool holds, auto what) {
    findings.expect(Rule::accounts_add_up, holds, account.id, what);
  };
  expect(account.held >= 0 && account.held <= account.balance, [&] {
    return fmt::format("the account has {}, and {} of it are held", account.balance, account.held);
  });
  const auto left = moved.opened - moved.captured + moved.refunded;
  expect(account.balance == left && account.held == moved.held && account.version == moved.count,
         [&] {
           return fmt::format("has {} and {} held, its {} movements come to {} and {}",
                              account.balance, account.held, moved.count, left, moved.held);
         });
  const bool is_complete = missed_ == 0;
  expect(moved.held == paid.held &&
             (is_complete ? moved.captured == paid.captured : moved.captured >= paid.captured) &&
             (is_complete ? moved.refunded == paid.refunded : moved.refunded >= paid.refunded),
         [&] {
           return fmt::format(
               "has {} held, {} captured and {} refunded; its payments {}, {} and {}", moved.held,
               moved.captured, moved.refunded, paid.held, paid.captured, paid.refunded);
         });
}

void OrderNumbers::add(const orders::Order& order, Findings& findings) {
  if (order.day_number.empty()) return;  // from before there were numbers
  const auto number = orders::number_of(order);
  const auto day = order.day_number.substr(0, order.day_number.find('/'));
  const bool is_number = number > 0 && order.day_number == orders::day_number(day, number);
  if (!findings.expect(Rule::number_unique, is_number, order.id,
                       [&] { return fmt::format("'{}' is no number", order.day_number); })) {
    return;
  }
  auto bit = days_[day][number / chunk][static_cast<std::size_t>(number % chunk)];
  findings.expect(Rule::number_unique, !bit, order.id, [&] {
    return fmt::format("is number {} of {}, as another order is", number, day);
  });
  bit = true;
}

void MoneyTotals::add(const Story& story, const Circumstances& circumstances) {
  if (story.session != nullptr) {
    sums_[story.session->currency].provider +=
        Wide{story.session->captured} - story.session->refunded;
  }
  // Of both sides or of none: what an archived order came to is not known here any more.
  const bool is_one_sided = story.archived != nullptr ||
                            (story.payment == nullptr && may_be_tidied(story, circumstances));
  if (is_one_sided) return;
  if (story.payment != nullptr && story.payment->captured != 0) {
    auto& money = sums_[story.payment->currency];
    money.captured += story.payment->captured;
    money.refunded += story.payment->refunded;
  }
  const bool refund_is_under_way =
      story.payment != nullptr && story.payment->status == PaymentStatus::refund_pending;
  if (refund_is_under_way) {
    sums_[story.payment->currency].owed += Wide{story.payment->captured} - story.payment->refunded;
  } else if (story.order != nullptr && is_paid_for(*story.order)) {
    auto& owed = sums_[story.order->currency].owed;
    owed += story.order->total;
    if (story.payment != nullptr) {
      owed += refunded_by_revisions(*story.order, story.payment->refunds);
      owed -= refunded_by_provider(story.payment->refunds);
      owed -= refunded_by_changes(story.payment->refunds);
    }
  } else if (story.payment != nullptr && story.payment->captured != 0) {
    const auto& payment = *story.payment;
    sums_[payment.currency].owed += std::min(Wide{payment.captured} - payment.refunded,
                                             cannot_be_refunded(payment.refunds, payment.disputes));
  }
}

void MoneyTotals::compare(Findings& findings) const {
  for (const auto& [currency, money] : sums_) {
    findings.expect(Rule::money_adds_up, money.captured - money.refunded == money.owed, currency,
                    [&, &money = money] {
                      return fmt::format("captured less refunded is {}, the paid orders come to {}",
                                         money.captured - money.refunded, money.owed);
                    });
  }
}

}  // namespace oms::check
