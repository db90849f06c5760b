// The requests of the other kinds of clients, as they write them, each to its final status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const std::string chained =
    R"({"customer":{"name":"John Doe","email":"john@example.com","phoneNumber":"1234567890"},)"
    R"("items":[{"id":1,"quantity":2}],)"
    R"("paymentDetails":{"name":"John Doe","cardNumber":"1234","expiryDate":"12/25","cvv":"123"}})";

// Asks again until the answer has that text, or for 20 s.
std::string await(const ServerProcess& server, std::string_view path, std::string_view text) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (true) {
    auto body = server.send("GET", path).body;
    if (body.contains(text) || std::chrono::steady_clock::now() > end) return body;
    std::this_thread::sleep_for(10ms);
  }
}

std::string checkout(int customer, int product, int quantity, int price) {
  return R"({"customerId":)" + std::to_string(customer) + R"(,"items":[{"productId":)" +
         std::to_string(product) + R"(,"quantity":)" + std::to_string(quantity) + R"(,"price":)" +
         std::to_string(price) + "}]}";
}

TEST(EventChain, IsPaidTakenAndTold) {
  ServerProcess server{{"--phone-country", "+1", "--listen-order", "127.0.0.1:0"}};
  const auto placed = server.send("POST", "/order", chained);
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(field(placed.body, "status"), "pending");
  EXPECT_EQ(field(placed.body, "total"), "900");
  EXPECT_THAT(placed.body, HasSubstr(R"("items":[{"id":1,"quantity":2}])"));
  const auto list = await(server, "/order", "completed");
  EXPECT_EQ(field(list, "status"), "completed") << list;
  EXPECT_EQ(field(list, "id"), field(placed.body, "id"));
  EXPECT_EQ(HttpClient::to(server.order_url())->send("GET", "/order")->body, list);
  EXPECT_EQ(server.run({"check", "--quiescent", "--wait", "10"}).code, 0);
}

TEST(EventChain, WhatIsNotThereIsNotTaken) {
  ServerProcess server;
  server.send("PUT", "/api/admin/stock/1", R"({"onHand":1})", true);
  const auto refused = server.send("POST", "/order", chained);
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("only 1 are left"));
  EXPECT_EQ(server.send("GET", "/order").body, "[]");
}

TEST(Coordinator, TakesFromStockAndAccountAndConfirms) {
  ServerProcess server;
  const auto customer =
      server.send("POST", "/customers", R"({"fullName":"Ann Example","balance":1000})");
  ASSERT_EQ(customer.status, 201) << customer.body;
  EXPECT_EQ(customer.body, R"({"customer":{"id":1,"fullName":"Ann Example","balance":1000}})");
  const auto placed = server.send("POST", "/orders", checkout(1, 1, 2, 450));
  ASSERT_EQ(placed.status, 201) << placed.body;
  EXPECT_EQ(field(placed.body, "status"), "Pending");
  const auto order = "/orders/" + field(placed.body, "id");
  EXPECT_EQ(field(await(server, order, "Confirm"), "status"), "Confirm");
  EXPECT_EQ(field(server.send("GET", "/customers/1").body, "balance"), "100");
  EXPECT_EQ(field(server.send("GET", "/products/1").body, "stockQuantity"), "998");
  EXPECT_EQ(server.send("PUT", order, R"({"status":"Cancel"})").status, 409);
  EXPECT_EQ(server.send("PUT", order, R"({"status":"Confirm"})").status, 200);

  const auto short_of_money = server.send("POST", "/orders", checkout(1, 1, 1, 450));
  ASSERT_EQ(short_of_money.status, 201);
  EXPECT_EQ(field(await(server, "/orders/" + field(short_of_money.body, "id"), "Cancel"), "status"),
            "Cancel");
  EXPECT_EQ(field(server.send("GET", "/customers/1").body, "balance"), "100");
  EXPECT_EQ(server.send("POST", "/orders", checkout(1, 1, 1, 449)).status, 422);
  EXPECT_EQ(server.run({"check", "--quiescent", "--wait", "10"}).code, 0);
}

