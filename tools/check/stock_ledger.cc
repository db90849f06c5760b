#include "tools/check/stock_ledger.h"

#include <fmt/format.h>

#include <algorithm>

namespace oms::check {

void StockLedgers::add(const stock::Movement& movement, Findings& findings) {
  using stock::MovementKind;
  auto& ledger = ledgers_[movement.product_id];
  const auto expect = [&](bool holds, auto what) {
    findings.expect(Rule::shelf_explained, holds, movement.product_id, what);
  };
  const bool is_first = ledger.last == 0;  // the lines before it may have been folded into it
  ledger.last = is_first ? movement.number : ledger.last + 1;
  expect(movement.number == ledger.last && movement.number > 0, [&] {
    return fmt::format("line {} of its ledger is missing, or there twice", ledger.last);
  });
  expect((movement.kind == MovementKind::initial) == is_first,
         [] { return "its ledger does not begin with what there was, or begins again"; });
  ledger.on_hand += stock::change_of(movement.kind, movement.quantity);
  expect(movement.on_hand == ledger.on_hand, [&] {
    return fmt::format("line {} of its ledger says {} on hand, the lines to there come to {}",
                       movement.number, movement.on_hand, ledger.on_hand);
  });
}

void StockLedgers::compare(const std::vector<stock::Item>& items, Findings& findings) const {
  for (const auto& item : items) {
    const auto known = ledgers_.find(item.id);
    const auto ledger = known == ledgers_.end() ? Ledger{} : known->second;
    const auto expect = [&](bool holds, auto what) {
      findings.expect(Rule::shelf_explained, holds, item.id, what);
    };
    expect(item.movements == ledger.last, [&] {
      return fmt::format("its ledger ends with line {}, and {} were written", ledger.last,
                         item.movements);
    });
    if (ledger.last == 0) continue;  // what orders move today alone makes no line
    const auto sum = ledger.on_hand + stock::change_of(item.today);
    expect(sum == item.on_hand(), [&] {
      return fmt::format("{} are on hand, its ledger comes to {}", item.on_hand(), sum);
    });
  }
  for (const auto& [id, ledger] : ledgers_) {
    const bool is_known = std::ranges::find(items, id, &stock::Item::id) != items.end();
    findings.expect(Rule::shelf_explained, is_known, id,
                    [] { return "has a ledger, and there is no such item"; });
  }
}

}  // namespace oms::check
