#include "tools/check/findings.h"

namespace oms::check {
namespace {

constexpr std::array<RuleText, rule_count> texts{{
    {"shelf_explained", "each item's counters are what its reservations and its ledger come to"},
    {"nothing_oversold", "nothing is sold that is not there: available >= 0"},
    {"lines_together", "an order's lines are reserved, sold and returned together, once"},
    {"one_charge", "no order is charged twice, or more than its total"},
    {"ledger_agrees", "our payments are what the provider's ledger says"},
    {"money_adds_up", "captured less refunded is what the paid orders come to"},
    {"total_frozen", "a total is quantity times the price that was accepted"},
    {"keys_repeat", "an idempotency key's answer is of an order that is there, and not newer"},
    {"legal_history", "orders take legal steps only, and their version rises"},
    {"due_or_over", "whatever is under way has a time at which it is looked at again"},
    {"saga_told_truly", "what a saga says was done or undone was, and its order shows it"},
    {"cooked_is_paid", "the kitchen has tickets only for what was paid"},
    {"cancelled_is_empty", "a cancelled order holds no stock and no money"},
    {"notice_once", "one notice for each order, kind and channel"},
    {"nothing_orphaned", "every record belongs to an order"},
    {"number_unique", "no two orders of a day have the same number"},
    {"as_ordered", "what is reserved and cooked is the order's, line by line and for its customer"},
    {"reason_given", "stock is refused for a reason, and has none otherwise"},
    {"promise_is_right", "a ticket is promised for when its preparation is over, not before"},
    {"refunds_as_asked", "a refund is of what was asked for, and shown as it went, with its goods"},
    {"accounts_add_up", "an account has what its movements and its payments have left it"},
    {"nothing_under_way", "nothing is under way but orders whose customers may still pay"},
}};

}  // namespace

const RuleText& text_of(Rule rule) {
  return texts[static_cast<std::size_t>(rule)];
}

std::int64_t Findings::broken() const {
  std::int64_t sum = 0;
  for (const auto& each : tallies_) sum += each.broken;
  return sum;
}

void Findings::note(Rule rule, std::string where, std::string what) {
  auto& broken = tally(rule);
  ++broken.broken;
  if (broken.examples.size() < examples_max) {
    broken.examples.push_back({std::move(where), std::move(what)});
  }
}

}  // namespace oms::check
