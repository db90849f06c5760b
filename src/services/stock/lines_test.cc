// What is sold at once, line by line or as a whole; and how what an order holds is changed: from
// each state, twice, and with less on the shelf than was wished.
#include "services/stock/lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "services/stock/service.h"
#include "tests/support/kept_records.h"

namespace oms::stock {
namespace {

using Result = StepAnswer::Result;
using State = ReservationState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Quantities = std::vector<std::pair<const char*, std::int64_t>>;

std::vector<ProductQuantity> lines_of(const Quantities& quantities) {
  std::vector<ProductQuantity> lines;
  for (const auto& [product, quantity] : quantities) {
    lines.push_back({.product_id = product, .quantity = quantity});
  }
  return lines;
}

// Five of "a", three of "b", and a customer who may hold eight.
class StockLines : public ::testing::Test {
 protected:
  StockLines() {
    records.keep(make_record(Item{.id = "a", .name = "A", .price = 7, .initial = 5}));
    records.keep(make_record(Item{.id = "b", .name = "B", .price = 9, .initial = 3}));
  }

  Decision hear(Payload payload, std::uint8_t order = 1) {
    const Id id{Id::Bytes{0x65, order}};
    return records.decide(service, {.id = id, .order_id = id, .payload = std::move(payload)},
                          Time{});
  }
  StepAnswer answer(Payload payload, std::uint8_t order = 1) {
    last = hear(std::move(payload), order);
    return std::get<StepAnswer>(last.send.at(0));
  }

  StepAnswer take(const Quantities& lines, bool as_a_whole = false, std::uint8_t order = 1) {
    return answer(TakeLines{.ref = {.step = "take"},
                            .customer_id = "c",
                            .lines = lines_of(lines),
                            .as_a_whole = as_a_whole},
                  order);
  }
  StepAnswer take_all(const Quantities& lines, std::uint8_t order = 1) {
    return take(lines, true, order);
  }
  StepAnswer change_lines(std::int32_t run, const Quantities& lines) {
    return answer(ChangeLines{.ref = {.step = "change", .run = run}, .lines = lines_of(lines)});
  }
  StepAnswer reserve(const Quantities& lines, std::uint8_t order = 1) {
    ReserveStock command{.customer_id = "c"};
    for (const auto& [product, quantity] : lines) {
      command.lines.push_back({.product_id = product, .quantity = quantity});
    }
    return answer(command, order);
  }
  StepAnswer change_reservation(std::int32_t run, const Quantities& lines, std::uint8_t order = 1) {
    return answer(
        ChangeReservation{.ref = {.step = "change", .run = run}, .lines = lines_of(lines)}, order);
  }

  const Item& item(const char* id) const { return *records.get<Item>(id); }
  // On hand, and how many of these are reserved.
  std::string shelf() const {
    return std::to_string(item("a").on_hand()) + "/" + std::to_string(item("a").reserved) + " " +
           std::to_string(item("b").on_hand()) + "/" + std::to_string(item("b").reserved);
  }
  const Reservation& reservation(std::uint8_t order = 1) const {
    return *records.get<Reservation>(Id{Id::Bytes{0x65, order}});
  }
  std::int64_t held_units() const { return records.get<HeldUnits>("c")->units; }

