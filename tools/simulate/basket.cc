#include "tools/simulate/basket.h"

#include <algorithm>
#include <array>

namespace oms::simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int64_t quantity_most = 1'000'000;
constexpr MinorUnits price_most = 1'000'000'000'000;
constexpr std::size_t orders_with_a_guest = 10;

MinorUnits odd_price(Chance& chance) {
  constexpr std::array highest{MinorUnits{9}, MinorUnits{99'999}, MinorUnits{100'000'000'007},
                               price_most};
  const auto most = chance.pick(highest);
  return chance.one_in(3) ? most : chance.between(1, most);
}

std::vector<RequestedLine> some_lines(Chance& chance, std::int64_t count, const Scenario& scenario,
                                      std::int64_t kinds) {
  std::vector<RequestedLine> lines;
  for (; count > 0; --count) {
    const auto& shelf = scenario.shelves[static_cast<std::size_t>(chance.between(0, kinds - 1))];
    lines.push_back({.product_id = shelf.product_id, .quantity = chance.between(1, 3)});
  }
  return lines;
}

// What lies at a bound, or just beyond it.
std::int64_t bound(Chance& chance, std::int64_t most) {
  return most + chance.between(-1, 1);
}

std::vector<RequestedLine> odd_basket(Chance& chance, const Scenario& scenario) {
  const auto cap = scenario.settings.stock.held_units_max;
  switch (chance.below(8)) {
    case 0:  // one item on many lines
      return some_lines(chance, chance.between(2, 12), scenario, 1);
    case 1:  // two items in turn
      return some_lines(chance, chance.between(3, 6), scenario, 2);
    case 2:
      return {{.product_id = "gold", .quantity = bound(chance, quantity_most)}};
    case 3:
      return {{.product_id = "gold", .quantity = chance.between(1, 50)},
              {.product_id = "1", .quantity = chance.between(-1, 2)}};
    case 4:  // too much for a total, if the price is high
      return std::vector<RequestedLine>(static_cast<std::size_t>(chance.between(8, 12)),
                                        {.product_id = "gold", .quantity = quantity_most});
    case 5:  // just what one customer may hold
      return {{.product_id = "gold", .quantity = cap == 0 ? 1 : bound(chance, cap)}};
    case 6:
      if (!chance.one_in(6)) return {{.product_id = "there is none", .quantity = 1}};
      return std::vector<RequestedLine>(static_cast<std::size_t>(bound(chance, 100)),
                                        {.product_id = "gold", .quantity = 2});
    default:
      return some_lines(chance, chance.between(0, 2), scenario, 5);
  }
}

// Several want the last pieces of one item, within the same moment.
void draw_rush(Scenario& scenario, Duration span, Chance& chance) {
  auto at = chance.between(Duration{0}, span);
  for (auto& plan : scenario.orders) {
    if (!chance.one_in(8)) continue;
    plan.lines = {{.product_id = "last", .quantity = chance.between(1, 3)}};
    plan.at = at;
    if (chance.one_in(3)) plan.customer = 0;
    at += chance.between(Duration{0}, milliseconds{3});
  }
}

}  // namespace

void draw_odd_baskets(Scenario& scenario, Chance chance) {
  const bool is_odd = chance.one_in(2);
  scenario.shelves.push_back({.product_id = "gold",
                              .price = odd_price(chance),
                              .on_hand = chance.between(0, 1'000) * 10'000,
                              .preparation_ms = chance.between(1, 100)});
  scenario.shelves.push_back({.product_id = "last",
                              .price = chance.between(1, 2'000),
                              .on_hand = chance.between(1, 9),
                              .preparation_ms = chance.between(1, 100)});
  if (!is_odd) return;
  Duration span{0};
  for (auto& plan : scenario.orders) {
    span = std::max(span, plan.at);
    if (!chance.one_in(10)) continue;
    plan.lines = odd_basket(chance, scenario);
    if (chance.one_in(2)) plan.at -= plan.at % seconds{1};  // at the same moment as others
  }
  draw_rush(scenario, span, chance);
  if (scenario.price_changes.empty()) return;
  for (auto left = chance.between(1, 6); left > 0; --left) {
    scenario.price_changes.push_back({.at = chance.between(Duration{0}, span),
                                      .product_id = "gold",
                                      .price = odd_price(chance) + chance.between(0, 1)});
  }
}

void draw_late_guest(Scenario& scenario) {
  if (scenario.orders.size() < orders_with_a_guest) return;
  const auto number = scenario.orders.back().number;
  std::erase_if(scenario.interventions, [&](const auto& each) { return each.order == number; });
  std::erase_if(scenario.revisions, [&](const auto& wish) { return wish.order == number; });
  scenario.orders.back() = {.number = number,
                            .at = scenario.heals_after + seconds{5},
                            .customer = 12,  // who has ordered nothing else
                            .lines = {{.product_id = "1", .quantity = 1}},
                            .think = seconds{1}};
}

}  // namespace oms::simulate
