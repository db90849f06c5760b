// Every life that an order can have, through seven processes.
#include <thread>

#include "tests/cluster/wired_test.h"
#include "tests/support/json_field.h"

namespace oms::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::ContainerEq;
using testing::field;
using ::testing::HasSubstr;
using ::testing::Not;

class Lives : public WiredTest {
 protected:
  void SetUp() override {
    WiredTest::SetUp();
    if (!IsSkipped()) shop_.emplace(shared_cluster(GetParam()).shop());
  }
  const Shop& shop() const { return *shop_; }

  // Each test's own, so that none sees another one's orders.
  static std::string customer() {
    return "c" + std::to_string(::testing::UnitTest::GetInstance()->current_test_info()->line());
  }
  std::string placed_and_paid(int quantity = 1) const {
    auto order = shop().place(customer(), "1", quantity);
    EXPECT_EQ(pay(shop().await_link(customer(), order)), 200);
    EXPECT_THAT(shop().await_status(customer(), order, "paid"), HasSubstr(R"("status":"paid")"));
    return order;
  }
  // What an operator says of a ticket, once it is there.
  void operate(const std::string& order, const std::string& action) const {
    http::Answer answer;
    for (const auto end = std::chrono::steady_clock::now() + 30s;
         answer.status != 200 && std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(20ms)) {
      answer = shop().send_as_operator("POST", "/api/admin/tickets/" + order + "/" + action);
    }
    EXPECT_EQ(answer.status, 200) << action << ": " << answer.body;
  }
  std::string available(const std::string& product) const {
    return field(shop().send_as_operator("GET", "/api/admin/stock/" + product).body, "available");
  }
  void set_on_hand(const std::string& product, int count) const {
    const auto set = shop().send_as_operator("PUT", "/api/admin/stock/" + product,
                                             R"({"onHand":)" + std::to_string(count) + "}");
    EXPECT_EQ(set.status, 200) << set.body;
  }
  std::vector<std::string> statuses_of(const std::string& order) const {
    auto history = shop().send("GET", order_path(customer(), order) + "/history").body;
    std::vector<std::string> statuses;
    const std::string key = R"("status":")";
    for (auto at = history.find(key); at != std::string::npos; at = history.find(key)) {
      history.erase(0, at + key.size());
      statuses.push_back(history.substr(0, history.find('"')));
    }
    return statuses;
  }

 private:
  std::optional<Shop> shop_;
};

TEST_P(Lives, AMealGoesFromTheClickToTheDoorstep) {
  const auto order = placed_and_paid(2);
  operate(order, "accept");
  EXPECT_THAT(shop().await_status(customer(), order, "preparing"), HasSubstr("preparing"));
  operate(order, "ready");
  const auto ended = shop().await_status(customer(), order, "completed");
  EXPECT_EQ(field(ended, "status"), "completed") << ended;
  EXPECT_EQ(field(ended, "paymentStatus"), "captured");
  const std::vector<std::string> history{"pending", "waiting_payment", "paid",     "preparing",
                                         "ready",   "delivering",      "completed"};
  EXPECT_THAT(statuses_of(order), ContainerEq(history));
}

TEST_P(Lives, APickupWaitsForItsCustomer) {
  const auto placed = shop().send("POST", "/api/customers/" + customer() + "/orders",
                                  R"({"items":[{"productID":"1","quantity":1}]})");
  ASSERT_EQ(placed.status, 201) << placed.body;
  const auto order = field(placed.body, "orderID");
  EXPECT_EQ(pay(shop().await_link(customer(), order)), 200);
  operate(order, "accept");
  operate(order, "ready");
  const auto ended = shop().await_status(customer(), order, "completed");
  EXPECT_EQ(field(ended, "status"), "completed") << ended;
  const std::vector<std::string> history{"pending",   "waiting_payment", "paid",
                                         "preparing", "ready",           "completed"};
  EXPECT_THAT(statuses_of(order), ContainerEq(history));
}

