#include <gtest/gtest.h>

#include "edge/paging.h"
#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;

const std::string orders_path = "/api/customers/c1/orders";

List ask(const std::string& query) {
  return Request("GET", orders_path + "?" + query).plan_as<List>();
}

// An order of the n-th second after noon, whose id was made then.
OrderView order_at(int seconds, OrderStatus status = OrderStatus::paid) {
  auto order = placed_order();
  order.created_at = noon + std::chrono::seconds{seconds};
  order.status = status;
  Id::Bytes bytes{};
  const auto made = order.created_at.unix_ms / 1000;
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[i] = static_cast<std::uint8_t>(made >> (24 - 8 * i) & 0xFF);
  }
  order.id = Id{bytes};
  return order;
}

// The seconds of the orders that are shown, and whether there is a next page.
std::string shown(const List& list, std::initializer_list<OrderView> orders, bool more = false) {
  Page page{.more = more};
  for (const auto& order : orders) page.records.push_back(found(order));
  const auto body = list.render(page).body;
  std::string text;
  for (const auto& order : orders) {
    if (!body.contains(order.id.text())) continue;
    text += std::to_string((order.created_at - noon).count() / 1000) + ' ';
  }
  return text + (body.contains("nextCursor") ? "…" : ".");
}

std::size_t look_on(const List& list, const std::vector<OrderView>& orders) {
  Page page{.more = true};
  for (const auto& order : orders) page.records.push_back(found(order));
  return list.look_on(page);
}

TEST(OrderLists, OfAStatusAreSoughtAmongTheCustomersNewest) {
  const auto list = ask("status=paid&limit=2");
  EXPECT_EQ(list.query.column, "customer_id");
  EXPECT_EQ(list.query.limit, 2U);
  EXPECT_EQ(look_on(list, {order_at(3), order_at(2)}), 0U) << "the page is full";
  const auto none = order_at(2, OrderStatus::cancelled);
  EXPECT_EQ(look_on(list, {order_at(3), none}), 25U);
  EXPECT_EQ(look_on(list, std::vector(190, none)), 10U);
  EXPECT_EQ(look_on(list, std::vector(200, none)), 0U) << "a bounded number";
  const auto cancelled = OrderStatus::cancelled;
  EXPECT_EQ(shown(list, {order_at(3), order_at(2, cancelled), order_at(1)}), "3 1 .");
  EXPECT_EQ(shown(list, {order_at(4), order_at(3), order_at(2)}), "4 3 …");
  EXPECT_EQ(shown(list, {order_at(2, cancelled)}, true), "…") << "a page may be empty";
}

TEST(OrderLists, HoldOnlyWhatWasPlacedThroughThisFace) {
  auto supply = order_at(2);
  supply.face = Face::fulfilment;
  EXPECT_EQ(shown(ask("limit=3"), {order_at(3), supply, order_at(1)}), "3 1 .");
}

TEST(OrderLists, BeginShortlyBeforeTheirEnd) {
  const auto list = ask("to=2026-01-01T12:00:20Z");
  EXPECT_EQ(list.query.after, order_at(30).id.text()) << "an id is a little older than its order";
  EXPECT_EQ(shown(list, {order_at(21), order_at(20), order_at(19)}), "19 .");
}

TEST(OrderLists, EndAtTheirBeginning) {
  const auto list = ask("from=2026-01-01T12:00:20Z");
  EXPECT_EQ(list.query.after, "");
  EXPECT_EQ(shown(list, {order_at(21), order_at(20), order_at(19)}, true), "21 20 …");
  EXPECT_EQ(shown(list, {order_at(20), order_at(9), order_at(8)}, true), "20 .")
      << "nothing that is older is looked at";
  EXPECT_EQ(look_on(list, {order_at(20), order_at(9)}), 0U);
}

TEST(OrderLists, GoOnFromTheirOwnCursorOnly) {
  const auto id = order_at(5).id.text();
  const auto path = orders_path;
  const auto mine = cursor_of(id, ListTag::of(path, "status=paid\nto=2026-01-01T12:00:20Z\n"));
  EXPECT_EQ(ask("status=paid&to=2026-01-01T12:00:20Z&cursor=" + mine).query.after, id);
  for (const char* other : {"status=paid", "status=ready&to=2026-01-01T12:00:20Z", "limit=5"}) {
    const auto answer = Request("GET", orders_path + "?" + other + "&cursor=" + mine).refusal();
    EXPECT_TRUE(answer.contains("belongs to another list")) << answer;
  }
}

TEST(OrderLists, SayWhatATimeIs) {
  for (const char* query : {"from=yesterday", "from=2026-01-31", "to=", "to=1767268800",
                            "from=2026-01-01T12:00:00%2B01:00"}) {
    const auto answer = Request("GET", orders_path + "?" + query).refusal();
    EXPECT_TRUE(answer.starts_with("400 ")) << answer;
    EXPECT_TRUE(answer.contains("is a time in UTC such as 2026-01-31T12:00:00Z")) << answer;
  }
  const auto turned = orders_path + "?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z";
  EXPECT_TRUE(Request("GET", turned).refusal().contains("'to' is a time after 'from'"));
}

TEST(OrderLists, OfAllCustomersHaveTheSameChoices) {
  const auto list = Request("GET", "/api/admin/orders?status=paid&from=2026-01-01T12:00:20Z")
                        .by_operator()
                        .plan_as<List>();
  auto supply = order_at(25);
  supply.face = Face::fulfilment;
  EXPECT_EQ(shown(list, {supply, order_at(21), order_at(19)}), "25 21 .");
}

}  // namespace
}  // namespace oms::edge
