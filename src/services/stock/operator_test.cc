#include "services/stock/operator.h"

#include <gtest/gtest.h>

#include "services/stock/service.h"
#include "tests/support/kept_records.h"

namespace oms::stock {
namespace {

class OperatorTest : public ::testing::Test {
 protected:
  OperatorTest() {
    records_.keep(make_record(Item{.id = "1", .name = "Cheese", .price = 450, .initial = 100}));
  }

  const Item& cheese() const { return *records_.get<Item>("1"); }

  // What the operator is refused, after the change is kept; none if it was made.
  std::optional<ErrorKind> set(const SetItem& command) {
    return kept(set_item(command, records_, "usd"));
  }
  std::optional<ErrorKind> add(const RestockItem& command) {
    return kept(restock(command, records_));
  }

  std::optional<ErrorKind> archived(const ArchiveItem& command) {
    return kept(archive(command, records_));
  }

  testing::KeptRecords records_;

 private:
  std::optional<ErrorKind> kept(const Decision& decision) {
    records_.keep(decision);
    if (!decision.reply->refusal) return std::nullopt;
    EXPECT_TRUE(decision.save.empty());
    return decision.reply->refusal->kind;
  }
};

TEST_F(OperatorTest, EachChangeRaisesTheVersion) {
  EXPECT_EQ(cheese().version, 0);
  EXPECT_EQ(set({.product_id = "1", .on_hand = 90}), std::nullopt);
  EXPECT_EQ(cheese().version, 1);
  EXPECT_EQ(add({.product_id = "1", .quantity = 5}), std::nullopt);
  EXPECT_EQ(cheese().version, 2);
}

// Two stocktakings that have seen the same shelf, decided one after the other in one batch.
TEST_F(OperatorTest, OfTwoChangesThatHaveSeenOneVersionOneIsMade) {
  const ItemCondition seen{.must_exist = true, .versions = {0}};
  EXPECT_EQ(set({.product_id = "1", .on_hand = 90, .condition = seen}), std::nullopt);
  EXPECT_EQ(set({.product_id = "1", .on_hand = 80, .condition = seen}), ErrorKind::stale);
  EXPECT_EQ(cheese().on_hand(), 90);
}

// What was sold between counting and writing down would come back.
TEST_F(OperatorTest, AStocktakingDoesNotUndoASale) {
  const ItemCondition seen{.must_exist = true, .versions = {cheese().version}};
  const StockService service{{}};
  const Id order{Id::Bytes{0x65, 1}};
  const auto decide = [&](Payload payload) {
    records_.decide(service, {.order_id = order, .payload = std::move(payload)}, Time{});
  };
  decide(ReserveStock{.customer_id = "c1", .lines = {{.product_id = "1", .quantity = 2}}});
  decide(CommitStock{});
  EXPECT_EQ(set({.product_id = "1", .on_hand = 100, .condition = seen}), ErrorKind::stale);
  EXPECT_EQ(cheese().on_hand(), 98);
}

TEST_F(OperatorTest, ConditionsThatHoldChangeNothing) {
  EXPECT_EQ(set({.product_id = "1", .on_hand = 90, .condition = {.must_exist = true}}),
            std::nullopt);
  const ItemCondition several{.must_exist = true, .versions = {-1, 1}};
  EXPECT_EQ(set({.product_id = "1", .on_hand = 80, .condition = several}), std::nullopt);
  const SetItem new_item{
      .product_id = "2", .name = "Brie", .price = 500, .condition = {.must_be_new = true}};
  EXPECT_EQ(set(new_item), std::nullopt);
  EXPECT_EQ(records_.get<Item>("2")->version, 1);
  EXPECT_EQ(set(new_item), ErrorKind::stale);
}

TEST_F(OperatorTest, WhatIsNotThereMatchesNoVersion) {
  const ItemCondition any{.must_exist = true};
  EXPECT_EQ(set({.product_id = "2", .name = "Brie", .price = 500, .condition = any}),
            ErrorKind::stale);
  EXPECT_EQ(add({.product_id = "2", .quantity = 1, .condition = any}), ErrorKind::stale);
  EXPECT_EQ(add({.product_id = "2", .quantity = 1}), ErrorKind::not_found);
  EXPECT_EQ(
      add({.product_id = "1", .quantity = 1, .condition = {.must_exist = true, .versions = {7}}}),
      ErrorKind::stale);
}

// --- several currencies -----------------------------------------------------------------------

TEST_F(OperatorTest, ANewItemIsSoldInTheShopsCurrencyOrItsOwn) {
  EXPECT_EQ(set({.product_id = "2", .name = "Brie", .price = 500}), std::nullopt);
  EXPECT_EQ(records_.get<Item>("2")->currency, "usd");
  EXPECT_EQ(set({.product_id = "3", .name = "Tea", .price = 450, .currency = "jpy"}), std::nullopt);
  EXPECT_EQ(records_.get<Item>("3")->currency, "jpy");
}

TEST_F(OperatorTest, AnotherCurrencyComesWithItsPrice) {
  EXPECT_EQ(set({.product_id = "1", .price = 450, .currency = "eur"}), std::nullopt);
  EXPECT_EQ(cheese().currency, "eur");
  EXPECT_EQ(set({.product_id = "1", .currency = "eur"}), std::nullopt) << "it is that already";
  EXPECT_EQ(set({.product_id = "1", .currency = "jpy"}), ErrorKind::unprocessable);
  EXPECT_EQ(cheese().currency, "eur");
}

TEST_F(OperatorTest, ACurrencyIsThreeLowerCaseLetters) {
  for (const char* currency : {"", "EUR", "eu", "euro", "e1r", "eür"}) {
    EXPECT_EQ(set({.product_id = "1", .price = 450, .currency = currency}), ErrorKind::invalid)
        << currency;
  }
}

TEST_F(OperatorTest, AQuoteTellsTheCurrencyOfEachLine) {
  set({.product_id = "3", .name = "Tea", .price = 450, .currency = "jpy"});
  set({.product_id = "4", .name = "Brie", .price = 450});
  const StockService service{{}};
  const auto answer =
      service.answer(QuoteLines{.lines = {{"3", 1}, {"4", 1}, {"none", 1}}}, records_);
  EXPECT_EQ(std::get<Quote>(answer).currencies, (std::vector<std::string>{"jpy", "usd", "usd"}));
}

// --- a number for a new item ------------------------------------------------------------------

// The id that an item without one is given; empty where it is refused.
std::string added(testing::KeptRecords& records, const SetItem& command) {
  const auto decision = records.decide(StockService{{}}, {.payload = command}, Time{});
  return decision.reply->refusal ? std::string{} : std::string{decision.reply->show->id.view()};
}
std::string added(testing::KeptRecords& records) {
  return added(records, {.name = "Brie", .price = 500, .on_hand = 7});
}

TEST_F(OperatorTest, ANewItemWithoutAnIdIsGivenTheNextNumberThatNoneHas) {
  records_.keep(make_record(Item{.id = "3", .name = "Wine"}));
  EXPECT_EQ(added(records_), "2") << "1 is the cheese";
  EXPECT_EQ(added(records_), "4");
  const auto& item = *records_.get<Item>("4");
  EXPECT_EQ(item.name, "Brie");
  EXPECT_EQ(item.price_id, "price_4");
  EXPECT_EQ(item.on_hand(), 7);
  EXPECT_EQ(item.version, 1);
}

TEST_F(OperatorTest, ARefusedItemTakesNoNumber) {
  EXPECT_EQ(added(records_, {.name = "Brie"}), "") << "it has no price";
  EXPECT_EQ(added(records_), "2");
}

TEST_F(OperatorTest, NumbersGoOnBehindACatalogueOfHundreds) {
  for (int number = 2; number <= 700; ++number) {
    records_.keep(make_record(Item{.id = std::to_string(number), .name = "Known"}));
  }
  EXPECT_EQ(added(records_), "701");
  EXPECT_EQ(added(records_), "702");
}

TEST_F(OperatorTest, WhereThousandsOfNumbersAreTakenAnIdMustBeNamed) {
  for (int number = 2; number <= 1500; ++number) {
    records_.keep(make_record(Item{.id = std::to_string(number), .name = "Known"}));
  }
  EXPECT_EQ(added(records_), "");
}

// --- what is not sold any more ----------------------------------------------------------------

TEST_F(OperatorTest, AnArchivedItemIsKeptForTheBooksAndNotQuoted) {
  EXPECT_EQ(archived({.product_id = "1"}), std::nullopt);
  EXPECT_TRUE(cheese().archived);
  EXPECT_TRUE(view(cheese()).archived);
  EXPECT_EQ(cheese().on_hand(), 100);
  const StockService service{{}};
  const auto answer = service.answer(QuoteLines{.lines = {{"1", 2}}}, records_);
  const auto& quote = std::get<Quote>(answer);
  EXPECT_EQ(quote.lines.at(0).product_name, "") << "as of a product that is not known";
  EXPECT_EQ(quote.available.at(0), 0);
}

TEST_F(OperatorTest, WhatCustomersHoldIsNotArchived) {
  records_.keep(
      make_record(Item{.id = "1", .name = "Cheese", .price = 450, .initial = 100, .reserved = 1}));
  EXPECT_EQ(archived({.product_id = "1"}), ErrorKind::conflict);
}

TEST_F(OperatorTest, WhatIsNotThereIsNotArchived) {
  EXPECT_EQ(archived({.product_id = "2"}), ErrorKind::not_found);
  EXPECT_EQ(archived({.product_id = "1", .condition = {.must_exist = true, .versions = {7}}}),
            ErrorKind::stale);
  EXPECT_EQ(archived({.product_id = "1"}), std::nullopt);
  EXPECT_EQ(archived({.product_id = "1"}), ErrorKind::not_found) << "it is gone";
}

TEST_F(OperatorTest, SettingAnArchivedItemBringsItBack) {
  archived({.product_id = "1"});
  EXPECT_EQ(add({.product_id = "1", .quantity = 1}), ErrorKind::conflict);
  EXPECT_EQ(set({.product_id = "1", .condition = {.must_exist = true}}), ErrorKind::stale)
      << "who changes what is sold does not sell it again by that";
  EXPECT_EQ(set({.product_id = "1"}), std::nullopt);
  EXPECT_FALSE(cheese().archived);
  EXPECT_EQ(cheese().on_hand(), 100);
  EXPECT_EQ(cheese().name, "Cheese");
}

// A stranger who may choose one customer's name cannot empty any item of a new shop.
TEST(ReservationCap, IsAFractionOfANewShopsShelf) {
  const auto cap = StockSettings{}.held_units_max;
  EXPECT_GE(cap, 50) << "a family's groceries are one order";
  for (const auto& item : default_catalogue("usd")) EXPECT_LE(cap, item.initial / 10) << item.id;
}

}  // namespace
}  // namespace oms::stock