TEST_P(Lives, ACheckoutIsPaidByTheTokenOfACard) {
  const auto placed = shop().send("POST", "/api/customers/" + customer() + "/orders",
                                  R"({"items":[{"productID":"1","quantity":1}],)"
                                  R"("type":"checkout","paymentToken":"tok_visa"})");
  ASSERT_EQ(placed.status, 201) << placed.body;
  const auto ended = shop().await_status(customer(), field(placed.body, "orderID"), "completed");
  EXPECT_EQ(field(ended, "status"), "completed") << ended;
  EXPECT_EQ(field(ended, "paymentStatus"), "captured");
}

TEST_P(Lives, ASupplyIsTakenLineByLine) {
  set_on_hand("lemonade", 10);
  set_on_hand("water", 1);
  const auto placed =
      shop().send("POST", "/oms/orders",
                  R"({"userId":"u1","orderItems":[{"productId":"lemonade","quantity":4},)"
                  R"({"productId":"water","quantity":2}]})");
  ASSERT_EQ(placed.status, 201) << placed.body;
  const auto path = "/oms/orders/" + field(placed.body, "orderId");
  const auto taken = shop().await(path, R"("status":"EXECUTED")");
  EXPECT_THAT(taken, HasSubstr(R"("status":"EXECUTED")"));
  EXPECT_THAT(taken, HasSubstr(R"("status":"CANCELED")"));
  EXPECT_EQ(available("lemonade"), "6");
}

TEST_P(Lives, AnOrderFromAnAccountIsConfirmedOrCancelled) {
  const auto account =
      shop().send("POST", "/customers", R"({"fullName":"Ann Example","balance":1000})");
  ASSERT_EQ(account.status, 201) << account.body;
  const auto id = field(account.body, "id");
  const auto buy = [&](int quantity) {
    const auto placed =
        shop().send("POST", "/orders",
                    R"({"customerId":)" + id + R"(,"items":[{"productId":1,"quantity":)" +
                        std::to_string(quantity) + R"(,"price":450}]})");
    EXPECT_EQ(placed.status, 201) << placed.body;
    return shop().await("/orders/" + field(placed.body, "id"), R"("status":"C)");
  };
  EXPECT_THAT(buy(2), HasSubstr(R"("status":"Confirm")"));
  EXPECT_THAT(buy(1), HasSubstr(R"("status":"Cancel")")) << "100 are left, and it costs 450";
  EXPECT_THAT(shop().send("GET", "/customers/" + id).body, HasSubstr(R"("balance":100)"));
}

// Only the simulated provider inside of the process takes a card's number.
TEST_P(Lives, ACardAtTheOrderItselfIsForTheProvidersForm) {
  const auto answer = shop().send(
      "POST", "/order",
      R"({"customer":{"name":"Ann","email":"ann@example.com","phoneNumber":"+4915112345678"},)"
      R"("items":[{"id":1,"quantity":2}],"paymentDetails":{"name":"Ann",)"
      R"("cardNumber":"4242424242424242","expiryDate":"12/30","cvv":"123"}})");
  EXPECT_EQ(answer.status, 422) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("paymentToken"));
}

TEST_P(Lives, ACancelledOrderIsRefundedAndItsStockIsBack) {
  set_on_hand("ramen", 5);
  const auto order = shop().place(customer(), "ramen", 3);
  EXPECT_EQ(pay(shop().await_link(customer(), order)), 200);
  shop().await_status(customer(), order, "paid");
  EXPECT_EQ(available("ramen"), "2");
  EXPECT_EQ(shop().send("POST", order_path(customer(), order) + "/cancel").status, 202);
  shop().await_status(customer(), order, "cancelled");
  const auto ended = shop().await(order_path(customer(), order), R"("paymentStatus":"refunded")");
  EXPECT_EQ(field(ended, "status"), "cancelled") << ended;
  EXPECT_EQ(field(ended, "reason"), "customer_request");
  EXPECT_EQ(field(ended, "paymentStatus"), "refunded");
  EXPECT_EQ(available("ramen"), "5");
}

