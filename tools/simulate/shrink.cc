#include "tools/simulate/shrink.h"

#include <algorithm>
#include <iterator>

#include "tools/simulate/world.h"

namespace oms::simulate {
namespace {

class Shrinking {
 public:
  Shrinking(Scenario scenario, const std::string& rule) : best_(std::move(scenario)), rule_(rule) {}

  Scenario run() {
    for (bool is_smaller = true; is_smaller;) {
      is_smaller = false;
      is_smaller = thin_out(&Scenario::orders) || is_smaller;
      is_smaller = thin_out(&Scenario::incidents) || is_smaller;
      is_smaller = thin_out(&Scenario::restocks) || is_smaller;
      is_smaller = thin_out(&Scenario::price_changes) || is_smaller;
      is_smaller = thin_out(&Scenario::refunds) || is_smaller;
      is_smaller = thin_out(&Scenario::revisions) || is_smaller;
      is_smaller = thin_out(&Scenario::interventions) || is_smaller;
      is_smaller = thin_out(&Scenario::openings) || is_smaller;
      is_smaller = clear_faults() || is_smaller;
      is_smaller = simplify() || is_smaller;
    }
    return std::move(best_);
  }

 private:
  bool keeps(Scenario smaller) {
    const auto outcome = play(smaller);
    if (!outcome.violation || outcome.violation->rule != rule_) return false;
    best_ = std::move(smaller);
    return true;
  }

  // Leaves out halves, then quarters, and at last one by one.
  template <class T>
  bool thin_out(std::vector<T> Scenario::* field) {
    bool is_smaller = false;
    for (auto size = ((best_.*field).size() + 1) / 2; size > 0; size /= 2) {
      for (std::size_t from = 0; from < (best_.*field).size();) {
        auto smaller = best_;
        auto& list = smaller.*field;
        const auto begin = list.begin() + static_cast<std::ptrdiff_t>(from);
        const auto count = std::min(size, list.size() - from);
        list.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
        if (keeps(std::move(smaller))) {
          is_smaller = true;
        } else {
          from += size;
        }
      }
    }
    return is_smaller;
  }

  bool clear_faults() {
    bool is_smaller = false;
    for (std::size_t i = 0; i < best_.orders.size(); ++i) {
      for (std::size_t fault = 0; fault < fault_count; ++fault) {
        if (!best_.orders[i].faults.has(static_cast<Fault>(fault))) continue;
        auto smaller = best_;
        smaller.orders[i].faults.remove(static_cast<Fault>(fault));
        is_smaller = keeps(std::move(smaller)) || is_smaller;
      }
    }
    return is_smaller;
  }

  // What makes an order plainer, by functions that say whether they have changed anything.
  bool simplify() {
    bool is_smaller = false;
    for (std::size_t i = 0; i < best_.orders.size(); ++i) {
      for (auto* make_plainer : {one_line, no_address, no_late_repeat, no_key, no_cancellation}) {
        auto smaller = best_;
        if (!make_plainer(smaller.orders[i])) continue;
        is_smaller = keeps(std::move(smaller)) || is_smaller;
      }
    }
    return is_smaller;
  }

  static bool one_line(OrderPlan& plan) {
    const bool is_new = plan.lines.size() > 1;
    if (is_new) plan.lines.resize(1);
    return is_new;
  }
  static bool no_address(OrderPlan& plan) {
    const bool had_email = std::exchange(plan.has_email, false);
    const bool had_phone = std::exchange(plan.has_phone, false);
    return had_email || had_phone;
  }
  static bool no_late_repeat(OrderPlan& plan) {
    const bool is_new = plan.repeats_after.has_value();
    plan.repeats_after.reset();
    return is_new;
  }
  static bool no_key(OrderPlan& plan) {
    const bool is_needed =
        plan.faults.has(Fault::request_repeated) || plan.faults.has(Fault::request_altered) ||
        plan.faults.has(Fault::request_clashes) || plan.repeats_after.has_value();
    return !is_needed && std::exchange(plan.has_key, false);
  }
  static bool no_cancellation(OrderPlan& plan) {
    return std::exchange(plan.cancelling, Cancelling::never) != Cancelling::never;
  }

  Scenario best_;
  const std::string& rule_;
};

}  // namespace

Scenario shrink(Scenario scenario, const std::string& rule) {
  return Shrinking{std::move(scenario), rule}.run();
}

}  // namespace oms::simulate
