// The books: what has moved on a shelf and why, who did what, and goods in several currencies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(StockLedger, TellsWhatHasMovedAndWhy) {
  const ServerProcess server;
  const auto restocked = server.run({"stock", "restock", "1", "50", "--reason", "delivery 4711"});
  EXPECT_EQ(restocked.code, 0) << restocked.output;
  const auto adjusted = server.run({"stock", "adjust", "1", "--by=-3", "--reason", "three broke"});
  EXPECT_EQ(adjusted.code, 0) << adjusted.output;
  EXPECT_THAT(adjusted.output, HasSubstr("1047"));
  const auto shown = server.run({"stock", "movements", "1"});
  EXPECT_EQ(shown.code, 0) << shown.output;
  EXPECT_THAT(shown.output, AllOf(HasSubstr("delivery 4711"), HasSubstr("three broke"),
                                  HasSubstr("initial"), HasSubstr("1047")));
  EXPECT_EQ(server.run({"stock", "adjust", "1", "--to", "1000", "--reason", "counted"}).code, 0);
  const auto newest = server.run({"stock", "movements", "1", "--limit", "1"});
  EXPECT_THAT(newest.output, AllOf(HasSubstr("counted"), Not(HasSubstr("three broke"))));
  EXPECT_EQ(server.run({"stock", "adjust", "1", "--reason", "why"}).code, 2);
  EXPECT_EQ(server.run({"stock", "movements", "none"}).code, 4);
  const auto checked = server.run({"check"});
  EXPECT_EQ(checked.code, 0) << checked.output;
}

TEST(AuditLog, TellsWhoDidWhatAndHowItEnded) {
  const ServerProcess server;
  server.run({"stock", "restock", "1", "50", "--reason", "delivery 4711"});
  server.run({"stock", "restock", "nothing", "1"});
  const auto backup = server.data() / "copy.db";
  server.run({"backup", backup.string()});
  const auto shown = server.run({"audit"});
  EXPECT_EQ(shown.code, 0) << shown.output;
  EXPECT_THAT(shown.output,
              AllOf(HasSubstr("operator"), HasSubstr("RestockItem"), HasSubstr("delivery 4711"),
                    HasSubstr("refused: there is no such item"), HasSubstr("BackUp")));
  const auto chosen = server.run({"audit", "--subject", "1", "--json"});
  EXPECT_THAT(chosen.output, AllOf(HasSubstr(R"("subject":"1")"), Not(HasSubstr("nothing"))));
  EXPECT_EQ(server.run({"audit", "--from", "yesterday"}).code, 3);
  EXPECT_EQ(server.send("GET", "/api/admin/audit", "", false).status, 401);
  EXPECT_THAT(server.run({"dead-letters", "list"}).output, HasSubstr("there are no dead letters"));
  EXPECT_EQ(server.run({"dead-letters", "drop", "65f0c0de0123456789000001"}).code, 4);
}

TEST(Currencies, EachOrderHasOne) {
  const ServerProcess server;
  const auto set = server.run({"stock", "set", "tea", "--name", "Tea", "--price", "450",
                               "--currency", "jpy", "--on-hand", "10"});
  EXPECT_EQ(set.code, 0) << set.output;
  EXPECT_THAT(set.output, HasSubstr("450 jpy"));
  const auto refused =
      server.send("POST", "/api/customers/c1/orders",
                  R"([{"productID":"1","quantity":1},{"productID":"tea","quantity":1}])");
  EXPECT_EQ(refused.status, 422) << refused.body;
  EXPECT_THAT(refused.body, HasSubstr("an order has one currency"));
  const auto placed =
      server.send("POST", "/api/customers/c1/orders", R"([{"productID":"tea","quantity":2}])");
  EXPECT_EQ(placed.status, 201) << placed.body;
  EXPECT_THAT(placed.body, AllOf(HasSubstr(R"("total":900)"), HasSubstr(R"("currency":"jpy")")));
}

}  // namespace
}  // namespace oms::testing
