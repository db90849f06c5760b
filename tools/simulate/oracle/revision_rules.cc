// What is changed of an order's lines: granted where it can be, made once, and as it was asked for.
#include <algorithm>
#include <limits>

#include "tools/simulate/oracle/arithmetic.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

constexpr std::int32_t revisions_most = 100;

// One line as somebody wants it.
struct WantedLine {
  std::string product_id;
  std::int64_t quantity = 0;
  bool is_executed = false;
  const OrderLine* before = nullptr;  // none: it is new
  bool has_no_quantity = false;       // it is new, and nobody has said how much

  std::int64_t taken() const {
    return before != nullptr && before->status == LineStatus::executed ? before->quantity : 0;
  }
  std::int64_t more() const { return (is_executed ? quantity : 0) - taken(); }
};

// Were all of it on the shelf.
std::vector<WantedLine> wanted_by(const ReviseOrder& asked, const orders::Order& order) {
  std::vector<WantedLine> lines;
  for (const auto& line : order.lines) {
    lines.push_back({.product_id = line.product_id,
                     .quantity = line.quantity,
                     .is_executed = line.status == LineStatus::executed,
                     .before = &line});
  }
  std::vector<bool> is_named(lines.size());
  for (const auto& each : asked.lines) {
    std::size_t at = 0;
    while (at < lines.size() && (is_named[at] || lines[at].product_id != each.product_id)) ++at;
    if (at == lines.size()) {
      lines.push_back({.product_id = each.product_id, .has_no_quantity = !each.quantity});
      is_named.push_back(false);
    }
    is_named[at] = true;
    lines[at].quantity = each.quantity.value_or(lines[at].quantity);
    lines[at].is_executed = each.status == LineStatus::executed;
  }
  for (std::size_t i = 0; asked.all && i < lines.size(); ++i) {
    if (!is_named[i]) lines[i].is_executed = *asked.all == LineStatus::executed;
  }
  return lines;
}

bool is_as_wanted(const OrderLine& line, const WantedLine& wanted) {
  const auto status = wanted.is_executed ? LineStatus::executed : LineStatus::cancelled;
  return line.quantity == wanted.quantity && line.status == status;
}

// Too little was there: it has what it had.
bool is_short(const OrderLine& line, const WantedLine& wanted) {
  if (wanted.more() <= 0) return false;
  if (wanted.taken() == 0) {
    return line.quantity == wanted.quantity && line.status == LineStatus::cancelled;
  }
  return line.quantity == wanted.taken() && line.status == LineStatus::executed;
}

template <class Excuses>
bool are_those(const std::vector<OrderLine>& lines, const std::vector<WantedLine>& wanted,
               Excuses excuses) {
  return std::ranges::equal(lines, wanted, [&](const OrderLine& line, const WantedLine& want) {
    return line.product_id == want.product_id && (is_as_wanted(line, want) || excuses(line, want));
  });
}

template <class Excuses>
bool is_asked(const Life& life, const orders::Order& before, const std::vector<OrderLine>& lines,
              Excuses excuses) {
  return std::ranges::any_of(life.revisions_asked, [&](const ReviseOrder& asked) {
    return are_those(lines, wanted_by(asked, before), excuses);
  });
}

}  // namespace

// One change, and no other in the same commit.
bool is_revised(const orders::Order& before, const orders::Order& after) {
  if (!after.revision || after.revision->status != ChangeStatus::done) return false;
  const auto over = before.changes - (orders::is_changing(before) ? 1 : 0);
  return after.revision->change == over + 1;
}

void check_revision(const Life& life, const orders::Order* before, const orders::Order& after) {
  if (!after.revision) return;
  if (before == nullptr) broken("revised_as_asked", "a new order was changed already", life);
  if (after.revision->change > after.changes) {
    broken("revised_as_asked", "a change is counted that there was not", life);
  }
  if (after.revision->status == ChangeStatus::under_way) {
    // Of several in one commit those between are not seen.
    const bool is_next = after.changes == before->changes + 1 && !orders::is_changing(*before);
    const auto any = [](auto&&...) { return true; };
    if (is_next && !is_asked(life, *before, after.revision->lines, any)) {
      broken("revised_as_asked", "nobody has asked for these lines", life);
    }
  } else if (!after.revision->lines.empty()) {
    broken("revised_as_asked", "a change is over, and keeps its lines", life);
  }
  if (!is_revised(*before, after)) return;
  if (!is_asked(life, *before, after.lines, is_short)) {
    broken("revised_as_asked", "the lines are not those that were asked for", life);
  }
}

// Where all is decided together: what is left as it was was not on the shelf.
void check_shortness(const Life& life, const orders::Order& before, const Commit& commit,
                     const Model& model) {
  const auto is_rightly_short = [&](const OrderLine& line, const WantedLine& wanted) {
    const auto shelf = model.shelves.find(line.product_id);
    return is_short(line, wanted) && shelf != model.shelves.end() &&
           wanted.more() > commit.least(line.product_id, shelf->second);
  };
  if (is_asked(life, before, life.order->lines, is_rightly_short)) return;
  broken("refused_rightly", "a line was not changed that could be", life);
}

const char* defect_of(const ReviseOrder& asked, const Life& life, const Model& model, Time now) {
  if (!life.order) return "there is no such order";
  const auto& order = *life.order;
  if (life.forgotten.any()) return "it is too old";
  if (order.status != OrderStatus::completed && order.status != OrderStatus::cancelled) {
    return "it is not through";
  }
  if (!asked.versions.empty() &&
      std::ranges::find(asked.versions, order.version) == asked.versions.end()) {
    return "it has changed";
  }
  if (orders::is_changing(order)) return "another change is under way";
  if (order.changes >= revisions_most) return "it was changed too often";
  const auto wanted = wanted_by(asked, order);
  if (wanted.size() > lines_most) return "it has too many lines";
  Wide total = 0;
  for (const auto& line : wanted) {
    const auto shelf = model.shelves.find(line.product_id);
    if (line.before == nullptr && (shelf == model.shelves.end() || !shelf->second.item)) {
      return "there is no such item";
    }
    if (line.has_no_quantity) return "a line is added without a quantity";
    const bool is_held = line.taken() > 0 && line.is_executed;
    const auto& known = shelf->second;
    if (is_held && line.more() > known.was_available.least(known.available(), now)) {
      return "too little is left";
    }
    const auto price =
        line.before != nullptr ? line.before->unit_price : std::ranges::max(known.prices_asked);
    total += Wide{price} * line.quantity;
  }
  return total > std::numeric_limits<MinorUnits>::max() ? "its total is too large" : nullptr;
}

void check_revision_refused(const RevisionTold& told, const Life& life, const Error& error) {
  if (told.defect != nullptr || life.order->version != told.version || life.was_reset) return;
  broken("refused_rightly", "a change was refused that could be made: " + error.detail, life);
}

}  // namespace oms::simulate
