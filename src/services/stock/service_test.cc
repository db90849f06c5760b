// Each state that a reservation can be in, and each message that can meet it; the bounds of shelf
// and cap; and what the operator does by hand meanwhile.
#include "services/stock/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "tests/support/kept_records.h"

namespace oms::stock {
namespace {

using Result = StepAnswer::Result;
using State = ReservationState;
using ::testing::IsEmpty;

const StepRef ref{.step = "a step", .attempt = 3};

Id order(std::uint8_t n) {
  return Id{Id::Bytes{0x65, n}};
}

using Lines = std::vector<std::pair<const char*, std::int64_t>>;

// A shelf with five of "a" and three of "b".
class Shelves {
 public:
  explicit Shelves(std::int64_t cap = 0) : service_({.held_units_max = cap}) {
    records.keep(
        make_record(Item{.id = "a", .name = "A", .price_id = "p", .price = 7, .initial = 5}));
    records.keep(
        make_record(Item{.id = "b", .name = "B", .price_id = "q", .price = 9, .initial = 3}));
  }

  Decision hear(std::uint8_t n, Payload payload) {
    return records.decide(
        service_, {.id = order(n), .order_id = order(n), .payload = std::move(payload)}, Time{});
  }
  StepAnswer answer(std::uint8_t n, Payload payload) {
    const auto decision = hear(n, std::move(payload));
    for (const auto& sent : decision.send) {
      if (const auto* found = std::get_if<StepAnswer>(&sent)) return *found;
    }
    ADD_FAILURE() << "no answer";
    return {};
  }
  StepAnswer reserve(std::uint8_t n, const Lines& lines, const char* customer = "c") {
    ReserveStock command{.ref = ref, .customer_id = customer};
    for (const auto& [product, quantity] : lines) {
      command.lines.push_back({.product_id = product, .quantity = quantity});
    }
    return answer(n, command);
  }

  const Item& item(const char* id) const { return *records.get<Item>(id); }
  const Reservation* reservation(std::uint8_t n) const {
    return records.get<Reservation>(order(n));
  }
  std::int64_t held_by(const char* customer) const {
    const auto* held = records.get<HeldUnits>(customer);
    return held == nullptr ? 0 : held->units;
  }

  testing::KeptRecords records;

