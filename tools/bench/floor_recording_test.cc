#include "tools/bench/floor_recording.h"

#include <gtest/gtest.h>

#include "services/orders/records.h"
#include "tools/bench/floor_names.h"

namespace oms::bench {
namespace {

TEST(FloorRecording, HoldsWholeLifecyclesWithinTheRowBudget) {
  const auto recording = record_lives(8, 2, Until::delivered);
  ASSERT_TRUE(recording) << recording.error().detail;
  EXPECT_EQ(recording->orders, 8U);
  EXPECT_EQ(recording->tokens.size(), 16U);
  constexpr std::size_t row_budget = 20;
  EXPECT_LE(recording->rows(), 8 * row_budget);
  std::size_t completed = 0;
  for (const auto& row : recording->commits.back()) {
    const auto* order = row.record.as<orders::Order>();
    if (order != nullptr && order->status == OrderStatus::completed) ++completed;
  }
  EXPECT_EQ(completed, 8U);
}

TEST(FloorRecording, MayEndWhenTheLinkIsThere) {
  const auto recording = record_lives(8, 2, Until::placed);
  ASSERT_TRUE(recording) << recording.error().detail;
  EXPECT_EQ(recording->commits.size(), 2U);
  std::size_t waiting = 0;
  for (const auto& row : recording->commits.back()) {
    const auto* order = row.record.as<orders::Order>();
    if (order != nullptr && order->status == OrderStatus::waiting_payment) ++waiting;
  }
  EXPECT_EQ(waiting, 8U);
}

TEST(FloorRecording, WhatIsSharedIsTheShelf) {
  const auto recording = record_lives(2, 3, Until::delivered);
  ASSERT_TRUE(recording) << recording.error().detail;
  EXPECT_EQ(recording->shared.size(), 3U);
}

TEST(FloorNames, EveryReplayIsAboutOtherOrders) {
  const auto recording = record_lives(2, 1, Until::delivered);
  ASSERT_TRUE(recording) << recording.error().detail;
  const auto& row = recording->commits.front().front();
  std::string text;
  row.type->encode(row.record.value(), text);
  const auto before = text;
  const auto places = TokenFinder{*recording}.places_in(text);
  EXPECT_FALSE(places.empty());
  Names names{*recording, 10'000};
  names.renew();
  put_names(names, places, text);
  EXPECT_EQ(text.size(), before.size());
  EXPECT_NE(text, before);
  EXPECT_TRUE(TokenFinder{*recording}.places_in(text).empty()) << text;
  EXPECT_TRUE(row.type->decode(text));
}

}  // namespace
}  // namespace oms::bench
