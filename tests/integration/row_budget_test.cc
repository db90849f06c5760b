#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/world.h"

namespace oms::testing {
namespace {

// Rows are the budget: what an order's life costs is what is written for it. Items are shared
// between orders, and a batch writes each once, so they are counted apart. So are the numbers.
int rows_but_items(const CountingStore& store) {
  int sum = 0;
  for (const auto& [table, count] : store.rows) {
    if (table != "stock_item" && table != "runtime_sequence") sum += count;
  }
  return sum;
}

TEST(RowBudget, AnAcceptedOrderIsFourRowsAndItsItems) {
  World world;
  world.is_provider_silent = true;  // the link is asked for, and has not come yet
  const auto id = world.new_id();
  ASSERT_TRUE(world.place(id, "c1", {{"1", 2}, {"2", 1}}));
  EXPECT_EQ(rows_but_items(world.store), 4);
  EXPECT_EQ(world.store.rows["stock_item"], 2);
}

TEST(RowBudget, AWholeFoodLifeIsAtMostTwentyRowsAndItsItems) {
  World world;
  const auto id = world.new_id();
  ASSERT_TRUE(world.place(id, "c1", {{"1", 2}}));
  world.pay(id);
  world.wait(std::chrono::seconds{10});
  ASSERT_EQ(world.get<orders::Order>(id.text())->status, OrderStatus::completed);
  EXPECT_LE(rows_but_items(world.store), 20);
  EXPECT_EQ(world.store.rows["stock_item"], 2) << "reserved once, sold once";
}

// What orders move is summed in the item. A new day costs a row for each kind of movement, once.
TEST(RowBudget, TheLedgerOfAnItemCostsAnOrderNoRow) {
  World world;
  const auto sell = [&] {
    const auto id = world.new_id();
    ASSERT_TRUE(world.place(id, "c1", {{"1", 2}}));
    world.pay(id);
    world.wait(std::chrono::seconds{10});
  };
  sell();
  sell();
  EXPECT_EQ(world.store.rows["stock_movement"], 0);
  world.wait(std::chrono::hours{24});
  sell();
  EXPECT_EQ(world.store.rows["stock_movement"], 2) << "what there was, and what was sold that day";
  sell();
  EXPECT_EQ(world.store.rows["stock_movement"], 2);
}

// Apart there is one row more in each store for what it has sent and received. The processes' seats
// are no order's.
TEST(RowBudget, AFoodLifeApartIsSixtyRowsAndThirteenBrokerMessages) {
  World world{{}, Wiring::apart};
  world.wait(std::chrono::seconds{1});
  const auto before = world.rows();
  const auto id = world.new_id();
  ASSERT_TRUE(world.place(id, "c1", {{"1", 2}}));
  world.pay(id);
  world.wait(std::chrono::minutes{1});
  ASSERT_EQ(world.get<orders::Order>(id.text())->status, OrderStatus::completed);
  int rows = 0;
  int plumbing = 0;
  for (auto [table, count] : world.rows()) {
    if (const auto past = before.find(table); past != before.end()) count -= past->second;
    if (table != "stock_item" && table != "runtime_seating") rows += count;
    if (table == "runtime_correspondence") plumbing = count;
  }
  EXPECT_LE(rows, 60);
  EXPECT_LE(plumbing, 40);
  EXPECT_LE(world.broker.messages, 13);
  RecordProperty("rows", rows);
  RecordProperty("messages", world.broker.messages);
}

// The notices' record, and the order that shows how they stand: once when they are written down, in
// a commit that writes the order anyway, and once when they are sent.
TEST(RowBudget, ACustomerWithAnAddressCostsSixRowsMore) {
  std::vector<int> rows;
  for (const auto& contact : {Contact{}, Contact{.email = "a@b.example"}}) {
    World world;
    const auto id = world.new_id();
    ASSERT_TRUE(world.place(id, "c1", {{"1", 2}}, contact));
    world.pay(id);
    world.wait(std::chrono::seconds{10});
    ASSERT_EQ(world.get<orders::Order>(id.text())->status, OrderStatus::completed);
    rows.push_back(rows_but_items(world.store));
  }
  EXPECT_LE(rows[1], rows[0] + 6);
}

TEST(RowBudget, WithNothingToCookALifeIsThreeCommits) {
  process::Settings settings;
  settings.kitchen.preparation = Duration{0};
  settings.delivery.travel = Duration{0};
  World world{settings};
  const auto id = world.new_id();
  ASSERT_TRUE(world.place(id, "c1", {{"1", 2}}));
  world.pay(id);
  ASSERT_EQ(world.get<orders::Order>(id.text())->status, OrderStatus::completed);
  EXPECT_LE(rows_but_items(world.store) + world.store.rows["stock_item"], 14);
}

TEST(RowBudget, NumbersCostARowForEachBlockThatIsClaimed) {
  World world;
  for (int i = 0; i < 150; ++i) {
    ASSERT_TRUE(world.place(world.new_id(), "c" + std::to_string(i), {{"1", 1}}));
  }
  EXPECT_EQ(world.store.rows["runtime_sequence"], 4) << "blocks of 10, 20, 40 and 80";
}

TEST(RowBudget, ARepeatedRequestWritesNothing) {
  World world;
  const auto id = world.new_id();
  const Once once{.key = ShortText{"key"}, .fingerprint = "body"};
  const PlaceOrder place{.customer_id = "c1", .saga = "food", .lines = {{"1", 2}}, .customer = {}};
  ASSERT_TRUE(world.send(id, place, once));
  const auto rows = world.store.rows;
  ASSERT_TRUE(world.send(world.new_id(), place, once));
  EXPECT_EQ(world.store.rows, rows);
}

}  // namespace
}  // namespace oms::testing
