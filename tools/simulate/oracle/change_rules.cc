// What the operator asks to be refunded: granted where it can be, made once, and shown as it went.
#include <algorithm>

#include "tools/simulate/oracle/arithmetic.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

// The money of a change, and whether it has gone for good.
const Refund* money_of(const std::vector<Refund>& refunds, std::int32_t change) {
  const auto found = std::ranges::find(refunds, change, &Refund::change);
  return found == refunds.end() ? nullptr : &*found;
}

bool are_same(const std::vector<RefundedLine>& a, const std::vector<RefundedLine>& b) {
  return std::ranges::equal(a, b, [](const RefundedLine& x, const RefundedLine& y) {
    return x.line == y.line && x.quantity == y.quantity && x.comes_back == y.comes_back;
  });
}

MinorUnits cost(const std::vector<RefundedLine>& lines, const orders::Order& order) {
  MinorUnits sum = 0;
  for (const auto& part : lines) {
    sum += part.quantity * order.lines.at(static_cast<std::size_t>(part.line - 1)).unit_price;
  }
  return sum;
}

// Whether that is what the operator has asked for.
bool is_as_asked(const RequestedRefund& made, const RefundOrder& asked,
                 const orders::Order& order) {
  if (asked.amount) return made.amount == *asked.amount && made.lines.empty();
  if (!asked.lines.empty()) {
    return are_same(made.lines, asked.lines) && made.amount == cost(asked.lines, order);
  }
  return std::ranges::all_of(made.lines, [&](const RefundedLine& part) {
    return part.comes_back == asked.goods_come_back;
  });
}

// What is left of a line, or of the money, by what the order shows.
std::int64_t refunded_of(const orders::Order& order, std::int32_t line) {
  std::int64_t sum = 0;
  for (const auto& made : order.requested_refunds) {
    const auto* money = money_of(order.refunds, made.change);
    const bool is_void = made.status == ChangeStatus::failed ||
                         (money != nullptr && money->status == RefundStatus::failed);
    if (is_void) continue;
    for (const auto& part : made.lines) sum += part.line == line ? part.quantity : 0;
  }
  return sum;
}

MinorUnits left(const Life& life) {
  MinorUnits gone = 0;
  for (const auto& refund : life.payment->refunds) {
    const bool is_gone =
        refund.status == RefundStatus::succeeded || refund.status == RefundStatus::pending;
    if (is_gone) gone += refund.amount;
  }
  for (const auto& dispute : life.payment->disputes) {
    if (dispute.status != DisputeStatus::won) gone += dispute.amount;
  }
  return life.payment->captured - gone;
}

const char* defect_of_lines(const RefundOrder& asked, const orders::Order& order) {
  for (std::size_t i = 0; i < asked.lines.size(); ++i) {
    const auto& part = asked.lines[i];
    if (part.line < 1 || std::cmp_greater(part.line, order.lines.size())) return "no such line";
    const auto& line = order.lines[static_cast<std::size_t>(part.line - 1)];
    if (part.quantity < 1) return "nothing of a line";
    if (part.quantity + refunded_of(order, part.line) > line.quantity) return "more than ordered";
    for (std::size_t j = 0; j < i; ++j) {
      if (asked.lines[j].line == part.line) return "a line twice";
    }
  }
  return nullptr;
}

}  // namespace

MinorUnits Life::refunded_by_changes() const {
  const bool is_kept = payment && !payment->refunds.empty();
  if (!is_kept && !order) return 0;
  MinorUnits sum = 0;
  for (const auto& refund : is_kept ? payment->refunds : order->refunds) {
    const bool counts = refund.change != 0 && refund.status == RefundStatus::succeeded;
    if (counts) sum += refund.amount;
  }
  return sum;
}

const char* defect_of(const RefundOrder& asked, const Life& life) {
  if (!life.order) return "there is no such order";
  const auto& order = *life.order;
  if (life.forgotten.any()) return "it is too old";
  // Where services live apart the order may hear later of what was paid.
  const bool is_known = order.payment != PaymentStatus::requested &&
                        order.payment != PaymentStatus::link_ready &&
                        order.payment != PaymentStatus::authorized;
  if (order.status < OrderStatus::paid || !is_known || !life.payment ||
      life.payment->captured == 0) {
    return "it is not paid";
  }
  if (orders::is_changing(order)) return "another change is under way";
  const bool is_undone = order.cancel_requested || life.payment->undo_requested ||
                         life.payment->failure != Reason::none;
  if (is_undone) return "all goes back by itself";
  const auto most = left(life);
  if (most <= 0) return "nothing is left";
  if (const char* defect = defect_of_lines(asked, order)) return defect;
  const auto amount = asked.amount          ? *asked.amount
                      : asked.lines.empty() ? most
                                            : cost(asked.lines, order);
  if (amount < 1) return "it is of nothing";
  if (amount > most) return "it is of more than is left";
  if (amount == most && order.status < OrderStatus::preparing) return "it is a cancellation";
  if (order.status == OrderStatus::cancelled) return "it is cancelled";
  return nullptr;
}

