#include "services/stock/service.h"

namespace oms::stock {
namespace {

Item dish(const char* id, const char* name, MinorUnits price, std::int64_t preparation_ms) {
  return {.id = id,
          .name = name,
          .kind = "dish",
          .price_id = std::string{"price_"} + id,
          .price = price,
          .preparation_ms = preparation_ms,
          .low_at = 10,
          .initial = 500};
}

Item goods(const char* id, const char* name, const char* price_id, MinorUnits price) {
  return {.id = id,
          .name = name,
          .kind = "goods",
          .price_id = price_id,
          .price = price,
          .preparation_ms = 1000,
          .low_at = 10,
          .initial = 1000};
}

}  // namespace

std::vector<Item> default_catalogue(std::string_view currency) {
  std::vector<Item> items{
      goods("1", "Cheese", "price_cheese", 450),
      goods("2", "Chocolate", "price_chocolate", 325),
      goods("Item1", "Gift card", "price_item1", 1000),
      dish("margherita", "Pizza Margherita", 1150, 3000),
      dish("funghi", "Pizza Funghi", 1290, 3000),
      dish("lasagne", "Lasagne al forno", 1380, 4000),
      dish("ramen", "Miso ramen", 1420, 3000),
      dish("burger", "Cheeseburger", 1090, 2500),
      dish("falafel", "Falafel plate", 990, 2500),
      dish("salad", "Garden salad", 790, 1500),
      dish("soup", "Tomato soup", 650, 1500),
      dish("tiramisu", "Tiramisù", 620, 1000),
      goods("water", "Mineral water", "price_water", 250),
      goods("lemonade", "Lemonade", "price_lemonade", 350),
  };
  for (auto& item : items) item.currency = currency;
  return items;
}

}  // namespace oms::stock