 private:
  StockService service_;
};

// --- one order, from each state ---------------------------------------------------------------

enum class Given { nothing, held, sold, released, refused, tombstone, returned, lost };
enum class When { reserve, release, commit, take_back, write_off };

void arrange(Shelves& shelves, Given given) {
  if (given == Given::nothing) return;
  if (given == Given::tombstone) {
    shelves.answer(1, ReleaseStock{});
    return;
  }
  shelves.reserve(1, {{"a", given == Given::refused ? 6 : 2}, {"b", 1}});
  if (given == Given::released) shelves.answer(1, ReleaseStock{});
  if (given == Given::sold || given == Given::returned || given == Given::lost) {
    shelves.answer(1, CommitStock{});
  }
  if (given == Given::returned) shelves.answer(1, ReturnStock{});
  if (given == Given::lost) shelves.answer(1, ReturnStock{.write_off = true});
}

StepAnswer act(Shelves& shelves, When when) {
  switch (when) {
    case When::reserve:
      return shelves.reserve(1, {{"a", 2}, {"b", 1}});
    case When::release:
      return shelves.answer(1, ReleaseStock{.ref = ref});
    case When::commit:
      return shelves.answer(1, CommitStock{.ref = ref});
    case When::take_back:
      return shelves.answer(1, ReturnStock{.ref = ref});
    case When::write_off:
      return shelves.answer(1, ReturnStock{.ref = ref, .write_off = true});
  }
  return {};
}

struct Then {
  Given given;
  When when;
  Result answer;
  State state;
  std::int64_t reserved;  // of "a", as the two behind it
  std::int64_t committed;
  std::int64_t returned;
  bool is_lost = false;
};

constexpr std::array cases{
    Then{Given::nothing, When::reserve, Result::done, State::held, 2, 0, 0},
    Then{Given::nothing, When::release, Result::undone, State::released, 0, 0, 0},
    Then{Given::held, When::reserve, Result::done, State::held, 2, 0, 0},
    Then{Given::held, When::release, Result::undone, State::released, 0, 0, 0},
    Then{Given::held, When::commit, Result::done, State::committed, 0, 2, 0},
    Then{Given::held, When::take_back, Result::undone, State::held, 2, 0, 0},
    Then{Given::held, When::write_off, Result::undone, State::held, 2, 0, 0},
    Then{Given::sold, When::reserve, Result::done, State::committed, 0, 2, 0},
    Then{Given::sold, When::release, Result::undone, State::committed, 0, 2, 0},
    Then{Given::sold, When::commit, Result::done, State::committed, 0, 2, 0},
    Then{Given::sold, When::take_back, Result::undone, State::committed, 0, 2, 2},
    Then{Given::sold, When::write_off, Result::undone, State::committed, 0, 2, 0, true},
    Then{Given::released, When::reserve, Result::refused, State::released, 0, 0, 0},
    Then{Given::released, When::release, Result::undone, State::released, 0, 0, 0},
    Then{Given::released, When::commit, Result::refused, State::released, 0, 0, 0},
    Then{Given::released, When::take_back, Result::undone, State::released, 0, 0, 0},
    Then{Given::released, When::write_off, Result::undone, State::released, 0, 0, 0},
    Then{Given::refused, When::reserve, Result::refused, State::refused, 0, 0, 0},
    Then{Given::refused, When::release, Result::undone, State::refused, 0, 0, 0},
    Then{Given::refused, When::commit, Result::refused, State::refused, 0, 0, 0},
    Then{Given::refused, When::take_back, Result::undone, State::refused, 0, 0, 0},
    Then{Given::tombstone, When::reserve, Result::refused, State::released, 0, 0, 0},
    Then{Given::tombstone, When::release, Result::undone, State::released, 0, 0, 0},
    Then{Given::tombstone, When::commit, Result::refused, State::released, 0, 0, 0},
    Then{Given::tombstone, When::take_back, Result::undone, State::released, 0, 0, 0},
    Then{Given::returned, When::release, Result::undone, State::committed, 0, 2, 2},
    Then{Given::returned, When::commit, Result::refused, State::committed, 0, 2, 2},
    Then{Given::returned, When::take_back, Result::undone, State::committed, 0, 2, 2},
    Then{Given::returned, When::write_off, Result::undone, State::committed, 0, 2, 2},
    Then{Given::lost, When::release, Result::undone, State::committed, 0, 2, 0, true},
    Then{Given::lost, When::commit, Result::refused, State::committed, 0, 2, 0, true},
    Then{Given::lost, When::take_back, Result::undone, State::committed, 0, 2, 0, true},
    Then{Given::lost, When::write_off, Result::undone, State::committed, 0, 2, 0, true},
};

TEST(Stock, EachMessageFindsEachStateOfAReservation) {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE("row " + std::to_string(i));
    const auto& row = cases[i];
    Shelves shelves;
    arrange(shelves, row.given);
    const auto answer = act(shelves, row.when);
    EXPECT_EQ(answer.result, row.answer);
    EXPECT_EQ(answer.ref.step, ref.step);
    EXPECT_EQ(answer.ref.attempt, ref.attempt);
    ASSERT_NE(shelves.reservation(1), nullptr);
    EXPECT_EQ(shelves.reservation(1)->state, row.state);
    EXPECT_EQ(shelves.reservation(1)->returned, row.returned > 0);
    EXPECT_EQ(shelves.reservation(1)->written_off, row.is_lost);
    EXPECT_EQ(shelves.item("a").reserved, row.reserved);
    EXPECT_EQ(shelves.item("a").committed, row.committed);
    EXPECT_EQ(shelves.item("a").returned, row.returned);
    EXPECT_EQ(shelves.item("b").reserved * 2, row.reserved) << "one line goes with the other";
    EXPECT_EQ(shelves.item("b").committed * 2, row.committed);
    EXPECT_EQ(shelves.item("b").returned * 2, row.returned);
  }
}

TEST(Stock, WhatWasNeverReservedCannotBeSoldAndIsRefusedOnceItWasReturned) {
  Shelves shelves;
  EXPECT_THROW(shelves.hear(1, CommitStock{}), std::runtime_error);
  EXPECT_EQ(shelves.answer(1, ReturnStock{}).result, Result::undone);
  EXPECT_EQ(shelves.reservation(1)->state, State::released);
  EXPECT_EQ(shelves.reserve(1, {{"a", 1}}).result, Result::refused);
  EXPECT_EQ(shelves.item("a").reserved, 0);
}

// --- the bounds -------------------------------------------------------------------------------

struct Wish {
  Lines lines;
  Reason refusal;  // none: it is held
};

TEST(Stock, WhatIsLeftIsHeldToTheLastPieceAndAllOrNothing) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const std::array wishes{
      Wish{{{"a", 4}}, Reason::none},
      Wish{{{"a", 5}}, Reason::none},
      Wish{{{"a", 6}}, Reason::out_of_stock},
      Wish{{{"a", 5}, {"b", 3}}, Reason::none},
      Wish{{{"a", 5}, {"b", 4}}, Reason::out_of_stock},
      Wish{{{"b", 4}, {"a", 1}}, Reason::out_of_stock},
      Wish{{{"a", 3}, {"a", 2}}, Reason::none},
      Wish{{{"a", 3}, {"a", 3}}, Reason::out_of_stock},
      Wish{{{"a", 2}, {"b", 1}, {"a", 3}}, Reason::none},
      Wish{{{"a", most}, {"a", most}}, Reason::out_of_stock},
      Wish{{{"none", 1}}, Reason::out_of_stock},
  };
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    SCOPED_TRACE("row " + std::to_string(i));
    const auto& [lines, refusal] = wishes[i];
    Shelves shelves;
    const auto answer = shelves.reserve(1, lines);
    EXPECT_EQ(answer.result, refusal == Reason::none ? Result::done : Result::refused);
    EXPECT_EQ(answer.reason, refusal);
    std::int64_t wanted_a = 0;
    for (const auto& [product, quantity] : lines) {
      if (std::string_view{product} == "a" && refusal == Reason::none) wanted_a += quantity;
    }
    EXPECT_EQ(shelves.item("a").reserved, wanted_a);
    EXPECT_EQ(shelves.reservation(1)->reason, refusal);
    EXPECT_EQ(shelves.reservation(1)->lines.empty(), refusal != Reason::none);
  }
}

