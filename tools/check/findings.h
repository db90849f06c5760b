#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"

namespace oms::check {

// What must hold, in the order of the report. The numbers are those of docs/invariants.
enum class Rule {
  shelf_explained,
  nothing_oversold,
  lines_together,
  one_charge,
  ledger_agrees,
  money_adds_up,
  total_frozen,
  keys_repeat,
  legal_history,
  due_or_over,
  saga_told_truly,
  cooked_is_paid,
  cancelled_is_empty,
  notice_once,
  nothing_orphaned,
  number_unique,
  as_ordered,
  reason_given,
  promise_is_right,
  refunds_as_asked,
  accounts_add_up,
  nothing_under_way,  // only when that is demanded
};
inline constexpr std::size_t rule_count = 22;

// A rule in words: what must hold, for people; and a name for machines.
struct RuleText {
  std::string_view name;
  std::string_view words;
};
const RuleText& text_of(Rule rule);

struct Violation {
  std::string where;  // an order's or an item's id
  std::string what;
};

// How often each rule was looked at and broken, with the first few places.
class Findings {
 public:
  static constexpr std::size_t examples_max = 5;

  struct Tally {
    std::int64_t looked_at = 0;
    std::int64_t broken = 0;
    std::vector<Violation> examples = {};
  };

  // One more look at a rule. `what` is only asked when it does not hold.
  template <class What>
  bool expect(Rule rule, bool holds, const Id& where, What&& what) {
    ++tally(rule).looked_at;
    if (!holds) note(rule, where.text(), std::invoke(std::forward<What>(what)));
    return holds;
  }
  template <class What>
  bool expect(Rule rule, bool holds, std::string_view where, What&& what) {
    ++tally(rule).looked_at;
    if (!holds) note(rule, std::string{where}, std::invoke(std::forward<What>(what)));
    return holds;
  }

  const Tally& of(Rule rule) const { return tallies_[static_cast<std::size_t>(rule)]; }
  std::int64_t broken() const;

 private:
  Tally& tally(Rule rule) { return tallies_[static_cast<std::size_t>(rule)]; }
  void note(Rule rule, std::string where, std::string what);

  std::array<Tally, rule_count> tallies_{};
};

}  // namespace oms::check
