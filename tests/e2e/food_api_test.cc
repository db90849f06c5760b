// What customers say of an order, change of it and see of it, from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string orders_path = "/api/customers/c1/orders";

constexpr std::string_view delivery =
    R"({"items":[{"productID":"1","quantity":2,"note":"No onions"}],)"
    R"("customer":{"name":"Ada","address":{"lines":["12 High Street"],"city":"London"}},)"
    R"("note":"Ring twice"})";

HttpResponse revise(const ServerProcess& server, const std::string& order, std::string_view body,
                    const std::string& version) {
  HttpClient::Headers headers{{"Content-Type", "application/merge-patch+json"}};
  if (!version.empty()) headers.emplace_back("If-Match", version);
  return HttpClient::to(server.url())
      ->send("PATCH", orders_path + "/" + order, headers, body)
      .value();
}

std::string version_of(std::string_view order) {
  return '"' + field(order, "version") + '"';
}

TEST(FoodApi, AnOrderIsFlatAndANewOneIsWrapped) {
  const ServerProcess server;
  const auto placed = server.send("POST", orders_path, delivery);
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_THAT(placed.body, StartsWith(R"({"order":{"orderID":")"));
  EXPECT_THAT(placed.body, HasSubstr(R"(},"redirectToURL":"http)"));
  const auto order = field(placed.body, "orderID");
  const auto shown = server.send("GET", orders_path + "/" + order).body;
  EXPECT_THAT(shown, StartsWith(R"({"orderID":")" + order + '"'));
  for (const auto* part :
       {R"("customerID":"c1")", R"("items":[{"productID":"1")", R"("note":"No onions")",
        R"("status":")", R"("PaymentLink":")", R"("fulfilment":"delivery")",
        R"("note":"Ring twice")", R"("address":{"lines":["12 High Street"],"postalCode":"",)"}) {
    EXPECT_THAT(shown, HasSubstr(part));
  }
  EXPECT_THAT(shown, Not(HasSubstr("Ada"))) << "who they are is nobody's business";
}

TEST(FoodApi, APickupIsReadyUntilItIsCollected) {
  const ServerProcess server{{"--kitchen-time", "0", "--pickup-time", "500ms"}};
  const auto placed =
      server.send("POST", orders_path, R"({"items":[{"productID":"1","quantity":1}]})");
  const auto order = field(placed.body, "orderID");
  EXPECT_EQ(field(placed.body, "fulfilment"), "pickup") << placed.body;
  const auto link = link_path(await_status(server, "c1", order, "waiting_payment"));
  server.send("POST", link + "/pay", R"({"card":"4242424242424242"})");
  EXPECT_EQ(field(await_status(server, "c1", order, "ready"), "status"), "ready");
  const auto ended = await_status(server, "c1", order, "completed");
  EXPECT_EQ(field(ended, "status"), "completed");
  EXPECT_THAT(ended, Not(HasSubstr("delivering")));
  EXPECT_EQ(server.run({"check", "--quiescent", "--wait", "10"}).code, 0);
}

TEST(FoodApi, ACheckoutIsPaidByTheTokenOfACard) {
  const ServerProcess server;
  const auto token = server.send(
      "POST", "/api/payment-tokens",
      R"({"cardNumber":"4242424242424242","expiryDate":"12/30","cvv":"123","name":"Ada"})");
  ASSERT_EQ(token.status, 201) << token.body;
  const auto placed = server.send("POST", orders_path,
                                  R"({"items":[{"productID":"1","quantity":1}],"type":"checkout",)"
                                  R"("paymentToken":")" +
                                      field(token.body, "token") + "\"}");
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(field(placed.body, "paymentMethod"), "card");
  const auto ended = await_status(server, "c1", field(placed.body, "orderID"), "completed");
  EXPECT_EQ(field(ended, "status"), "completed") << ended;
  EXPECT_EQ(field(ended, "paymentStatus"), "captured");
  EXPECT_EQ(server.run({"check", "--quiescent", "--wait", "10"}).code, 0);
}

TEST(FoodApi, DetailsChangeWithTheVersionThatWasSeen) {
  const ServerProcess server;
  const auto order = field(server.send("POST", orders_path, delivery).body, "orderID");
  const auto seen = await_status(server, "c1", order, "waiting_payment");
  const std::string change = R"({"note":"Knock","customer":{"address":{"city":"Leeds"}}})";
  EXPECT_EQ(revise(server, order, change, "").status, 428);
  EXPECT_EQ(revise(server, order, change, "\"0\"").status, 412);
  const auto changed = revise(server, order, change, version_of(seen));
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_THAT(changed.body, HasSubstr(R"("note":"Knock")"));
  EXPECT_THAT(changed.body, HasSubstr(R"("city":"Leeds")"));
  EXPECT_THAT(changed.body, HasSubstr(R"("note":"No onions")")) << "what is not named stays";
  EXPECT_EQ(revise(server, order, change, version_of(seen)).status, 412) << "it has changed";
}

TEST(FoodApi, ListsHoldAStatusAndATime) {
  const ServerProcess server;
  const auto first = place(server, "c1", "1");
  const auto second = place(server, "c1", "1");
  await_status(server, "c1", first, "waiting_payment");
  server.send("POST", orders_path + "/" + second + "/cancel");
  await_status(server, "c1", second, "cancelled");
  const auto waiting = server.send("GET", orders_path + "?status=waiting_payment").body;
  EXPECT_THAT(waiting, HasSubstr(first));
  EXPECT_THAT(waiting, Not(HasSubstr(second)));
  const auto all = server.send("GET", orders_path + "?from=2020-01-01T00:00:00Z").body;
  EXPECT_THAT(all, HasSubstr(first));
  EXPECT_THAT(all, HasSubstr(second));
  const auto none = server.send("GET", orders_path + "?to=2020-01-01T00:00:00Z").body;
  EXPECT_EQ(none, R"({"orders":[]})");
}

TEST(FoodApi, ShowsNothingOfOtherFaces) {
  const ServerProcess server;
  const auto supply = server.send(
      "POST", "/oms/orders", R"({"userId":"c1","orderItems":[{"productId":"1","quantity":1}]})");
  ASSERT_EQ(supply.status, 201) << supply.body;
  const auto order = field(supply.body, "orderId");
  const auto path = orders_path + "/" + order;
  EXPECT_EQ(server.send("GET", path).status, 404);
  EXPECT_EQ(server.send("GET", path + "/stream").status, 404);
  EXPECT_EQ(server.send("POST", path + "/cancel").status, 404);
  EXPECT_EQ(revise(server, order, R"({"note":"x"})", "*").status, 404);
  EXPECT_EQ(server.send("GET", orders_path).body, R"({"orders":[]})");
}

}  // namespace
}  // namespace oms::testing
