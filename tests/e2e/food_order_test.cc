#include <gtest/gtest.h>

#include <thread>

#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using namespace std::chrono_literals;

// The payment page's path, once the order shows its link.
std::string session_of(const ServerProcess& server, const std::string& customer,
                       const std::string& order) {
  return link_path(await_status(server, customer, order, "waiting_payment"));
}

std::string stock_of(const ServerProcess& server, const std::string& product) {
  const auto list = server.send("GET", "/api/admin/stock", {}, true).body;
  const auto item = list.substr(list.find("\"productID\":\"" + product + "\""));
  return field(item, "onHand") + " on hand, " + field(item, "reserved") + " reserved";
}

TEST(FoodOrder, GoesFromTheClickToTheDoorstep) {
  ServerProcess server{{"--kitchen-time", "50ms", "--delivery-time", "50ms"}};
  const auto placed = server.send("POST", "/api/customers/c1/orders",
                                  R"({"items":[{"productID":"1","quantity":2}],)"
                                  R"("fulfilment":"delivery"})");
  ASSERT_EQ(placed.status, 201);
  EXPECT_EQ(field(placed.body, "status"), "pending");
  EXPECT_EQ(field(placed.body, "PaymentLink"), "none");
  EXPECT_EQ(field(placed.body, "productName"), "Cheese");
  EXPECT_NE(field(placed.body, "priceID"), "");
  const auto order = field(placed.body, "orderID");
  EXPECT_NE(
      field(placed.body, "redirectToURL").find("/success.html?customerID=c1&orderID=" + order),
      std::string::npos);

  const auto session = session_of(server, "c1", order);
  EXPECT_TRUE(session.starts_with("/checkout/cs_test_" + order));
  const auto shown = server.send("GET", "/api/customers/c1/orders/" + order).body;
  EXPECT_TRUE(shown.starts_with("{\"orderID\":\"" + order + "\",\"orderNumber\":")) << shown;
  EXPECT_EQ(field(shown, "customerID"), "c1");
  EXPECT_EQ(stock_of(server, "1"), "1000 on hand, 2 reserved");

  EXPECT_EQ(server.send("POST", session + "/pay", R"({"card":"4242424242424242"})").status, 200);
  EXPECT_EQ(field(await_status(server, "c1", order, "completed"), "status"), "completed");
  EXPECT_EQ(stock_of(server, "1"), "998 on hand, 0 reserved");
  EXPECT_EQ(server.run({"check", "--quiescent", "--wait", "10"}).code, 0);
  EXPECT_EQ(server.stop(), 0);
}

TEST(FoodOrder, ADeclinedCardLeavesTheLinkToAnotherOne) {
  ServerProcess server;
  const auto order = place(server, "c1", "1", 2);
  const auto session = session_of(server, "c1", order);
  EXPECT_EQ(server.send("POST", session + "/pay", R"({"card":"4000000000009995"})").status, 402);
  EXPECT_EQ(server.send("POST", session + "/pay", R"({"card":"4242424242424242"})").status, 200);
  EXPECT_EQ(field(await_status(server, "c1", order, "completed"), "paymentStatus"), "captured");
  EXPECT_EQ(server.run({"check", "--quiescent", "--wait", "10"}).code, 0);
}

TEST(FoodOrder, FiveDeclinedCardsEndIt) {
  ServerProcess server;
  const auto order = place(server, "c1", "1", 2);
  const auto session = session_of(server, "c1", order);
  for (int i = 0; i < 5; ++i) {
    server.send("POST", session + "/pay", R"({"card":"4000000000009995"})");
  }
  const auto ended = await_status(server, "c1", order, "cancelled");
  EXPECT_EQ(field(ended, "reason"), "payment_failed");
  EXPECT_EQ(field(ended, "code"), "insufficient_funds") << ended;
  EXPECT_EQ(field(ended, "message"), "Your card has insufficient funds.");
  EXPECT_EQ(stock_of(server, "1"), "1000 on hand, 0 reserved");
  EXPECT_EQ(server.run({"check"}).code, 0);
}

TEST(FoodOrder, ALinkLeftToExpireEndsIt) {
  ServerProcess server{{"--payment-window", "1s"}};
  const auto order = place(server, "c1", "1", 2);
  const auto session = session_of(server, "c1", order);
  const auto ended = await_status(server, "c1", order, "cancelled");
  EXPECT_EQ(field(ended, "reason"), "payment_expired");
  EXPECT_EQ(stock_of(server, "1"), "1000 on hand, 0 reserved");
  EXPECT_EQ(server.send("POST", session + "/pay", R"({"token":"tok_visa"})").status, 409);
  EXPECT_EQ(server.run({"check"}).code, 0);
}

