#include <fmt/format.h>

#include <algorithm>

#include "codec/json_names.h"
#include "services/orders/lifecycle.h"
#include "tools/check/rules.h"

namespace oms::check {
namespace {

using json::name_of;

void check_total(const orders::Order& order, Findings& findings) {
  Wide total = 0;
  bool has_odd_line = order.lines.empty();
  for (const auto& line : order.lines) {
    const bool counts = line.status != LineStatus::cancelled;
    const Wide sum = counts ? Wide{line.unit_price} * line.quantity : 0;
    const bool is_odd = line.quantity < 1 || line.unit_price < 0;
    has_odd_line = __builtin_add_overflow(total, sum, &total) || is_odd || has_odd_line;
  }
  findings.expect(Rule::total_frozen, !has_odd_line, order.id,
                  [] { return "has no lines, or a line without a quantity or price"; });
  findings.expect(Rule::total_frozen, total == order.total && !order.currency.empty(), order.id,
                  [&] {
                    return fmt::format("the lines come to {}, the total is {} {}", total,
                                       order.total, order.currency);
                  });
}

// What it shows of its refunds, also where the payment's own record has been tidied away.
void check_refunds(const orders::Order& order, Findings& findings) {
  const auto refunded = sum_of(order.refunds, RefundStatus::succeeded) +
                        sum_of(order.refunds, RefundStatus::pending) -
                        refunded_by_revisions(order, order.refunds);
  findings.expect(Rule::one_charge, refunded <= order.total, order.id, [&] {
    return fmt::format("shows refunds of {}, the total is {}", refunded, order.total);
  });
}

// Line by line: each is executed or cancelled once the order is over, and the order is completed if
// one is executed. Elsewhere the order's status tells.
void check_line_statuses(const orders::Order& order, Findings& findings) {
  const bool is_apart = is_by_line(order) && is_final(order.status);
  const auto count = [&](LineStatus status) {
    return std::ranges::count(order.lines, status, &OrderLine::status);
  };
  const auto pending = is_apart ? 0 : std::ssize(order.lines);
  findings.expect(Rule::saga_told_truly, count(LineStatus::pending) == pending, order.id, [&] {
    return fmt::format("is {}, and {} of its lines are pending", name_of(order.status),
                       count(LineStatus::pending));
  });
  if (!is_apart) return;
  const bool is_executed = count(LineStatus::executed) > 0;
  findings.expect(Rule::saga_told_truly, is_executed == (order.status == OrderStatus::completed),
                  order.id, [&] {
                    return fmt::format("is {}, and {} of its lines are executed",
                                       name_of(order.status), count(LineStatus::executed));
                  });
}

// A supply that is changed afterwards may end once more, as the other.
bool may_become(const orders::Order& order, OrderStatus from, OrderStatus to) {
  const bool is_revised = is_by_line(order) && is_final(from) && is_final(to) && from != to;
  return is_revised || orders::may_become(from, to);
}

void check_history(const orders::Order& order, Findings& findings) {
  const auto expect = [&](bool holds, auto what) {
    findings.expect(Rule::legal_history, holds, order.id, what);
  };
  const auto& history = order.history;
  if (history.empty()) {
    expect(false, [] { return "has no history"; });
    return;
  }
  expect(history.front().version == 1 && history.front().status == OrderStatus::pending,
         [] { return "did not begin as version 1, pending"; });
  for (std::size_t i = 1; i < history.size(); ++i) {
    const auto& from = history[i - 1];
    const auto& to = history[i];
    expect(may_become(order, from.status, to.status), [&] {
      return fmt::format("went from {} to {}", name_of(from.status), name_of(to.status));
    });
    expect(to.version > from.version && to.at >= from.at, [&] {
      return fmt::format("version {} at {} came after version {} at {}", to.version, to_text(to.at),
                         from.version, to_text(from.at));
    });
  }
  const auto& last = history.back();
  expect(last.status == order.status && last.reason == order.reason, [&] {
    return fmt::format("is {}, but its history ends with {}", name_of(order.status),
                       name_of(last.status));
  });
  expect(last.version <= order.version && order.updated_at >= order.created_at, [&] {
    return fmt::format("is of version {}, but its history tells of version {}", order.version,
                       last.version);
  });
}

}  // namespace

void check_order(const Story& story, Findings& findings) {
  if (story.order == nullptr) return;
  check_total(*story.order, findings);
  check_line_statuses(*story.order, findings);
  check_refunds(*story.order, findings);
  check_history(*story.order, findings);
  // Each commit that writes the order makes at least one version.
  const auto version = static_cast<std::uint64_t>(std::max<std::int64_t>(story.order->version, 0));
  findings.expect(Rule::legal_history, story.order_commits <= version, story.id, [&] {
    return fmt::format("was written {} times, but is of version {}", story.order_commits, version);
  });
}

void check_belonging(const Story& story, const Circumstances& circumstances, Findings& findings) {
  const bool is_archived = story.archived != nullptr;
  const bool has_order = story.order != nullptr;
  findings.expect(Rule::nothing_orphaned, has_order || is_archived || story.is_empty(), story.id,
                  [] { return "has records, but there is no such order"; });
  findings.expect(Rule::nothing_orphaned, !(has_order && is_archived), story.id,
                  [] { return "was archived, and is here all the same"; });
  if (!has_order || may_be_tidied(story, circumstances)) return;
  if (circumstances.with_dead_letter.contains(story.id)) return;  // what was to make them failed
  findings.expect(Rule::nothing_orphaned, story.saga != nullptr, story.id,
                  [] { return "has no saga: nothing leads it to its end"; });
  const bool must_have_asked = asks_for(*story.order, sagas::Command::reserve_stock) ||
                               is_by_line(*story.order);  // others pay first
  findings.expect(Rule::nothing_orphaned, story.reservation != nullptr || !must_have_asked,
                  story.id, [] { return "has no reservation: stock was never asked"; });
}

}  // namespace oms::check
