// An item's ledger: what is on hand is always what it began with and all that has moved since.
#include "services/stock/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/stock/service.h"
#include "tests/support/kept_records.h"

namespace oms::stock {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Time monday{1'704'110'400'000};  // 2024-01-01T12:00:00Z
constexpr Duration day{std::chrono::hours{24}};

class StockLedger : public ::testing::Test {
 protected:
  void hear(Payload payload, std::uint8_t order = 9) {
    const Id id{Id::Bytes{0x65, order}};
    const auto decision =
        records.decide(service, {.id = id, .order_id = id, .payload = std::move(payload)}, now);
    written.clear();
    for (const auto& record : decision.add) {
      if (const auto* movement = record.as<Movement>()) written.push_back(line(*movement));
    }
    check();
  }
  void sell(std::int64_t quantity, std::uint8_t order) {
    hear(TakeLines{.customer_id = "c",
                   .lines = {{.product_id = "a", .quantity = quantity}},
                   .as_a_whole = true},
         order);
  }

  static std::string line(const Movement& movement) {
    std::string text = std::to_string(movement.number) + " ";
    text += boost::describe::enum_to_string(movement.kind, "");
    text += " " + std::to_string(movement.quantity) + ": " + std::to_string(movement.on_hand);
    if (!movement.reason.empty()) text += " (" + movement.reason + ")";
    return text;
  }
  const Item& item() const { return *records.get<Item>("a"); }
  const Movement* movement(std::int64_t number) const {
    return records.get<Movement>(movement_id("a", number));
  }

  // All rows and today's sums come to what is on hand.
  void check() const {
    if (item().movements == 0) return;
    std::int64_t on_hand = 0;
    for (std::int64_t number = 1; number <= item().movements; ++number) {
      ASSERT_NE(movement(number), nullptr) << number;
      on_hand += change_of(movement(number)->kind, movement(number)->quantity);
      EXPECT_EQ(movement(number)->on_hand, on_hand) << number;
    }
    EXPECT_EQ(on_hand + change_of(item().today), item().on_hand());
    EXPECT_EQ(movement(item().movements + 1), nullptr);
  }

