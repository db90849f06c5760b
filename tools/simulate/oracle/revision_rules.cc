// What is changed of an order's lines: granted where it can be, made once, and as it was asked for.
#include <algorithm>
#include <limits>
#include <utility>

#include "tools/simulate/oracle/arithmetic.h"
#include "tools/simulate/oracle/oracle.h"
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

std::int64_t ordered(const orders::Order& order, std::string_view product) {
  std::int64_t sum = 0;
  for (const auto& line : order.lines) sum += line.product_id == product ? line.quantity : 0;
  return sum;
}

// The whole new list, one by one.
bool is_list(const std::vector<OrderLine>& lines, const ReviseOrder& asked,
             const orders::Order& before) {
  return std::ranges::equal(
      lines, asked.lines, [&](const OrderLine& line, const RevisedLine& want) {
        return line.product_id == want.product_id && line.note == want.note &&
               line.quantity == want.quantity.value_or(ordered(before, want.product_id));
      });
}

template <class Excuses>
bool is_asked(const Life& life, const orders::Order& before, const std::vector<OrderLine>& lines,
              Excuses excuses) {
  return std::ranges::any_of(life.revisions_asked, [&](const AskedRevision& each) {
    return goes_by_line(before) ? are_those(lines, wanted_by(each.asked, before), excuses)
                                : is_list(lines, each.asked, before);
  });
}

// As its clients may count on; `now`: of what was there within the last minute.
const char* defect_of_list(const ReviseOrder& asked, const orders::Order& order, const Model& model,
                           Time now) {
  const bool is_paid = order.status >= OrderStatus::paid;
  if (is_paid && !order.requested_refunds.empty()) return "some of it was refunded";
  Wide total = 0;
  for (std::size_t i = 0; i < asked.lines.size(); ++i) {
    const auto& line = asked.lines[i];
    for (std::size_t j = 0; j < i; ++j) {
      if (asked.lines[j].product_id == line.product_id) return "a product is there twice";
    }
    const auto known = std::ranges::find(order.lines, line.product_id, &OrderLine::product_id);
    const auto shelf = model.shelves.find(line.product_id);
    const bool is_sold = shelf != model.shelves.end() && shelf->second.item;
    if (known == order.lines.end() && !is_sold) return "there is no such item";
    const auto before = ordered(order, line.product_id);
    const auto quantity = line.quantity.value_or(before);
    if (quantity < 1) return "a line is added without a quantity";
    if (quantity > before && is_paid) return "it is paid";
    const auto& item = shelf->second;
    if (quantity - before > item.was_available.least(item.available(), now)) {
      return "too little is left";
    }
    const auto price =
        known != order.lines.end() ? known->unit_price : std::ranges::max(item.prices_asked);
    total += Wide{price} * quantity;
  }
  return total > std::numeric_limits<MinorUnits>::max() ? "its total is too large" : nullptr;
}

const char* defect_of_whole(const ReviseOrder& asked, const Life& life, const Model& model,
                            Time now) {
  const auto& order = *life.order;
  if (order.saga != "food" && order.saga != "pickup") return "it is never changed";
  if (order.status >= OrderStatus::preparing) return "the kitchen has begun, or it is over";
  if (asked.lines.empty()) return nullptr;
  if (order.status == OrderStatus::pending) return "it is being accepted";
  if (order.cancel_requested) return "it is being cancelled";
  return defect_of_list(asked, order, model, now);
}

bool are_same(const std::vector<OrderLine>& some, const std::vector<OrderLine>& others) {
  return std::ranges::equal(some, others, [](const OrderLine& a, const OrderLine& b) {
    return a.product_id == b.product_id && a.quantity == b.quantity && a.note == b.note;
  });
}

}  // namespace

bool goes_by_line(const orders::Order& order) {
  return order.face == Face::fulfilment;
}

MinorUnits total_of(const orders::Revision& revision) {
  MinorUnits total = 0;
  for (const auto& line : revision.lines) total += line.unit_price * line.quantity;
  return total;
}

// An order's lines have changed. If it was paid, what they cost less has gone back, and the goods.
void Oracle::take_revision(Life& life, const Kept<orders::Order>& before) {
  life.before_revisions.push_back(before);
  if (goes_by_line(*before) || !life.payment) return;
  const auto change = revised_by(*before, *life.order);
  const auto gone = std::ranges::find(life.payment->refunds, change, &Refund::change);
  if (gone == life.payment->refunds.end()) return;
  const auto by = before->total - life.order->total;  // if nobody has seen it begin
  life.taken_off += life.smaller_by.try_emplace(change, by).first->second;
  for (const auto& line : before->lines) life.removed[line.product_id] += line.quantity;
  for (const auto& line : life.order->lines) life.removed[line.product_id] -= line.quantity;
}

// Where several are begun in one commit, those of a whole list are told apart by what was begun.
std::int32_t revised_by(const orders::Order& before, const orders::Order& after) {
  if (!after.revision) return 0;
  const bool is_done = after.revision->status == ChangeStatus::done;
  const auto& begun = before.revision;
  if (!goes_by_line(before) && begun && !begun->lines.empty()) {
    if (after.revision->change == begun->change) return is_done ? begun->change : 0;
    return are_same(after.lines, begun->lines) ? begun->change : 0;
  }
  const auto over = before.changes - (orders::is_changing(before) ? 1 : 0);
  if (is_done && after.revision->change == over + 1) return over + 1;
  // Or the next was begun in the commit that ended it.
  const bool is_overtaken = !goes_by_line(before) && after.revision->change == over + 2 &&
                            !are_same(before.lines, after.lines);
  return is_overtaken ? over + 1 : 0;
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
  if (revised_by(*before, after) == 0) return;
  // One that was cancelled meanwhile keeps what it had.
  const bool stays = !goes_by_line(after) && after.status == OrderStatus::cancelled;
  if (!stays && !is_asked(life, *before, after.lines, is_short)) {
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

// What was added costs what its item has cost since somebody asked for it.
void check_new_prices(const Life& life, const orders::Order& before, const Model& model) {
  for (const auto& line : life.order->lines) {
    if (ordered(before, line.product_id) > 0) continue;
    const bool is_right = std::ranges::any_of(life.revisions_asked, [&](const AskedRevision& each) {
      const auto& lines = each.asked.lines;
      return std::ranges::find(lines, line.product_id, &RevisedLine::product_id) != lines.end() &&
             may_cost(model.shelves.at(line.product_id), line.unit_price, each.before);
    });
    if (is_right) continue;
    broken("price_of_the_shelf", "a line was added at a price that its item did not have", life);
  }
}

const char* defect_of(const ReviseOrder& asked, const Life& life, const Model& model, Time now) {
  if (!life.order) return "there is no such order";
  const auto& order = *life.order;
  if (life.forgotten.any()) return "it is too old";
  if (!goes_by_line(order)) {
    if (!asked.versions.empty() && asked.versions.front() != order.version) return "it has changed";
    if (const char* defect = defect_of_whole(asked, life, model, now)) return defect;
    if (asked.lines.empty()) return nullptr;
    if (orders::is_changing(order)) return "another change is under way";
    return order.changes >= revisions_most ? "it was changed too often" : nullptr;
  }
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
