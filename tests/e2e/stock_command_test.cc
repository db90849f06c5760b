// The shelf, changed by an operator: by the command line, and over HTTP with conditions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using ::testing::HasSubstr;

HttpResponse put(const ServerProcess& server, std::string_view body, const std::string& if_match) {
  std::string token;
  std::getline(std::ifstream{server.data() / "operator.token"}, token);
  const auto client = HttpClient::to(server.url());
  auto answer = client->send("PUT", "/api/admin/stock/1",
                             {{"Authorization", "Bearer " + token},
                              {"Content-Type", "application/json"},
                              {"If-Match", if_match}},
                             body);
  return answer.value();
}

std::string tag_of(const HttpResponse& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "etag") return value;
  }
  return {};
}

TEST(StockCommand, APriceIsInTheItemsCurrency) {
  const ServerProcess server;
  const auto price = [&] {
    return field(server.send("GET", "/api/admin/stock/1", "", true).body, "price");
  };
  const auto ran = server.run({"stock", "set", "1", "--price", "4.50"});
  EXPECT_EQ(ran.code, 0) << ran.output;
  EXPECT_THAT(ran.output, HasSubstr("4.50 usd"));
  EXPECT_EQ(price(), "450");
  EXPECT_EQ(server.run({"stock", "set", "1", "--price", "5"}).code, 0);
  EXPECT_EQ(price(), "500");
  EXPECT_EQ(server.run({"stock", "set", "tea", "--name", "Tea", "--price", "2.5"}).code, 0);
  const auto refused = server.run({"stock", "set", "1", "--price", "4.505"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.output,
              HasSubstr("--price: '4.505' has more decimals than usd, which has 2; write an "
                        "amount such as 4.50"));
  EXPECT_EQ(price(), "500");
}

TEST(StockCommand, AStocktakingThatIsOutOfDateIsRefused) {
  const ServerProcess server;
  const auto seen = tag_of(server.send("GET", "/api/admin/stock/1", "", true));
  place(server, "c1", "1", 2);
  const auto late = put(server, R"({"onHand":1000})", seen);
  EXPECT_EQ(late.status, 412) << late.body;
  const auto now = tag_of(server.send("GET", "/api/admin/stock/1", "", true));
  const auto good = put(server, R"({"onHand":900})", now);
  EXPECT_EQ(good.status, 200) << good.body;
  EXPECT_EQ(field(good.body, "onHand"), "900");
  EXPECT_NE(tag_of(good), now);
  EXPECT_EQ(put(server, R"({"onHand":800})", now).status, 412);
}

// One who does not pay was able to take all that a new shop has, for half an hour.
TEST(StockCommand, OneCustomerCannotEmptyTheShelf) {
  const ServerProcess server;
  const auto first = place(server, "c1", "1", 50);
  const auto second = place(server, "c1", "1", 1);
  EXPECT_EQ(field(await_status(server, "c1", second, "cancelled"), "reason"),
            "over_reservation_cap");
  EXPECT_EQ(field(await_status(server, "c1", first, "waiting_payment"), "status"),
            "waiting_payment");
}

}  // namespace
}  // namespace oms::testing