  StockService service{{.held_units_max = 0}};
  testing::KeptRecords records;
  Time now = monday;
  std::vector<std::string> written;  // by the last message
};

TEST_F(StockLedger, BeginsWithWhatANewItemHas) {
  hear(SetItem{.product_id = "a", .name = "A", .price = 7, .on_hand = 10, .reason = "first lot"});
  EXPECT_THAT(written, ElementsAre("1 initial 10: 10 (first lot)"));
  EXPECT_EQ(movement(1)->at, monday);
  EXPECT_EQ(movement(1)->product_id, "a");
}

TEST_F(StockLedger, TellsWhatTheOperatorMovesAndWhy) {
  hear(SetItem{.product_id = "a", .name = "A", .price = 7, .on_hand = 10});
  hear(RestockItem{.product_id = "a", .quantity = 5, .reason = "delivery 4711"});
  EXPECT_THAT(written, ElementsAre("2 restock 5: 15 (delivery 4711)"));
  hear(SetItem{.product_id = "a", .on_hand = 12, .reason = "three broke"});
  EXPECT_THAT(written, ElementsAre("3 adjusted -3: 12 (three broke)"));
  hear(SetItem{.product_id = "a", .price = 8});
  hear(SetItem{.product_id = "a", .on_hand = 12, .reason = "counted again"});
  EXPECT_THAT(written, IsEmpty()) << "nothing has moved";
}

TEST_F(StockLedger, OfOrdersAreSumsUntilAnotherDayBegins) {
  hear(SetItem{.product_id = "a", .name = "A", .price = 7, .on_hand = 10});
  sell(2, 1);
  sell(3, 2);
  now = monday + std::chrono::hours{3};
  hear(ReturnStock{}, 1);
  EXPECT_THAT(written, IsEmpty());
  EXPECT_EQ(item().today.day, "2024-01-01");
  EXPECT_EQ(item().today.committed, 5);
  EXPECT_EQ(item().today.returned, 2);
  EXPECT_EQ(item().today.first, monday);
  now = monday + day;
  sell(1, 3);
  EXPECT_THAT(written, ElementsAre("2 returned 2: 12", "3 committed 5: 7"));
  EXPECT_EQ(movement(3)->at, monday + std::chrono::hours{3}) << "the last of that day";
  EXPECT_EQ(item().today.day, "2024-01-02");
  EXPECT_EQ(item().today.committed, 1);
}

TEST_F(StockLedger, OfOrdersAreTheShopsDays) {
  service = StockService{
      {.held_units_max = 0, .zone = {.name = "West", .first_offset = std::chrono::hours{-2}}}};
  hear(SetItem{.product_id = "a", .name = "A", .price = 7, .on_hand = 10});
  sell(1, 1);
  now = monday + std::chrono::hours{13};
  sell(1, 2);
  EXPECT_THAT(written, IsEmpty()) << "it is 23:00 there";
  now = monday + std::chrono::hours{15};
  sell(1, 3);
  EXPECT_THAT(written, ElementsAre("2 committed 2: 8"));
}

TEST_F(StockLedger, OfOrdersAreAddedUpBeforeTheOperatorsNext) {
  hear(SetItem{.product_id = "a", .name = "A", .price = 7, .on_hand = 10});
  sell(2, 1);
  hear(RestockItem{.product_id = "a", .quantity = 5});
  EXPECT_THAT(written, ElementsAre("2 committed 2: 8", "3 restock 5: 13"));
  EXPECT_EQ(item().today.day, "");
  sell(1, 2);
  hear(SetItem{.product_id = "a", .on_hand = 20, .reason = "counted"});
  EXPECT_THAT(written, ElementsAre("4 committed 1: 12", "5 adjusted 8: 20 (counted)"));
}

TEST_F(StockLedger, WhatIsReservedHasNotMoved) {
  hear(SetItem{.product_id = "a", .name = "A", .price = 7, .on_hand = 10});
  hear(ReserveStock{.lines = {{.product_id = "a", .quantity = 2}}}, 1);
  EXPECT_EQ(item().today.day, "");
  hear(CommitStock{}, 1);
  EXPECT_EQ(item().today.committed, 2);
}

TEST_F(StockLedger, WhatIsLostHadLeftTheShelf) {
  hear(SetItem{.product_id = "a", .name = "A", .price = 7, .on_hand = 10});
  sell(3, 1);
  hear(ReturnStock{.write_off = true}, 1);
  EXPECT_EQ(item().written_off, 3);
  EXPECT_EQ(item().on_hand(), 7);
  now = monday + day;
  sell(1, 2);
  EXPECT_THAT(written, ElementsAre("2 committed 3: 7", "3 written_off 3: 7"));
  hear(ReturnLines{.lines = {{.product_id = "a", .quantity = 1}}}, 1);
  EXPECT_EQ(item().written_off, 2) << "one has turned up";
  EXPECT_EQ(item().on_hand(), 7);
}

// An item of before there were ledgers.
TEST_F(StockLedger, OfAnOlderItemBeginsWithWhatWasThere) {
  const auto kept = type_of<Item>()
                        .decode(R"({"id":"a","name":"A","kind":"goods","priceID":"p","price":7,)"
                                R"("currency":"usd","initial":10,"restocked":5,"returned":1,)"
                                R"("committed":4,"reserved":0,"version":9})")
                        .value();
  records.keep(make_record(Item{*static_cast<const Item*>(kept.get())}));
  const auto begun = records;
  hear(RestockItem{.product_id = "a", .quantity = 5});
  EXPECT_THAT(written, ElementsAre("1 initial 12: 12", "2 restock 5: 17"));
  records = begun;
  sell(2, 1);
  EXPECT_THAT(written, IsEmpty());
  now = monday + day;
  sell(3, 2);
  EXPECT_THAT(written, ElementsAre("1 initial 12: 12", "2 committed 2: 10"));
  EXPECT_EQ(movement(1)->at, monday);
}

TEST_F(StockLedger, HasNoRoomInAKeyForALongId) {
  const std::string id(63, 'x');
  EXPECT_LE(movement_id(id, 1).size(), 63U);
  EXPECT_NE(movement_id(id, 1), movement_id(id, 2));
  EXPECT_EQ(movement_id("soup", 12), "soup/0000000012");
}

}  // namespace
}  // namespace oms::stock