TEST(FoodOrder, AnItemThatHasRunOutIsRefused) {
  ServerProcess server;
  server.send("PUT", "/api/admin/stock/1", R"({"onHand":2})", true);
  const auto first = place(server, "c1", "1", 2);
  await_status(server, "c1", first, "waiting_payment");
  const auto second = server.send("POST", "/api/customers/c2/orders",
                                  R"({"items":[{"productID":"1","quantity":1}]})");
  EXPECT_EQ(second.status, 409) << second.body;
  EXPECT_EQ(field(second.body, "detail"), "'Cheese' has run out");
  EXPECT_EQ(field(second.body, "pointer"), "#/items/0/quantity");
  EXPECT_FALSE(server.send("GET", "/api/customers/c2/orders").body.contains("orderID"))
      << "nothing was written";
  const auto ran = server.run({"order", "place", "--customer", "c2", "1=1"});
  EXPECT_EQ(ran.code, 3) << ran.output;
  EXPECT_EQ(field(await_status(server, "c1", first, "waiting_payment"), "status"),
            "waiting_payment");
  EXPECT_EQ(stock_of(server, "1"), "2 on hand, 2 reserved");
}

TEST(FoodOrder, PaidAndThenCancelledGivesTheMoneyBack) {
  ServerProcess server{{"--kitchen", "manual"}};
  const auto order = place(server, "c1", "1", 2);
  server.send("POST", session_of(server, "c1", order) + "/pay", R"({"token":"tok_visa"})");
  await_status(server, "c1", order, "paid");
  EXPECT_EQ(server.send("POST", "/api/customers/c1/orders/" + order + "/cancel").status, 202);
  const auto ended = await_status(server, "c1", order, "cancelled");
  EXPECT_EQ(field(ended, "reason"), "customer_request");
  EXPECT_EQ(field(ended, "paymentStatus"), "refunded");
  EXPECT_EQ(stock_of(server, "1"), "1000 on hand, 0 reserved");
  EXPECT_EQ(server.run({"check", "--quiescent", "--wait", "10"}).code, 0);
}

TEST(FoodOrder, IsNobodyElsesBusiness) {
  ServerProcess server;
  const auto order = place(server, "c1", "1");
  const auto theirs = server.send("GET", "/api/customers/c2/orders/" + order);
  const auto none = server.send("GET", "/api/customers/c2/orders/000000000000000000000000");
  EXPECT_EQ(theirs.status, 404);
  EXPECT_EQ(theirs.body, none.body);
  EXPECT_EQ(server.send("POST", "/api/customers/c2/orders/" + order + "/cancel").status, 404);
  EXPECT_EQ(server.send("GET", "/api/admin/stock").status, 401);
}

TEST(FoodOrder, SurvivesAnOrderlyRestart) {
  ServerProcess server{{"--kitchen-time", "0", "--delivery-time", "0"}};
  const auto order = place(server, "c1", "1");
  await_status(server, "c1", order, "waiting_payment");
  EXPECT_EQ(server.stop(), 0);
  server.start();
  server.send("POST", session_of(server, "c1", order) + "/pay", R"({"token":"tok_visa"})");
  EXPECT_EQ(field(await_status(server, "c1", order, "completed"), "status"), "completed");
}

TEST(Stream, ResumesWhereItBroke) {
  ServerProcess server{{"--kitchen-time", "0", "--delivery-time", "0"}};
  const auto order = place(server, "c1", "1");
  server.send("POST", session_of(server, "c1", order) + "/pay", R"({"token":"tok_visa"})");
  await_status(server, "c1", order, "completed");
  std::vector<std::string> seen;
  const auto client = HttpClient::to(server.url());
  ASSERT_TRUE(client->follow_events("/api/customers/c1/orders/" + order + "/stream",
                                    {{"Last-Event-ID", "3"}}, [&](const ServerEvent& event) {
                                      seen.push_back(event.event);
                                      return event.event != "end";
                                    }));
  EXPECT_EQ(seen, (std::vector<std::string>{"order", "end"}));
}

TEST(HotItem, AHundredUnitsMakeAHundredBuyers) {
  ServerProcess server{{"--kitchen-time", "0", "--delivery-time", "0"}};
  server.send("PUT", "/api/admin/stock/1", R"({"onHand":100})", true);
  std::vector<std::thread> buyers;
  std::vector<std::vector<std::string>> placed(4);
  for (std::size_t buyer = 0; buyer < placed.size(); ++buyer) {
    buyers.emplace_back([&, buyer] {
      for (int i = 0; i < 250; ++i) {
        const auto answer =
            server.send("POST", "/api/customers/b" + std::to_string(buyer) + "/orders",
                        R"([{"productID":"1","quantity":1}])");
        EXPECT_TRUE(answer.status == 201 || answer.status == 409) << answer.body;
        if (answer.status == 201) placed[buyer].push_back(field(answer.body, "orderID"));
      }
    });
  }
  for (auto& buyer : buyers) buyer.join();
  int got_it = 0;
  for (std::size_t buyer = 0; buyer < placed.size(); ++buyer) {
    for (const auto& order : placed[buyer]) {
      const auto body =
          server.send("GET", "/api/customers/b" + std::to_string(buyer) + "/orders/" + order).body;
      if (field(body, "status") != "cancelled") ++got_it;
    }
  }
  EXPECT_EQ(got_it, 100);
  EXPECT_EQ(stock_of(server, "1"), "100 on hand, 100 reserved");
}

TEST(Api, DescribesItself) {
  const ServerProcess server;
  const auto description = server.send("GET", "/openapi.yaml");
  EXPECT_EQ(description.status, 200);
  EXPECT_NE(description.body.find("openapi: 3.1"), std::string::npos);
}

}  // namespace
}  // namespace oms::testing