TEST_P(Lives, ADeclinedCardLeavesTheLinkOpen) {
  const auto order = shop().place(customer(), "1");
  const auto link = shop().await_link(customer(), order);
  EXPECT_EQ(pay(link, "4000000000009995"), 402);
  EXPECT_THAT(shop().await(order_path(customer(), order), "insufficient_funds"),
              HasSubstr(R"("status":"waiting_payment")"));
  EXPECT_EQ(pay(link), 200);
  EXPECT_THAT(shop().await_status(customer(), order, "paid"), HasSubstr(R"("status":"paid")"));
}

TEST_P(Lives, APaidOrderIsMadeSmallerAndTheDifferenceRefunded) {
  set_on_hand("burger", 9);
  const auto order = shop().place(customer(), "burger", 3);
  EXPECT_EQ(pay(shop().await_link(customer(), order)), 200);
  shop().await_status(customer(), order, "paid");
  const auto changed =
      http::send({.method = "PATCH",
                  .url = shop().url() + order_path(customer(), order),
                  .headers = {"Content-Type: application/merge-patch+json", "If-Match: *"},
                  .body = R"({"items":[{"productID":"burger","quantity":1}]})"});
  EXPECT_EQ(changed.status, 202) << changed.body;
  const auto done = shop().await(order_path(customer(), order), R"("status":"done")");
  EXPECT_THAT(done, HasSubstr(R"("quantity":1)"));
  EXPECT_THAT(done, HasSubstr(R"("revision":{"number":1,"status":"done"})"));
  EXPECT_EQ(available("burger"), "8");
}

TEST_P(Lives, TheSameKeyIsTheSameOrder) {
  const Shop::Headers key{"Idempotency-Key: " + customer()};
  const auto path = "/api/customers/" + customer() + "/orders";
  const std::string body = R"({"items":[{"productID":"1","quantity":1}]})";
  const auto first = shop().send("POST", path, body, key);
  ASSERT_EQ(first.status, 201) << first.body;
  const auto second = shop().send("POST", path, body, key);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  const auto other =
      shop().send("POST", path, R"({"items":[{"productID":"2","quantity":1}]})", key);
  EXPECT_EQ(other.status, 422) << other.body;
}

TEST_P(Lives, AStreamShowsEachStatusUntilTheEnd) {
  const auto order = placed_and_paid();
  std::thread cook{[&] {
    operate(order, "accept");
    operate(order, "ready");
  }};
  const auto stream =
      http::send({.url = shop().url() + order_path(customer(), order) + "/stream", .timeout = 30s});
  cook.join();
  EXPECT_EQ(stream.status, 200);
  for (const std::string status : {"preparing", "ready", "delivering", "completed"}) {
    EXPECT_THAT(stream.body, HasSubstr(R"("status":")" + status + '"'));
  }
}

TEST_P(Lives, ProbesAndFiguresAreAtEachProcess) {
  auto& cluster = shared_cluster(GetParam());
  for (const std::string role : roles) {
    EXPECT_EQ(http::send({.url = cluster.admin_url(role) + "/livez"}).status, 200) << role;
    EXPECT_EQ(http::send({.url = cluster.admin_url(role) + "/readyz"}).status, 200) << role;
    const auto figures = http::send({.url = cluster.admin_url(role) + "/metrics"});
    EXPECT_EQ(figures.status, 200) << role;
    EXPECT_THAT(figures.body, HasSubstr("oms_")) << role;
  }
  const auto all = cluster.shop().send_as_operator("GET", "/api/admin/metrics");
  EXPECT_EQ(all.status, 200);
  EXPECT_THAT(all.body, HasSubstr(R"("unreached":[])"));
  for (const std::string role : roles) {
    const auto services = role == "orders" ? R"("orders","coordinator")" : '"' + role + '"';
    EXPECT_THAT(all.body, HasSubstr("\"services\":[" + services + "]"));
  }
}

INSTANTIATE_TEST_SUITE_P(Apart, Lives, all_wirings(), name_of);

}  // namespace
}  // namespace oms::cluster