  StockService service{{.held_units_max = 8}};
  testing::KeptRecords records;
  Decision last;
};

std::vector<std::int64_t> quantities_of(const StepAnswer& answer) {
  std::vector<std::int64_t> quantities;
  for (const auto& line : answer.lines) quantities.push_back(line.quantity);
  return quantities;
}

std::vector<std::int64_t> quantities_of(const Reservation& reservation) {
  std::vector<std::int64_t> quantities;
  for (const auto& line : reservation.lines) quantities.push_back(line.quantity);
  return quantities;
}

// --- sold at once, each line by itself ---------------------------------------------------------

TEST_F(StockLines, EachLineIsTakenWholeOrNotAtAll) {
  const auto taken = take({{"a", 5}, {"b", 4}, {"none", 1}});
  EXPECT_EQ(taken.result, Result::done);
  EXPECT_EQ(taken.ref.step, "take");
  EXPECT_THAT(quantities_of(taken), ElementsAre(5, 0, 0));
  EXPECT_EQ(taken.lines.at(1).product_id, "b");
  EXPECT_EQ(shelf(), "0/0 3/0");
  EXPECT_EQ(reservation().state, State::committed);
}

TEST_F(StockLines, LinesOfOneProductStayApart) {
  EXPECT_THAT(quantities_of(take({{"a", 3}, {"a", 3}, {"a", 2}})), ElementsAre(3, 0, 2));
  EXPECT_EQ(shelf(), "0/0 3/0");
}

TEST_F(StockLines, OfWhichNoneIsThereAreRefused) {
  const auto taken = take({{"a", 6}, {"b", 4}});
  EXPECT_EQ(taken.result, Result::refused);
  EXPECT_EQ(taken.reason, Reason::out_of_stock);
  EXPECT_EQ(shelf(), "5/0 3/0");
}

TEST_F(StockLines, AskedForTwiceAreTakenOnce) {
  take({{"a", 2}, {"b", 4}});
  hear(RestockItem{.product_id = "b", .quantity = 10}, 9);
  EXPECT_THAT(quantities_of(take({{"a", 2}, {"b", 4}})), ElementsAre(2, 0)) << "it stands";
  EXPECT_THAT(last.save, IsEmpty());
  EXPECT_EQ(shelf(), "3/0 13/0");
}

TEST_F(StockLines, ThatWereUndoneBeforeAreNotTaken) {
  for (const bool as_a_whole : {false, true}) {
    const auto begun = records;
    EXPECT_EQ(answer(ReturnStock{}).result, Result::undone);
    EXPECT_EQ(take({{"a", 1}}, as_a_whole).result, Result::refused);
    EXPECT_EQ(shelf(), "5/0 3/0");
    records = begun;
  }
}

TEST_F(StockLines, ComeBackOnce) {
  take({{"a", 2}, {"b", 1}});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(answer(ReturnStock{}).result, Result::undone);
    EXPECT_EQ(shelf(), "5/0 3/0");
  }
  EXPECT_EQ(take({{"a", 2}, {"b", 1}}).result, Result::refused);
}

// --- sold at once, as a whole ------------------------------------------------------------------

TEST_F(StockLines, AsAWholeAreTakenTogetherOrNotAtAll) {
  struct Row {
    Quantities lines;
    bool is_done;
    const char* shelf;
  };
  const std::array rows{
      Row{{{"a", 5}, {"b", 3}}, true, "0/0 0/0"},  Row{{{"a", 2}, {"a", 3}}, true, "0/0 3/0"},
      Row{{{"a", 3}, {"a", 3}}, false, "5/0 3/0"}, Row{{{"a", 1}, {"b", 4}}, false, "5/0 3/0"},
      Row{{{"b", 4}, {"a", 1}}, false, "5/0 3/0"}, Row{{{"a", 1}, {"none", 1}}, false, "5/0 3/0"},
  };
  for (const auto& row : rows) {
    const auto begun = records;
    const auto taken = take_all(row.lines);
    EXPECT_EQ(taken.result, row.is_done ? Result::done : Result::refused);
    EXPECT_EQ(taken.reason, row.is_done ? Reason::none : Reason::out_of_stock);
    EXPECT_EQ(taken.lines.size(), row.is_done ? row.lines.size() : 0U);
    EXPECT_EQ(shelf(), row.shelf);
    EXPECT_EQ(reservation().state, row.is_done ? State::committed : State::refused);
    EXPECT_EQ(reservation().reason, taken.reason);
    records = begun;
  }
}

TEST_F(StockLines, AsAWholeAskedForTwiceAreTakenOnce) {
  EXPECT_EQ(take_all({{"a", 2}, {"b", 1}}).result, Result::done);
  const auto again = take_all({{"a", 2}, {"b", 1}});
  EXPECT_EQ(again.result, Result::done);
  EXPECT_THAT(quantities_of(again), ElementsAre(2, 1));
  EXPECT_THAT(last.save, IsEmpty());
  EXPECT_EQ(shelf(), "3/0 2/0");
}

TEST_F(StockLines, AsAWholeStayRefusedWhenMoreArrives) {
  EXPECT_EQ(take_all({{"a", 6}}).result, Result::refused);
  hear(RestockItem{.product_id = "a", .quantity = 10}, 9);
  EXPECT_EQ(take_all({{"a", 6}}).result, Result::refused);
  EXPECT_EQ(take_all({{"a", 6}}, 2).result, Result::done) << "another order's";
}

TEST_F(StockLines, AsAWholeComeBackLikeAnyThatWereSold) {
  take_all({{"a", 2}, {"b", 1}});
  const auto part = answer(ReturnLines{.lines = lines_of({{"a", 1}})});
  EXPECT_THAT(quantities_of(part), ElementsAre(1));
  EXPECT_EQ(shelf(), "4/0 2/0");
  answer(ReturnStock{});
  EXPECT_EQ(shelf(), "5/0 3/0");
  EXPECT_EQ(take_all({{"a", 2}, {"b", 1}}).result, Result::refused) << "it has come back";
  EXPECT_EQ(shelf(), "5/0 3/0");
}

// --- the lines of what was sold are changed ----------------------------------------------------

TEST_F(StockLines, OfAnOrderAreChangedToWhatIsWishedInAll) {
  take({{"a", 2}, {"b", 2}});
  const auto changed = change_lines(1, {{"a", 4}, {"b", 0}, {"b", 3}});
  EXPECT_EQ(changed.result, Result::done);
  EXPECT_THAT(quantities_of(changed), ElementsAre(4, 0, 3));
  EXPECT_EQ(shelf(), "1/0 0/0");
}

TEST_F(StockLines, ThatCannotBeHadStayAsTheyWere) {
  take({{"a", 2}, {"b", 2}});
  EXPECT_THAT(quantities_of(change_lines(1, {{"a", 6}, {"b", 3}, {"a", 4}, {"a", 3}})),
              ElementsAre(2, 3, 0, 3));
  EXPECT_EQ(shelf(), "0/0 0/0");
}

TEST_F(StockLines, AskedToChangeTwiceAreChangedOnce) {
  take({{"a", 2}});
  EXPECT_THAT(quantities_of(change_lines(1, {{"a", 6}})), ElementsAre(2));
  hear(RestockItem{.product_id = "a", .quantity = 10}, 9);
  EXPECT_THAT(quantities_of(change_lines(1, {{"a", 6}})), ElementsAre(2)) << "it stands";
  EXPECT_THAT(last.save, IsEmpty());
  EXPECT_THAT(quantities_of(change_lines(2, {{"a", 6}})), ElementsAre(6)) << "the next change";
  EXPECT_THAT(quantities_of(change_lines(1, {{"a", 1}})), ElementsAre(6)) << "an older one";
  EXPECT_EQ(shelf(), "9/0 3/0");
}

TEST_F(StockLines, ThatAreNotSoldLineByLineAreNotChangedSo) {
  EXPECT_EQ(change_lines(1, {{"a", 1}}).reason, Reason::not_changeable) << "unknown";
  answer(ReturnStock{});
  EXPECT_EQ(change_lines(1, {{"a", 1}}).reason, Reason::not_changeable) << "a tombstone";
  records = {};
  records.keep(make_record(Item{.id = "a", .initial = 5}));
  take_all({{"a", 2}});
  const auto refused = change_lines(1, {{"a", 1}});
  EXPECT_EQ(refused.result, Result::refused);
  EXPECT_EQ(refused.reason, Reason::not_changeable) << "sold as a whole";
  EXPECT_EQ(item("a").on_hand(), 3);
}

// --- what is held is changed -------------------------------------------------------------------

TEST_F(StockLines, OfAReservationAreHeldInsteadAllOrNone) {
  struct Row {
    Quantities lines;
    Reason refusal;
    const char* shelf;
    std::int64_t units;
  };
  const std::array rows{
      Row{{{"a", 3}}, Reason::none, "5/3 3/0", 3},
      Row{{{"a", 5}, {"b", 3}}, Reason::none, "5/5 3/3", 8},
      Row{{{"b", 1}}, Reason::none, "5/0 3/1", 1},
      Row{{{"a", 1}, {"b", 1}, {"a", 2}}, Reason::none, "5/3 3/1", 4},
      Row{{{"a", 2}, {"b", 1}}, Reason::none, "5/2 3/1", 3},
      Row{{{"a", 6}}, Reason::out_of_stock, "5/2 3/1", 3},
      Row{{{"a", 1}, {"b", 4}}, Reason::out_of_stock, "5/2 3/1", 3},
      Row{{{"none", 1}}, Reason::out_of_stock, "5/2 3/1", 3},
  };
  for (const auto& row : rows) {
    const auto begun = records;
    reserve({{"a", 2}, {"b", 1}});
    const auto changed = change_reservation(1, row.lines);
    EXPECT_EQ(changed.result, row.refusal == Reason::none ? Result::done : Result::refused);
    EXPECT_EQ(changed.reason, row.refusal);
    EXPECT_EQ(shelf(), row.shelf);
    EXPECT_EQ(held_units(), row.units);
    EXPECT_EQ(reservation().units, row.units);
    EXPECT_EQ(reservation().state, State::held);
    records = begun;
  }
}

TEST_F(StockLines, OfAReservationMoveOnlyWhatDiffers) {
  reserve({{"a", 2}, {"b", 1}});
  const auto before = item("b").version;
  change_reservation(1, {{"a", 3}, {"b", 1}});
  EXPECT_EQ(item("b").version, before);
  EXPECT_THAT(quantities_of(reservation()), ElementsAre(3, 1));
}

TEST_F(StockLines, OfAReservationStayWithinTheCap) {
  hear(RestockItem{.product_id = "a", .quantity = 10}, 9);
  reserve({{"a", 4}});
  reserve({{"b", 3}}, 2);
  EXPECT_EQ(change_reservation(1, {{"a", 6}}).reason, Reason::over_reservation_cap);
  EXPECT_EQ(shelf(), "15/4 3/3");
  EXPECT_EQ(change_reservation(2, {{"a", 5}}).result, Result::done) << "just as much as is allowed";
  EXPECT_EQ(held_units(), 8);
}

// The cap may have been lowered since: less is always allowed.
TEST_F(StockLines, OfAReservationMayAlwaysBecomeLess) {
  reserve({{"a", 5}, {"b", 3}});
  const StockService stricter{{.held_units_max = 2}};
  const Id id{Id::Bytes{0x65, 1}};
  const auto changed = records.decide(
      stricter,
      {.id = id,
       .order_id = id,
       .payload = ChangeReservation{.ref = {.run = 1}, .lines = lines_of({{"a", 5}, {"b", 2}})}},
      Time{});
  EXPECT_EQ(std::get<StepAnswer>(changed.send.at(0)).result, Result::done);
  EXPECT_EQ(shelf(), "5/5 3/2");
}

TEST_F(StockLines, OfAReservationAskedToChangeTwiceAreChangedOnce) {
  reserve({{"a", 2}});
  EXPECT_EQ(change_reservation(1, {{"a", 6}}).reason, Reason::out_of_stock);
  hear(RestockItem{.product_id = "a", .quantity = 10}, 9);
  EXPECT_EQ(change_reservation(1, {{"a", 6}}).reason, Reason::out_of_stock) << "it stands";
  EXPECT_EQ(change_reservation(2, {{"a", 6}}).result, Result::done);
  answer(CommitStock{});
  EXPECT_EQ(change_reservation(2, {{"a", 6}}).result, Result::done) << "it was done";
  EXPECT_THAT(last.save, IsEmpty());
  EXPECT_EQ(shelf(), "9/0 3/0");
}

TEST_F(StockLines, OfWhatIsNotHeldAreNotChanged) {
  const auto refusal = [&] {
    const auto changed = change_reservation(1, {{"a", 1}});
    EXPECT_EQ(changed.result, Result::refused);
    EXPECT_THAT(last.save, IsEmpty());
    return changed.reason;
  };
  EXPECT_EQ(refusal(), Reason::not_changeable) << "unknown";
  reserve({{"a", 2}});
  const auto held = records;
  answer(ReleaseStock{});
  EXPECT_EQ(refusal(), Reason::not_changeable) << "released";
  records = held;
  answer(CommitStock{});
  EXPECT_EQ(refusal(), Reason::not_changeable) << "sold";
  EXPECT_EQ(shelf(), "3/0 3/0");
}

TEST_F(StockLines, ThatAreHeldInsteadAreSoldAndReleased) {
  reserve({{"a", 2}, {"b", 1}});
  change_reservation(1, {{"a", 3}});
  const auto changed = records;
  answer(CommitStock{});
  EXPECT_EQ(shelf(), "2/0 3/0");
  EXPECT_EQ(held_units(), 0);
  records = changed;
  answer(ReleaseStock{});
  EXPECT_EQ(shelf(), "5/0 3/0");
  EXPECT_EQ(held_units(), 0);
}

// --- what is not sold any more -----------------------------------------------------------------

TEST_F(StockLines, OfAnArchivedItemAreNotThere) {
  hear(ArchiveItem{.product_id = "a"}, 9);
  EXPECT_EQ(reserve({{"a", 1}}).reason, Reason::out_of_stock);
  EXPECT_EQ(take_all({{"a", 1}}, 2).reason, Reason::out_of_stock);
  EXPECT_THAT(quantities_of(take({{"a", 1}, {"b", 1}}, false, 3)), ElementsAre(0, 1));
}

TEST_F(StockLines, OfAnItemThatIsArchivedMeanwhileComeBackToTheBooks) {
  take({{"a", 2}});
  hear(ArchiveItem{.product_id = "a"}, 9);
  answer(ReturnStock{});
  EXPECT_EQ(item("a").on_hand(), 5);
  EXPECT_TRUE(item("a").archived);
}

}  // namespace
}  // namespace oms::stock
