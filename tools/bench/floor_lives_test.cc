#include "tools/bench/floor_lives.h"

#include <gtest/gtest.h>

#include <set>

#include "services/orders/records.h"

namespace oms::bench {
namespace {

std::size_t rows_of(const std::vector<FloorCommit>& commits) {
  std::size_t count = 0;
  for (const auto& commit : commits) count += commit.size();
  return count;
}

// The ids of the last commit's orders in that status.
std::set<Id> orders_in(OrderStatus status, const std::vector<FloorCommit>& commits) {
  std::set<Id> ids;
  for (const auto& row : commits.back()) {
    const auto* order = row.record.as<orders::Order>();
    if (order != nullptr && order->status == status) ids.insert(order->id);
  }
  return ids;
}

TEST(FloorLives, AreWholeWithinTheRowBudget) {
  FloorLives lives{2, 10'000};
  ASSERT_TRUE(lives.stock());
  const auto commits = lives.next(8, Until::delivered);
  ASSERT_TRUE(commits) << commits.error().detail;
  constexpr std::size_t row_budget = 20;
  EXPECT_LE(rows_of(*commits), 8 * row_budget);
  EXPECT_EQ(orders_in(OrderStatus::completed, *commits).size(), 8U);
}

TEST(FloorLives, MayEndWhenTheLinkIsThere) {
  FloorLives lives{2, 10'000};
  ASSERT_TRUE(lives.stock());
  const auto commits = lives.next(8, Until::placed);
  ASSERT_TRUE(commits) << commits.error().detail;
  EXPECT_EQ(commits->size(), 2U);
  EXPECT_EQ(orders_in(OrderStatus::waiting_payment, *commits).size(), 8U);
}

TEST(FloorLives, AreOfOtherOrdersEachTime) {
  FloorLives lives{1, 10'000};
  ASSERT_TRUE(lives.stock());
  const auto first = orders_in(OrderStatus::completed, *lives.next(2, Until::delivered));
  auto both = orders_in(OrderStatus::completed, *lives.next(2, Until::delivered));
  both.insert(first.begin(), first.end());
  EXPECT_EQ(both.size(), 4U);
}

}  // namespace
}  // namespace oms::bench
