#include <algorithm>
#include <map>

#include "tools/simulate/oracle/arithmetic.h"
#include "tools/simulate/oracle/rules.h"

// Whatever is kept of an order is what its customer has sent, at the prices that the shelf had.
namespace oms::simulate {
namespace {

// Whether the lines are those that were sent, one by one: `agrees` compares what else they hold.
template <class Line, class Agrees>
bool are_those_sent(const std::vector<Line>& lines, const std::vector<RequestedLine>& sent,
                    Agrees agrees) {
  if (lines.size() != sent.size()) return false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].quantity != sent[i].quantity || !agrees(lines[i], sent[i])) return false;
  }
  return true;
}

const stock::Item* item_of(const Model& model, std::string_view product) {
  const auto shelf = model.shelves.find(product);
  return shelf == model.shelves.end() ? nullptr : shelf->second.item.get();
}

bool is_described(const OrderLine& line, const Model& model) {
  const auto* item = item_of(model, line.product_id);
  return item != nullptr && line.product_name == item->name && line.price_id == item->price_id &&
         line.preparation_ms == item->preparation_ms;
}

void check_order(const Life& life, const Model& model, const Scenario& scenario) {
  const auto& order = *life.order;
  const auto& wish = *life.wish;
  const auto is_same = [&](const OrderLine& line, const RequestedLine& sent) {
    return line.product_id == sent.product_id && is_described(line, model);
  };
  const bool was_changed =
      !life.before_revisions.empty() || (order.revision && goes_by_line(order));
  const bool is_as_sent = !was_changed
                              ? are_those_sent(order.lines, wish.lines, is_same)
                              : std::ranges::all_of(order.lines, [&](const OrderLine& line) {
                                  return is_described(line, model);
                                });
  if (!is_as_sent) broken("as_ordered", "the order's lines are not those that were sent", life);
  const bool is_noted = order.note == wish.note ||
                        std::ranges::any_of(life.revisions_asked, [&](const AskedRevision& each) {
                          return each.asked.note == order.note;
                        });
  if (!is_noted) broken("as_ordered", "the order has a note that nobody has written", life);
  if (order.customer_id != wish.customer_id || order.saga != wish.saga || order.face != wish.face ||
      order.method != wish.method) {
    broken("as_ordered", "the order is another customer's, or of another kind", life);
  }
  const bool is_same_contact = order.customer.name == wish.customer.name &&
                               order.customer.email == wish.customer.email &&
                               order.customer.phone_number == wish.customer.phone_number;
  if (!is_same_contact && !order.erasure) {
    broken("as_ordered", "the order's contact is not what was sent", life);
  }
  if (order.currency != scenario.settings.stock.currency) {
    broken("as_ordered", "the order is in another currency than the shop", life);
  }
}

// A new order. Where all is decided together, the prices are those just before the commit or just
// after it; elsewhere they were asked for at some time since the request.
void check_prices(const Life& life, std::uint64_t commit, const Model& model,
                  const Scenario& scenario) {
  const auto& order = *life.order;
  const bool is_together = scenario.wiring == Wiring::together;
  const auto since = is_together ? commit - 1 : life.wished_before;
  Wide total = 0;
  for (const auto& line : order.lines) {
    if (!may_cost(model.shelves.at(line.product_id), line.unit_price, since)) {
      broken("price_of_the_shelf", "a line costs what its item did not cost at that time", life);
    }
    if (line.status != LineStatus::cancelled) total += Wide{line.unit_price} * line.quantity;
  }
  if (total != order.total) {
    broken("sum_is_right", "the total is not the sum of price and quantity", life);
  }
}

