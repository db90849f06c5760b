#include <gtest/gtest.h>

#include "cli/client.h"
#include "cli/order_view.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace oms::cli {
namespace {

TEST(Table, IsAsWideAsItsCellsAndSetsNumbersToTheRight) {
  Table table{{"item", "name", "on hand"}};
  table.add({{"1"}, {"Tiramisù"}, {"7"}});
  table.add({{"soup"}, {"Soup"}, {"1200"}});
  EXPECT_EQ(table.text(),
            "item  name      on hand\n"
            "1     Tiramisù        7\n"
            "soup  Soup         1200\n");
}

TEST(Table, ShowsItsHeadingsWhenItIsEmpty) {
  EXPECT_EQ(Table({"order", "status"}).text(), "order  status\n");
}

TEST(Terminal, LetsNoControlCharacterThrough) {
  EXPECT_EQ(printable("a\x1b[31mb\nc\x7f"), "a [31mb c ");
  EXPECT_EQ(printable_lines("a\nb\x07"), "a\nb ");
  EXPECT_EQ(printable("Tiramisù"), "Tiramisù");
}

TEST(MoneyText, WritesMinorUnits) {
  EXPECT_EQ(money_text(900, "usd"), "9.00 usd");
  EXPECT_EQ(money_text(900, "jpy"), "900 jpy");
  EXPECT_EQ(money_text(900, "kwd"), "0.900 kwd");
  EXPECT_EQ(money_text(5, "usd"), "0.05 usd");
  EXPECT_EQ(money_text(-5, "usd"), "-0.05 usd");
  EXPECT_EQ(money_text(-1'234, "usd"), "-12.34 usd");
  EXPECT_EQ(money_text(900, "jpy"), "900 jpy");
  EXPECT_EQ(money_text(900, "kwd"), "0.900 kwd");
}

TEST(Encoded, KeepsOnlyWhatStandsForItself) {
  EXPECT_EQ(encoded("a-b_c.d~1"), "a-b_c.d~1");
  EXPECT_EQ(encoded("../a?b#ü"), "..%2Fa%3Fb%23%C3%BC");
}

TEST(OrderView, SkipsWhatItDoesNotKnow) {
  const auto order = read_order(
      R"({"orderID":"1","PaymentLink":"none","new":[{}],"history":[{"status":"paid"}]})");
  ASSERT_TRUE(order);
  EXPECT_EQ(order->order_id, "1");
  EXPECT_EQ(order->payment_link, "none");
  EXPECT_EQ(order->history.at(0).status, "paid");
  EXPECT_FALSE(order->is_over());
}

TEST(OrderView, TellsOfRefundsAndDisputes) {
  const auto order = read_order(
      R"({"orderID":"1","currency":"usd","paymentStatus":"partially_refunded","refunded":100,)"
      R"("lastPaymentError":{"code":"insufficient_funds","message":"No funds."},)"
      R"("refunds":[{"number":1,"amount":100,"status":"succeeded","initiatedBy":"provider"}],)"
      R"("disputed":300,"disputes":[{"amount":300,"status":"open"}]})");
  ASSERT_TRUE(order);
  const auto text = order_text(*order);
  for (const char* line :
       {"declined  insufficient_funds: No funds.", "refunded  1.00 usd",
        "refund    1.00 usd  succeeded, initiated by provider", "dispute   3.00 usd  open"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
}

TEST(OrderView, IsWrappedWhereMoreStandsBesideIt) {
  const auto order = read_wrapped_order(R"({"order":{"orderID":"1"},"redirectToURL":"http://x/"})");
  ASSERT_TRUE(order);
  EXPECT_EQ(order->order_id, "1");
}

TEST(OrderView, TellsWhenItIsNoOrder) {
  for (const char* body : {"<html>", "{}", R"({"order":{"orderID":"1"}})"}) {
    const auto order = read_order(body);
    ASSERT_FALSE(order) << body;
    EXPECT_EQ(order.error().exit, Exit::failed);
  }
  EXPECT_FALSE(read_wrapped_order(R"({"orderID":"1"})"));
}

}  // namespace
}  // namespace oms::cli
