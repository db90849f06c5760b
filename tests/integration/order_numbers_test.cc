// The number that people call an order by: decimal, and one order's on its day.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "runtime/records.h"
#include "tests/support/world.h"

namespace oms::testing {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Each order is another customer's, who has no cap to reach.
std::string place_one(World& world, std::string product = "1") {
  const auto id = world.new_id();
  const auto answer = world.place(id, "c" + id.text(), {{std::move(product), 1}});
  return answer ? answer->as<orders::Order>()->day_number : answer.error().detail;
}

std::vector<std::string> place(World& world, int count) {
  std::vector<std::string> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(place_one(world));
  return numbers;
}

TEST(OrderNumbers, BeginAtOneEachDay) {
  World world;  // it is 2026-01-01T00:00:00Z
  EXPECT_THAT(place(world, 3),
              ElementsAre("2026-01-01/000001", "2026-01-01/000002", "2026-01-01/000003"));
  world.wait(hours{24});
  EXPECT_THAT(place(world, 2), ElementsAre("2026-01-02/000001", "2026-01-02/000002"));
}

TEST(OrderNumbers, ADayBeginsWhereTheShopIs) {
  process::Settings settings;
  settings.orders.zone = {.name = "East", .first_offset = hours{9}};
  World world{settings};
  world.wait(hours{14});
  EXPECT_EQ(place_one(world), "2026-01-01/000001");
  world.wait(hours{1});
  EXPECT_EQ(place_one(world), "2026-01-02/000001");
}

TEST(OrderNumbers, DoNotRepeatAfterARestart) {
  World world;
  EXPECT_THAT(place(world, 2), ElementsAre("2026-01-01/000001", "2026-01-01/000002"));
  world.crash(ServiceName::world);
  EXPECT_THAT(place(world, 2), ElementsAre("2026-01-01/000011", "2026-01-01/000012"))
      << "the rest of the block that was claimed is left out";
}

TEST(OrderNumbers, AreUniqueAcrossReplicasThatDie) {
  World world{{}, Wiring::apart};
  std::set<std::string> numbers;
  for (int round = 0; round < 5; ++round) {
    for (const auto& number : place(world, 25)) {
      EXPECT_TRUE(numbers.insert(number).second) << number;
      EXPECT_THAT(number, HasSubstr("2026-01-01/"));
    }
    world.crash(ServiceName::orders);
  }
  EXPECT_THAT(numbers, SizeIs(125));
  EXPECT_LE(*numbers.rbegin(), "2026-01-01/000400") << "and not many are left out";
}

TEST(OrderNumbers, ARepeatedRequestShowsTheSameOne) {
  World world;
  const Once once{.key = ShortText{"key"}, .fingerprint = "body"};
  const PlaceOrder request{.customer_id = "c1", .saga = "food", .lines = {{"1", 1}}};
  for (int i = 0; i < 2; ++i) {
    const auto answer = world.send(world.new_id(), request, once);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->as<orders::Order>()->day_number, "2026-01-01/000001");
  }
  const auto id = world.new_id();
  for (int i = 0; i < 2; ++i) {
    const auto answer = world.place(id, "c2", {{"1", 1}});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->as<orders::Order>()->day_number, "2026-01-01/000002") << "of the same id";
  }
}

TEST(OrderNumbers, ARefusedOrderTakesNone) {
  World world;
  EXPECT_THAT(place_one(world, "there-is-no-such-thing"), HasSubstr("there is no product"));
  EXPECT_THAT(world.all<runtime::Sequence>(), IsEmpty());
  EXPECT_EQ(place_one(world), "2026-01-01/000001");
}

TEST(OrderNumbers, OfACommitThatMeetsAConflictAreHandedOutAgain) {
  World world;
  EXPECT_EQ(place_one(world), "2026-01-01/000001");
  world.store.fail_next_commit = Error{ErrorKind::conflict, "another was first"};
  EXPECT_EQ(place_one(world), "2026-01-01/000002");
}

// The order, its number and the claim may be on the disk, or not.
TEST(OrderNumbers, OfACommitThatMayBeWrittenAreNotHandedOutAgain) {
  for (const bool is_written : {false, true}) {
    World world;
    EXPECT_EQ(place_one(world), "2026-01-01/000001");
    world.store.is_written_though = is_written;
    world.store.fail_next_commit = Error{ErrorKind::unavailable, "the disk is slow"};
    EXPECT_EQ(place_one(world), "the disk is slow");
    world.wait(std::chrono::seconds{2});
    EXPECT_EQ(place_one(world), "2026-01-01/000011");
  }
}

TEST(OrderNumbers, GoWithTheOrderToTheKitchenTheRiderAndTheCustomer) {
  World world;
  (void)place_one(world);
  const auto id = world.new_id();
  ASSERT_TRUE(world.place(id, "c1", {{"1", 1}}, {.email = "ada@example.com"}));
  world.pay(id);
  world.wait(hours{1});
  EXPECT_EQ(world.get<kitchen::Ticket>(id.text())->order_number, 2);
  EXPECT_EQ(world.get<delivery::Delivery>(id.text())->order_number, 2);
  ASSERT_THAT(world.told, SizeIs(2));
  EXPECT_EQ(world.told[0].subject, "Order 2 is paid");
  EXPECT_EQ(world.told[1].subject, "Order 2 was delivered");
}

}  // namespace
}  // namespace oms::testing
