#include "tests/cluster/books.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <iostream>

#include "tests/support/json_field.h"
#include "tests/support/outside.h"

namespace oms::cluster {
namespace {

using namespace std::chrono_literals;
using testing::field;

constexpr const char* products[] = {"1", "2"};

std::int64_t number_of(const std::string& json, const std::string& name) {
  const auto text = field(json, name);
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// All "name":"…" of a JSON text.
std::vector<std::string> fields(std::string_view json, const std::string& name) {
  std::vector<std::string> all;
  const auto key = '"' + name + "\":\"";
  for (auto at = json.find(key); at != json.npos; at = json.find(key)) {
    json.remove_prefix(at + key.size());
    all.emplace_back(json.substr(0, json.find('"')));
  }
  return all;
}

bool is_over(const std::string& order) {
  const auto status = field(order, "status");
  return status == "completed" || status == "cancelled";
}

}  // namespace

Books::Books(const Shop& shop) : shop_(shop) {
  for (const std::string product : products) {
    const auto set =
        shop.send_as_operator("PUT", "/api/admin/stock/" + product, R"({"onHand":100000})");
    EXPECT_EQ(set.status, 200) << set.body;
    on_hand_[product] = on_hand(product);
  }
}

std::int64_t Books::on_hand(const std::string& product) const {
  return number_of(shop_.send_as_operator("GET", "/api/admin/stock/" + product).body, "onHand");
}

Books::Charges Books::charges() const {
  Charges all;
  std::string after;
  for (bool has_more = true; has_more;) {
    const auto page = http::send({.url = shop_.provider_url() + "/v1/charges?limit=100" + after,
                                  .headers = {"Authorization: Bearer sk_test_1"}});
    EXPECT_EQ(page.status, 200) << page.body;
    std::string_view rest = page.body;
    const std::string_view begin = R"({"id":"ch_)";
    for (auto at = rest.find(begin); at != rest.npos; at = rest.find(begin)) {
      rest.remove_prefix(at);
      const std::string charge{rest.substr(0, rest.find(begin, 1))};
      after = "&starting_after=" + field(charge, "id");
      auto& sum = all[field(charge, "order_id")];
      sum.captured += number_of(charge, "amount_captured");
      sum.refunded += number_of(charge, "amount_refunded");
      rest.remove_prefix(begin.size());
    }
    has_more = page.body.contains(R"("has_more":true)");
  }
  return all;
}

std::vector<std::string> Books::orders_of(const Purchase& purchase) const {
  const auto list = shop_.send("GET", "/api/customers/" + purchase.customer + "/orders");
  EXPECT_EQ(list.status, 200) << list.body;
  return fields(list.body, "orderID");
}

// The order, once it is over.
std::string Books::ended(const std::string& customer, const std::string& order) const {
  std::string shown;
  testing::wait_until(
      [&] {
        shown = shop_.send("GET", order_path(customer, order)).body;
        return is_over(shown);
      },
      30s);
  return shown;
}

void Books::check_history(const std::string& customer, const std::string& order,
                          const std::string& end) const {
  const auto history = shop_.send("GET", order_path(customer, order) + "/history").body;
  auto statuses = fields(history, "status");
  ASSERT_FALSE(statuses.empty()) << history;
  EXPECT_EQ(statuses.front(), "pending") << history;
  EXPECT_EQ(statuses.back(), end) << history;
  std::ranges::sort(statuses);
  EXPECT_TRUE(std::ranges::adjacent_find(statuses) == statuses.end()) << history;
}

void Books::check_order(const Purchase& purchase, Charges& charges, Sold& sold) const {
  for (const auto& wrong : purchase.wrong) ADD_FAILURE() << purchase.customer << ": " << wrong;
  const auto orders = orders_of(purchase);
  EXPECT_LE(orders.size(), 1U) << purchase.customer << " has more than one order for one key";
  if (!purchase.order.empty()) {
    EXPECT_TRUE(std::ranges::find(orders, purchase.order) != orders.end())
        << purchase.order << " was accepted, and is not in the list of " << purchase.customer;
  }
  for (const auto& order : orders) {
    const auto shown = ended(purchase.customer, order);
    const auto status = field(shown, "status");
    EXPECT_TRUE(is_over(shown)) << "not ended: " << shown;
    check_history(purchase.customer, order, status);
    const bool is_completed = status == "completed";
    const auto charge = charges[order];
    charges.erase(order);
    EXPECT_EQ(charge.captured - charge.refunded, is_completed ? number_of(shown, "total") : 0)
        << "money of " << shown;
    EXPECT_TRUE(!is_completed || charge.refunded == 0) << shown;
    ++(is_completed ? sold.completed : sold.cancelled);
    if (is_completed) sold.pieces[purchase.product] += purchase.quantity;
  }
}

// What was held for the last of them is given back within moments.
void Books::check_shelf(const Sold& sold) const {
  for (const std::string product : products) {
    std::string shown;
    testing::wait_until(
        [&] {
          shown = shop_.send_as_operator("GET", "/api/admin/stock/" + product).body;
          return field(shown, "reserved") == "0";
        },
        30s);
    EXPECT_EQ(field(shown, "reserved"), "0") << shown;
    const auto pieces = sold.pieces.find(product);
    const auto count = pieces == sold.pieces.end() ? 0 : pieces->second;
    EXPECT_EQ(number_of(shown, "onHand"), on_hand_.at(product) - count)
        << count << " of " << product << " were sold: " << shown;
  }
}

void Books::check(const std::vector<std::shared_ptr<Purchase>>& purchases) const {
  auto money = charges();
  Sold sold;
  for (const auto& purchase : purchases) check_order(*purchase, money, sold);
  for (const auto& [order, charge] : money) {
    ADD_FAILURE() << "the provider has a charge of " << charge.captured << " for " << order
                  << ", which nobody has placed";
  }
  check_shelf(sold);
  EXPECT_GT(sold.completed, 0U);
  std::clog << "  books: " << sold.completed << " orders completed, " << sold.cancelled
            << " cancelled\n";
}

}  // namespace oms::cluster