// What goes as a whole is not taken on when its shelf is short already.
void check_on_shelf(const Life& life, const Commit& commit, const Model& model,
                    const Scenario& scenario, Time now) {
  if (!goes_as_a_whole(*life.wish)) return;
  std::map<std::string_view, std::int64_t> wanted;
  for (const auto& line : life.wish->lines) wanted[line.product_id] += line.quantity;
  for (const auto& [product, quantity] : wanted) {
    const auto& shelf = model.shelves.find(product)->second;
    const auto most = scenario.wiring == Wiring::together
                          ? commit.most(product, shelf)
                          : shelf.was_available.most(shelf.available(), now);
    if (quantity <= most) continue;
    broken("accepted_rightly", "an order was taken that is not on the shelf", life);
  }
}

// The lines that an order has, has had or is to have.
bool are_its_own(const std::vector<OrderLine>& lines, const Life& life) {
  const auto is_same = [](const OrderLine& a, const OrderLine& b) {
    return a.product_id == b.product_id && a.quantity == b.quantity && a.unit_price == b.unit_price;
  };
  const auto are_those = [&](const std::vector<OrderLine>& own) {
    return std::ranges::equal(lines, own, is_same);
  };
  const auto& order = *life.order;
  return are_those(order.lines) || (order.revision && are_those(order.revision->lines)) ||
         std::ranges::any_of(life.before_revisions,
                             [&](const auto& before) { return are_those(before->lines); });
}

Wide cost(const std::vector<OrderLine>& lines) {
  Wide sum = 0;
  for (const auto& line : lines) sum += Wide{line.unit_price} * line.quantity;
  return sum;
}

}  // namespace

bool may_cost(const ShelfModel& shelf, MinorUnits price, std::uint64_t since) {
  for (auto from = shelf.prices.rbegin(); from != shelf.prices.rend(); ++from) {
    if (from->price == price) return true;
    if (from->commit <= since) break;
  }
  return shelf.prices_pending.contains(price);
}

void check_plan(const Life& life, const Commit& commit, const Model& model,
                const Scenario& scenario, Time now) {
  if (!life.order || !life.wish) return;
  const auto& wish = *life.wish;
  check_order(life, model, scenario);
  if (std::ranges::find(commit.placed, &life) != commit.placed.end()) {
    if (const char* defect = defect_of(wish, model)) broken("accepted_rightly", defect, life);
    check_prices(life, commit.number, model, scenario);
    check_on_shelf(life, commit, model, scenario, now);
  }
  if (life.saga && life.saga->main.is_live() &&
      (!are_its_own(life.saga->lines, life) || life.saga->customer_id != wish.customer_id ||
       life.saga->total != cost(life.saga->lines))) {
    broken("as_ordered", "the saga leads another order than was placed", life);
  }
}

void check_link_asked(const Life& life, const PaymentOperation& operation) {
  if (!life.order || !life.wish) return;
  const auto& order = *life.order;
  const auto total = operation.link > 1 ? cost(operation.lines) : Wide{order.total};
  if (operation.amount != total || operation.currency != order.currency ||
      operation.customer_id != life.wish->customer_id) {
    broken("as_ordered", "the link asks for another amount, or another customer", life);
  }
  if (!are_its_own(operation.lines, life)) {
    broken("as_ordered", "the payment page shows other lines than were ordered", life);
  }
}

void check_price_told(const ShelfModel& shelf, const PriceChange& change,
                      const Result<Record>& answer) {
  const bool is_possible = change.price >= 1 && change.price <= price_max;
  if (answer.has_value() != is_possible) {
    broken("price_as_set", "a good price was refused, or one that cannot be was taken");
  }
  if (!answer) return;
  const auto& item = *answer->as<stock::Item>();
  if (item.id != change.product_id || !shelf.prices_pending.contains(item.price)) {
    broken("price_as_set", "the operator was shown another price than was set");
  }
}

void check_price(const ShelfModel& shelf) {
  if (!shelf.prices_asked.contains(shelf.item->price)) {
    broken("price_as_set", "item " + shelf.item->id + " has a price that nobody has set");
  }
}

}  // namespace oms::simulate
