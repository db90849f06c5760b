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
  if (!order.revision && !are_those_sent(order.lines, wish.lines, is_same)) {
    broken("as_ordered", "the order's lines are not those that were sent", life);
  }
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
  const auto& order = *life.order;
  check_order(life, model, scenario);
  if (std::ranges::find(commit.placed, &life) != commit.placed.end()) {
    if (const char* defect = defect_of(wish, model)) broken("accepted_rightly", defect, life);
    check_prices(life, commit.number, model, scenario);
    check_on_shelf(life, commit, model, scenario, now);
  }
  const auto is_priced = [&](const OrderLine& line, const RequestedLine& sent) {
    const auto& own = order.lines[static_cast<std::size_t>(&sent - wish.lines.data())];
    return line.product_id == sent.product_id && line.unit_price == own.unit_price;
  };
  if (life.saga && life.saga->main.is_live() &&
      (!are_those_sent(life.saga->lines, wish.lines, is_priced) ||
       life.saga->customer_id != wish.customer_id || life.saga->total != order.total)) {
    broken("as_ordered", "the saga leads another order than was placed", life);
  }
}

void check_link_asked(const Life& life, const PaymentOperation& operation) {
  if (!life.order || !life.wish) return;
  const auto& order = *life.order;
  const auto is_priced = [&](const OrderLine& line, const RequestedLine& sent) {
    const auto& own = order.lines[static_cast<std::size_t>(&sent - life.wish->lines.data())];
    return line.product_id == sent.product_id && line.unit_price == own.unit_price;
  };
  if (operation.amount != order.total || operation.currency != order.currency ||
      operation.customer_id != life.wish->customer_id) {
    broken("as_ordered", "the link asks for another amount, or another customer", life);
  }
  if (!are_those_sent(operation.lines, life.wish->lines, is_priced)) {
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