TEST(Coordinator, KeepsItsProducts) {
  ServerProcess server;
  const auto added =
      server.send("POST", "/products", R"({"name":"Soap","price":250,"stockQuantity":7})");
  ASSERT_EQ(added.status, 201) << added.body;
  const auto path = "/products/" + field(added.body, "id");
  EXPECT_EQ(added.body, R"({"id":)" + field(added.body, "id") +
                            R"(,"name":"Soap","price":250,"stockQuantity":7})");
  EXPECT_THAT(server.send("GET", "/products").body, HasSubstr(added.body));
  EXPECT_EQ(field(server.send("PUT", path, R"({"name":"Soap","price":300,"stockQuantity":9})").body,
                  "price"),
            "300");
  EXPECT_EQ(server.send("DELETE", path).status, 204);
  EXPECT_EQ(server.send("GET", path).status, 404);
  EXPECT_EQ(server.send("PUT", "/products/99999", R"({"price":1})").status, 404);
}

// Sends the order so often, and counts those that are confirmed in the end.
int confirmed(const ServerProcess& server, int count, const std::string& body) {
  std::vector<std::string> orders(static_cast<std::size_t>(count));
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> clients(8);
  for (auto& client : clients) {
    client = std::jthread{[&] {
      for (auto i = next++; i < orders.size(); i = next++) {
        orders[i] = field(server.send("POST", "/orders", body).body, "id");
      }
    }};
  }
  clients.clear();
  int sum = 0;
  for (const auto& order : orders) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    std::string status = "Pending";
    while (status == "Pending" && std::chrono::steady_clock::now() < end) {
      status = field(server.send("GET", "/orders/" + order).body, "status");
    }
    EXPECT_NE(status, "Pending");
    if (status == "Confirm") ++sum;
  }
  return sum;
}

TEST(Coordinator, ConfirmsAsManyAsThereAre) {
  ServerProcess server;
  server.send("POST", "/customers", R"({"fullName":"Rich","balance":1000000000})");
  server.send("POST", "/customers", R"({"fullName":"Ten Times","balance":4500})");
  server.send("PUT", "/products/1", R"({"stockQuantity":100})");
  EXPECT_EQ(confirmed(server, 200, checkout(1, 1, 1, 450)), 100);
  EXPECT_EQ(field(server.send("GET", "/products/1").body, "stockQuantity"), "0");
  server.send("PUT", "/products/1", R"({"stockQuantity":100})");
  EXPECT_EQ(confirmed(server, 50, checkout(2, 1, 1, 450)), 10);
  EXPECT_EQ(field(server.send("GET", "/customers/2").body, "balance"), "0");
  EXPECT_EQ(server.run({"check", "--quiescent", "--wait", "10"}).code, 0);
}

TEST(Coordinator, KilledInTheMiddleLeavesNonePending) {
  ServerProcess server;
  server.send("POST", "/customers", R"({"fullName":"Rich","balance":1000000000})");
  server.send("PUT", "/products/1", R"({"stockQuantity":100})");
  std::vector<std::string> acknowledged;
  std::atomic<std::size_t> count{0};
  std::atomic<bool> is_over{false};
  std::thread buyer{[&] {
    while (!is_over && acknowledged.size() < 200) {
      const auto answer = server.try_send("POST", "/orders", checkout(1, 1, 1, 450));
      if (!answer || answer->status != 201) continue;
      acknowledged.push_back(field(answer->body, "id"));
      count = acknowledged.size();
    }
  }};
  const auto patience = std::chrono::steady_clock::now() + 20s;
  while (count < 20 && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
  server.kill();
  is_over = true;
  buyer.join();
  server.start();
  std::size_t confirmed = 0;
  for (const auto& order : acknowledged) {
    const auto path = "/orders/" + order;
    await(server, path, R"("status":"C)");  // Confirm or Cancel
    const auto status = field(server.send("GET", path).body, "status");
    EXPECT_NE(status, "Pending");
    if (status == "Confirm") ++confirmed;
  }
  EXPECT_GE(acknowledged.size(), 20U);
  EXPECT_LE(confirmed, 100U);
  EXPECT_EQ(server.run({"check", "--quiescent", "--wait", "10"}).code, 0);
}

}  // namespace
}  // namespace oms::testing
