#include "process/alarms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "runtime/records.h"

namespace oms::process {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Alarms, ToldAndCounted) {
  std::vector<std::string> told;
  const auto tell = [&](ServiceName, const std::string& text, const LogSubject&) {
    told.push_back(text);
  };
  Alarms alarms{tell, tell};
  const Id order{Id::Bytes{0x65, 1}};
  const std::vector<PublicEvent> events{
      {.type = EventType::inventory_low, .subject = "soup", .data = StockLevel{.available = 3}},
      {.type = EventType::inventory_out_of_stock, .subject = "1", .data = StockLevel{}},
      {.type = EventType::kitchen_promise_missed, .subject = order.text(), .data = PromiseMissed{}},
  };
  alarms.observe({.at = {}, .changes = {}, .events = events});
  EXPECT_THAT(told, ElementsAre("item soup is low: 3 left to sell", "item 1 has run out",
                                "order " + order.text() + " is later than promised"));
  EXPECT_EQ(alarms.stock_low(), 1U);
  EXPECT_EQ(alarms.stock_out(), 1U);
  EXPECT_EQ(alarms.promises_missed(), 1U);
}

TEST(Alarms, MoneyThatMovesUnaskedIsToldWithItsAmount) {
  std::vector<std::string> told;
  Alarms alarms{
      [&](ServiceName, const std::string& text, const LogSubject&) { told.push_back(text); },
      nullptr};
  const Id order{Id::Bytes{0x65, 1}};
  const std::vector<PublicEvent> events{
      {.type = EventType::payment_unknown,
       .subject = order.text(),
       .data = PaymentEvent{.amount = 450, .currency = "usd", .provider_id = "dp_1"}},
  };
  alarms.observe({.at = {}, .changes = {}, .events = events});
  EXPECT_THAT(told, ElementsAre("order " + order.text() +
                                ": the provider tells of a refund or dispute of 450 usd (dp_1), "
                                "and no payment of it is kept"));
  EXPECT_EQ(alarms.payment_alarms(PaymentAlarm::Kind::unknown_payment), 1U);
  EXPECT_EQ(alarms.payment_alarms(PaymentAlarm::Kind::disputed), 0U);
}

TEST(Alarms, EveryDeadLetterIsAnError) {
  std::vector<std::string> failed;
  Alarms alarms{nullptr, [&](ServiceName, const std::string& text, const LogSubject& about) {
                  EXPECT_EQ(about.order_id, (Id{Id::Bytes{0x65, 1}}));
                  failed.push_back(text);
                }};
  const Id order{Id::Bytes{0x65, 1}};
  const Id message{Id::Bytes{0x65, 2}};
  auto letter = make_record(runtime::DeadLetter{.id = message,
                                                .order_id = order,
                                                .reason = "the provider's event is in jpy",
                                                .payload = ProviderEvent{},
                                                .at = {}});
  const auto key = letter.key();
  const std::vector<Change> changes{{.key = key, .record = std::move(letter), .expected = 0},
                                    {.key = key, .record = {}, .expected = 1}};
  alarms.observe({.at = {}, .changes = changes, .events = {}});
  EXPECT_THAT(failed,
              ElementsAre("order " + order.text() + ": ProviderEvent is set aside as dead letter " +
                          message.text() + ": the provider's event is in jpy"));
}

TEST(Alarms, NothingIsToldOfOtherEvents) {
  std::vector<std::string> told;
  const auto tell = [&](ServiceName, const std::string& text, const LogSubject&) {
    told.push_back(text);
  };
  Alarms alarms{tell, tell};
  const std::vector<PublicEvent> events{
      {.type = EventType::inventory_level, .subject = "soup", .data = StockLevel{}},
      {.type = EventType::payment_refunded, .data = PaymentEvent{.amount = 450}},
      {.type = EventType::order_cancelled, .data = OrderView{}}};
  alarms.observe({.at = {}, .changes = {}, .events = events});
  EXPECT_THAT(told, IsEmpty());
}

}  // namespace
}  // namespace oms::process