TEST(Stock, LinesOfOneItemAreHeldAsOne) {
  Shelves shelves;
  shelves.reserve(1, {{"a", 1}, {"b", 1}, {"a", 2}});
  const auto& held = *shelves.reservation(1);
  ASSERT_EQ(held.lines.size(), 2U);
  EXPECT_EQ(held.lines[0].quantity, 3);
  EXPECT_EQ(held.lines[1].quantity, 1);
  EXPECT_EQ(held.units, 4);
}

TEST(Stock, TheLastPieceGoesToWhoeverAsksFirstAndComesBackWithARelease) {
  Shelves shelves;
  EXPECT_EQ(shelves.reserve(1, {{"a", 4}}).result, Result::done);
  EXPECT_EQ(shelves.reserve(2, {{"a", 2}}).result, Result::refused);
  EXPECT_EQ(shelves.reserve(3, {{"a", 1}}).result, Result::done);
  EXPECT_EQ(shelves.reserve(4, {{"a", 1}}).result, Result::refused);
  shelves.answer(1, ReleaseStock{});
  EXPECT_EQ(shelves.reserve(5, {{"a", 4}}).result, Result::done);
  EXPECT_EQ(shelves.item("a").available(), 0);
}

TEST(Stock, ACustomerHoldsAsMuchAsTheCapOverAllOrders) {
  Shelves shelves{4};
  EXPECT_EQ(shelves.reserve(1, {{"a", 5}}).reason, Reason::over_reservation_cap);
  EXPECT_EQ(shelves.reserve(2, {{"a", 1}, {"a", 1}}).result, Result::done);
  EXPECT_EQ(shelves.reserve(3, {{"b", 3}}).reason, Reason::over_reservation_cap);
  EXPECT_EQ(shelves.reserve(4, {{"b", 2}}).result, Result::done) << "just as much as is allowed";
  EXPECT_EQ(shelves.reserve(5, {{"a", 1}}).reason, Reason::over_reservation_cap);
  EXPECT_EQ(shelves.reserve(6, {{"a", 1}}, "another").result, Result::done);
  EXPECT_EQ(shelves.held_by("c"), 4);
  EXPECT_EQ(shelves.item("a").reserved, 3) << "a refusal takes nothing";
}

TEST(Stock, WhatIsSoldOrReleasedCountsForTheCapNoLonger) {
  Shelves shelves{4};
  shelves.reserve(1, {{"a", 4}});
  shelves.answer(1, CommitStock{});
  EXPECT_EQ(shelves.held_by("c"), 0);
  shelves.reserve(2, {{"b", 3}});
  shelves.answer(2, ReleaseStock{});
  shelves.answer(2, ReleaseStock{});
  EXPECT_EQ(shelves.held_by("c"), 0);
  shelves.answer(1, ReturnStock{});
  EXPECT_EQ(shelves.reserve(3, {{"a", 4}}).result, Result::done);
}

