#include "tools/check/stock_ledger.h"

#include <gtest/gtest.h>

#include <string>

namespace oms::check {
namespace {

using enum stock::MovementKind;

// An item that began with ten; five were delivered, and three were sold today.
struct Books {
  std::vector<stock::Movement> lines{
      {.product_id = "a", .number = 1, .kind = initial, .quantity = 10, .on_hand = 10},
      {.product_id = "a", .number = 2, .kind = restock, .quantity = 5, .on_hand = 15}};
  std::vector<stock::Item> items{
      {.id = "a",
       .initial = 10,
       .restocked = 5,
       .committed = 3,
       .movements = 2,
       .today = {.day = "2026-01-31", .committed = 3}},
      {.id = "b", .initial = 7, .committed = 1, .today = {.day = "2026-01-31", .committed = 1}}};

  // The first thing that is wrong; empty: nothing is.
  std::string broken() const {
    Findings findings;
    StockLedgers ledgers;
    for (const auto& line : lines) ledgers.add(line, findings);
    ledgers.compare(items, findings);
    const auto& tally = findings.of(Rule::shelf_explained);
    return tally.broken == 0 ? "" : tally.examples.front().what;
  }
};

TEST(StockLedgers, FindNothingWrongWithBooksThatAreRight) {
  EXPECT_EQ(Books{}.broken(), "");
}

TEST(StockLedgers, SeeALineThatIsMissing) {
  Books books;
  books.lines.erase(books.lines.begin());
  EXPECT_EQ(books.broken(), "its ledger does not begin with what there was, or begins again");
  books = Books{};
  books.lines.pop_back();
  EXPECT_EQ(books.broken(), "its ledger ends with line 1, and 2 were written");
  books.lines.clear();
  EXPECT_EQ(books.broken(), "its ledger ends with line 0, and 2 were written");
}

TEST(StockLedgers, SeeALineThatDoesNotAddUp) {
  Books books;
  books.lines[1].quantity = 4;
  EXPECT_EQ(books.broken(), "line 2 of its ledger says 15 on hand, the lines to there come to 14");
}

TEST(StockLedgers, SeeThatSomethingHasMovedUnnoticed) {
  Books books;
  books.items[0].committed = 4;
  EXPECT_EQ(books.broken(), "11 are on hand, its ledger comes to 12");
}

TEST(StockLedgers, SeeABeginningInTheMiddle) {
  Books books;
  books.lines[1].kind = initial;
  EXPECT_EQ(books.broken(), "its ledger does not begin with what there was, or begins again");
}

TEST(StockLedgers, SeeALedgerOfNothing) {
  Books books;
  books.items.erase(books.items.begin());
  EXPECT_EQ(books.broken(), "has a ledger, and there is no such item");
}

}  // namespace
}  // namespace oms::check