// As it stood when it was asked for or when it is answered; and what has changed in between may
// have been in the way.
void check_refund_refused(const RefundTold& told, const Life& life, const Error& error) {
  if (told.defect != nullptr || defect_of(told.asked, life) != nullptr) return;
  if (life.order->version != told.version || life.was_reset) return;
  broken("refused_rightly", "a refund was refused that could be made: " + error.detail, life);
}

void check_changes(const Life& life, const orders::Order* before, const orders::Order& after) {
  const auto& made = after.requested_refunds;
  const auto under_way =
      std::ranges::count(made, ChangeStatus::under_way, &RequestedRefund::status);
  if (under_way > 1) broken("refunds_as_asked", "two changes are under way", life);
  // A revision that has failed is forgotten when the same is asked for and there is nothing to do.
  const bool is_counted = after.revision ? std::cmp_less(made.size(), after.changes)
                                         : std::cmp_less_equal(made.size(), after.changes);
  if (!is_counted) {
    broken("refunds_as_asked", "the order has seen other changes than it shows", life);
  }
  const auto known = before != nullptr ? before->requested_refunds.size() : 0;
  if (made.size() < known) broken("refunds_as_asked", "a refund is no longer shown", life);
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (i < known) {
      const auto& past = before->requested_refunds[i];
      const bool is_same =
          past.amount == made[i].amount && are_same(past.lines, made[i].lines) &&
          (past.status == ChangeStatus::under_way || past.status == made[i].status);
      if (!is_same) broken("refunds_as_asked", "a refund has become another", life);
      continue;
    }
    const bool is_asked = std::ranges::any_of(life.refunds_asked, [&](const RefundOrder& asked) {
      return is_as_asked(made[i], asked, after);
    });
    if (!is_asked) broken("refunds_as_asked", "nobody has asked for this refund", life);
  }
  for (std::int32_t line = 1; std::cmp_less_equal(line, after.lines.size()); ++line) {
    if (refunded_of(after, line) <= after.lines[static_cast<std::size_t>(line - 1)].quantity)
      continue;
    broken("refunds_as_asked", "more of a line is refunded than was ordered", life);
  }
}

// One refund for each change, of what was asked for.
void check_changes(const Life& life, const payments::Payment& after) {
  for (std::size_t i = 0; i < after.refunds.size(); ++i) {
    const auto& refund = after.refunds[i];
    if (refund.change == 0) continue;
    for (std::size_t j = 0; j < i; ++j) {
      if (after.refunds[j].change != refund.change) continue;
      broken("refunds_as_asked", "one change has refunded twice", life);
    }
    // A shop that was restored counts from an earlier number.
    const auto smaller = life.smaller_by.find(refund.change);
    const bool is_for_revision =
        smaller != life.smaller_by.end() && smaller->second == refund.amount;
    const bool is_known = life.was_reset || !life.order || is_for_revision ||
                          std::ranges::any_of(life.order->requested_refunds, [&](const auto& made) {
                            return made.change == refund.change && made.amount == refund.amount;
                          });
    if (!is_known) broken("refunds_as_asked", "another amount is refunded than was asked", life);
  }
}

void check_changes(const Life& life) {
  const auto& order = *life.order;
  if (orders::is_changing(order)) {
    broken("every_change_ends", "a change of the lines is still under way", life);
  }
  const bool is_kept = life.payment && !life.forgotten.test(place_of(type_of<payments::Payment>()));
  for (const auto& made : order.requested_refunds) {
    if (made.status == ChangeStatus::under_way) {
      broken("every_change_ends", "a refund is still under way", life);
    }
    const auto* money = money_of(is_kept ? life.payment->refunds : order.refunds, made.change);
    const bool has_moved = money != nullptr && money->status == RefundStatus::succeeded;
    if ((made.status == ChangeStatus::done) != has_moved) {
      broken("refunds_as_asked", "a refund is shown as something else than it is", life);
    }
  }
  if (!life.reservation || life.forgotten.test(place_of(type_of<stock::Reservation>()))) return;
  auto back = life.removed;
  for (const auto& made : order.requested_refunds) {
    if (made.status != ChangeStatus::done) continue;
    for (const auto& part : made.lines) {
      const auto& line = order.lines.at(static_cast<std::size_t>(part.line - 1));
      back[line.product_id] += part.comes_back ? part.quantity : 0;
    }
  }
  for (const auto& line : life.reservation->lines) {
    if (line.returned == back[line.product_id]) continue;
    broken("lines_together", "other goods have come back than the operator has said", life);
  }
}

}  // namespace oms::simulate