TEST(Stock, WithoutACapOneCustomerMayHoldEverything) {
  Shelves shelves{0};
  EXPECT_EQ(shelves.reserve(1, {{"a", 5}, {"b", 3}}).result, Result::done);
}

// --- the operator meanwhile -------------------------------------------------------------------

TEST(Stock, ARestockAddsToWhatIsThereAndServesTheNextOne) {
  Shelves shelves;
  shelves.reserve(1, {{"a", 5}});
  EXPECT_EQ(shelves.reserve(2, {{"a", 1}}).result, Result::refused);
  shelves.hear(9, RestockItem{.product_id = "a", .quantity = 1});
  EXPECT_EQ(shelves.item("a").on_hand(), 6);
  EXPECT_EQ(shelves.item("a").reserved, 5);
  EXPECT_EQ(shelves.reserve(3, {{"a", 1}}).result, Result::done);
  EXPECT_EQ(shelves.reserve(2, {{"a", 1}}).result, Result::refused) << "a refusal stands";
}

TEST(Stock, AStocktakingSetsWhatIsOnHandAndLeavesWhatIsHeld) {
  Shelves shelves;
  shelves.reserve(1, {{"a", 2}});
  shelves.reserve(2, {{"a", 2}});
  shelves.answer(2, CommitStock{});
  struct Row {
    std::int64_t on_hand;
    bool is_refused;
  };
  for (const auto& [on_hand, is_refused] : {Row{1, true}, Row{2, false}, Row{10, false}}) {
    const auto decision = shelves.hear(9, SetItem{.product_id = "a", .on_hand = on_hand});
    EXPECT_EQ(decision.reply->refusal.has_value(), is_refused) << on_hand;
    if (is_refused) continue;
    EXPECT_EQ(shelves.item("a").on_hand(), on_hand);
    EXPECT_EQ(shelves.item("a").available(), on_hand - 2);
  }
  shelves.answer(1, CommitStock{});
  EXPECT_EQ(shelves.item("a").on_hand(), 8);
}

TEST(Stock, ANewPriceHoldsForTheNextQuoteAndMovesNothingElse) {
  Shelves shelves;
  shelves.reserve(1, {{"a", 2}});
  const StockService service{{}};
  const QuoteLines question{.lines = {{"b", 2}, {"a", 1}, {"none", 3}, {"a", 4}}};
  shelves.hear(9, SetItem{.product_id = "a", .price = 8});
  const auto quote = std::get<Quote>(service.answer(question, shelves.records));
  ASSERT_EQ(quote.lines.size(), 4U);
  const std::array<MinorUnits, 4> prices{9, 8, 0, 8};
  for (std::size_t i = 0; i < prices.size(); ++i) {
    EXPECT_EQ(quote.lines[i].product_id, question.lines[i].product_id);
    EXPECT_EQ(quote.lines[i].quantity, question.lines[i].quantity);
    EXPECT_EQ(quote.lines[i].unit_price, prices.at(i));
  }
  EXPECT_THAT(quote.lines[2].product_name, IsEmpty());
  EXPECT_EQ(shelves.item("a").reserved, 2);
  EXPECT_EQ(shelves.item("a").name, "A");
}

TEST(Stock, PricesAndQuantitiesHaveTheirBounds) {
  constexpr std::int64_t most = 1'000'000'000'000;
  Shelves shelves;
  for (const auto& [price, is_refused] :
       {std::pair{std::int64_t{0}, true}, {1, false}, {most, false}, {most + 1, true}}) {
    const auto decision = shelves.hear(9, SetItem{.product_id = "a", .price = price});
    EXPECT_EQ(decision.reply->refusal.has_value(), is_refused) << price;
  }
  EXPECT_EQ(shelves.item("a").price, most);
  for (const auto& [quantity, is_refused] :
       {std::pair{std::int64_t{0}, true}, {-1, true}, {1, false}, {most - 6, false}, {1, true}}) {
    const auto decision = shelves.hear(9, RestockItem{.product_id = "a", .quantity = quantity});
    EXPECT_EQ(decision.reply->refusal.has_value(), is_refused) << quantity;
  }
  EXPECT_EQ(shelves.item("a").on_hand(), most);
  const auto unknown = shelves.hear(9, RestockItem{.product_id = "none", .quantity = 1});
  EXPECT_EQ(unknown.reply->refusal->kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace oms::stock
