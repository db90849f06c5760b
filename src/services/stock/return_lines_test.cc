// What comes back beside the order's own life: from each state, twice, and before or after the
// order itself is undone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/stock/service.h"
#include "tests/support/kept_records.h"

namespace oms::stock {
namespace {

using ::testing::IsEmpty;

const Id order_id{Id::Bytes{0x65, 1}};

class ReturnedLines : public ::testing::Test {
 protected:
  ReturnedLines() {
    records.keep(make_record(Item{.id = "a", .initial = 10}));
    records.keep(make_record(Item{.id = "b", .initial = 10}));
    hear(ReserveStock{
        .customer_id = "c",
        .lines = {{.product_id = "a", .quantity = 3}, {.product_id = "b", .quantity = 2}}});
  }
  Decision hear(Payload payload) {
    return records.decide(
        service, {.id = order_id, .order_id = order_id, .payload = std::move(payload)}, Time{});
  }
  // The answer: how many of "a" have come back in all.
  std::int64_t come_back(std::int64_t a, std::int64_t b = 0) {
    const auto decision = hear(ReturnLines{
        .ref = {.step = "return_lines", .run = 1},
        .lines = {{.product_id = "a", .quantity = a}, {.product_id = "b", .quantity = b}}});
    const auto& answer = std::get<StepAnswer>(decision.send.back());
    EXPECT_EQ(answer.result, StepAnswer::Result::done);
    EXPECT_EQ(answer.ref.run, 1);
    return answer.lines.at(0).quantity;
  }
  std::int64_t on_hand(const char* id) const { return records.get<Item>(id)->on_hand(); }
  const Reservation& reservation() const { return *records.get<Reservation>(order_id); }

  StockService service{{}};
  testing::KeptRecords records;
};

TEST_F(ReturnedLines, AreOnTheShelfOnceHoweverOftenTheyAreToldOf) {
  hear(CommitStock{});
  EXPECT_EQ(on_hand("a"), 7);
  EXPECT_EQ(come_back(1), 1);
  EXPECT_EQ(come_back(1), 1);
  EXPECT_EQ(on_hand("a"), 8);
  EXPECT_EQ(come_back(3), 3) << "two more";
  EXPECT_EQ(on_hand("a"), 10);
  EXPECT_EQ(come_back(2), 3) << "of an older command nothing goes again";
  EXPECT_EQ(on_hand("a"), 10);
  EXPECT_EQ(on_hand("b"), 8) << "what was kept stays away";
}

TEST_F(ReturnedLines, AreNoMoreThanWereSold) {
  hear(CommitStock{});
  EXPECT_EQ(come_back(4), 3);
  EXPECT_EQ(on_hand("a"), 10);
}

TEST_F(ReturnedLines, ThatAreNotSoldYetComeBackWhenTheyAre) {
  EXPECT_EQ(come_back(1), 1);
  EXPECT_EQ(on_hand("a"), 10);
  EXPECT_EQ(records.get<Item>("a")->available(), 7);
  hear(CommitStock{});
  EXPECT_EQ(on_hand("a"), 8);
  hear(CommitStock{});
  EXPECT_EQ(on_hand("a"), 8);
}

TEST_F(ReturnedLines, ThatAreReleasedInsteadAreNotCountedTwice) {
  come_back(1);
  hear(ReleaseStock{});
  EXPECT_EQ(on_hand("a"), 10);
  EXPECT_EQ(records.get<Item>("a")->available(), 10);
}

TEST_F(ReturnedLines, EndTheSameBeforeAndAfterTheOrderIsUndone) {
  for (const bool is_lost : {false, true}) {
    const auto begun = records;
    for (const bool is_first : {true, false}) {
      records = begun;
      hear(CommitStock{});
      if (is_first) come_back(1, 2);
      hear(ReturnStock{.write_off = is_lost});
      if (!is_first) come_back(1, 2);
      come_back(1, 2);
      EXPECT_EQ(on_hand("a"), is_lost ? 8 : 10) << is_first;
      EXPECT_EQ(on_hand("b"), 10) << is_first;
      for (const auto& line : reservation().lines) {
        EXPECT_EQ(returned_of(reservation(), line),
                  is_lost && line.product_id == "a" ? 1 : line.quantity);
      }
    }
    records = begun;
  }
}

TEST_F(ReturnedLines, OfAnOrderThatHoldsNoneAreNone) {
  records = {};
  EXPECT_EQ(come_back(1), 0);
  EXPECT_EQ(records.get<Reservation>(order_id), nullptr);
}

TEST_F(ReturnedLines, OfAnOlderRecordAreAllOrNothing) {
  const auto kept =
      type_of<Reservation>()
          .decode(R"({"id":"650100000000000000000000","customerID":"c","state":"committed",)"
                  R"("reason":"none","lines":[{"productID":"a","quantity":3}],"units":3,)"
                  R"("returned":true,"writtenOff":false})")
          .value();
  const auto& older = *static_cast<const Reservation*>(kept.get());
  EXPECT_EQ(returned_of(older, older.lines.at(0)), 3);
  records.keep(make_record(Item{.id = "a", .initial = 10, .returned = 3, .committed = 3}));
  records.keep(make_record(Reservation{older}));
  come_back(3);
  EXPECT_EQ(on_hand("a"), 10);
}

}  // namespace
}  // namespace oms::stock
