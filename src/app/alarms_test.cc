#include "app/alarms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace oms::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Alarms, ToldAndCounted) {
  std::vector<std::string> told;
  Alarms alarms{[&](const std::string& text) { told.push_back(text); }};
  const Id order{Id::Bytes{0x65, 1}};
  const std::vector<Message> events{
      {.payload = StockLow{.product_id = "soup", .available = 3}},
      {.payload = StockOut{.product_id = "1"}},
      {.order_id = order, .payload = PromiseMissed{}},
  };
  alarms.observe({.at = {}, .changes = {}, .events = events});
  EXPECT_THAT(told, ElementsAre("item soup is low: 3 left to sell", "item 1 has run out",
                                "order " + order.text() + " is later than promised"));
  EXPECT_EQ(alarms.stock_low(), 1U);
  EXPECT_EQ(alarms.stock_out(), 1U);
  EXPECT_EQ(alarms.promises_missed(), 1U);
}

TEST(Alarms, NothingIsToldOfOtherEvents) {
  std::vector<std::string> told;
  Alarms alarms{[&](const std::string& text) { told.push_back(text); }};
  const std::vector<Message> events{{.payload = WakeUp{}}};
  alarms.observe({.at = {}, .changes = {}, .events = events});
  EXPECT_THAT(told, IsEmpty());
}

}  // namespace
}  // namespace oms::app
