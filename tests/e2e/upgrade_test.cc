// A data folder of the version before, with orders at every step. Each customer in it is called as
// their order stands: see folders/make.sh.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>

#include "tests/support/old_folder.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Nothing of the folder is too old to be kept, however old it is.
ServerProcess::Flags keeping_all(ServerProcess::Flags flags) {
  flags.insert(flags.end(), {"--retention", "3650d", "--refund-window", "3650d"});
  return flags;
}

class Upgrade : public ::testing::TestWithParam<const char*> {
 protected:
  explicit Upgrade(ServerProcess::Flags flags = {"--kitchen", "manual", "--delivery", "manual"})
      : server_{keeping_all(std::move(flags)),
                [](const auto& data) { unpack_old_folder(GetParam(), data); }} {}

  std::string shown(const std::string& customer) const {
    return server_.send("GET", "/api/customers/" + customer + "/orders").body;
  }
  std::string order_of(const std::string& customer) const {
    return field(shown(customer), "orderID");
  }
  std::string await(const std::string& customer, std::string_view status) const {
    auto order = await_status(server_, customer, order_of(customer), status, 20s);
    EXPECT_EQ(field(order, "status"), status) << customer << ": " << order;
    return order;
  }
  std::string await_cancelled(const std::string& customer, std::string_view payment) const {
    auto order = await(customer, "cancelled");
    EXPECT_EQ(field(order, "paymentStatus"), payment) << customer << ": " << order;
    return order;
  }
  // Their links were asked for, and the answer did not come. They are asked for again as long as
  // the provider knows their keys, a day; a folder that is older has these orders cancelled.
  std::string status_after_pending(const std::string& customer) const {
    for (int tries = 0; tries < 1000; ++tries) {
      auto status = field(shown(customer), "status");
      if (status == "waiting_payment" || status == "cancelled") return status;
      std::this_thread::sleep_for(20ms);
    }
    ADD_FAILURE() << customer << ": " << shown(customer);
    return {};
  }

  void pay(const std::string& customer) const {
    const auto order = await(customer, "waiting_payment");
    const auto paid = server_.send("POST", link_path(order) + "/pay", R"({"token":"tok_visa"})");
    EXPECT_EQ(paid.status, 200) << customer << ": " << paid.body;
    await(customer, "paid");
  }
  void cancel(const std::string& customer) const {
    const auto path = "/api/customers/" + customer + "/orders/" + order_of(customer) + "/cancel";
    EXPECT_LT(server_.send("POST", path).status, 300) << customer;
  }

  // What an operator still has to do for that order.
  void operate(const std::string& customer, const std::string& things, const std::string& action,
               std::string_view status) const {
    const auto path = "/api/admin/" + things + "/" + order_of(customer) + "/" + action;
    const auto done = server_.send("POST", path, {}, true);
    EXPECT_LT(done.status, 300) << customer << ", " << action << ": " << done.body;
    await(customer, status);
  }
  void cook(const std::string& customer) const {
    operate(customer, "tickets", "accept", "preparing");
    serve(customer);
  }
  void serve(const std::string& customer) const {
    operate(customer, "tickets", "ready", "ready");
    dispatch(customer);
  }
  void dispatch(const std::string& customer) const {
    operate(customer, "deliveries", "dispatch", "delivering");
    deliver(customer);
  }
  void deliver(const std::string& customer) const {
    operate(customer, "deliveries", "deliver", "completed");
  }

  // Places the order that was placed before, under the same key.
  HttpResponse repeat(const std::string& customer, const std::string& key,
                      std::string_view body) const {
    const auto client = HttpClient::to(server_.url());
    return client
        ->send("POST", "/api/customers/" + customer + "/orders",
               {{"Content-Type", "application/json"}, {"Idempotency-Key", key}}, body)
        .value();
  }
  void expect_sound(const ServerProcess::Flags& words) const {
    const auto check = server_.run(words);
    EXPECT_EQ(check.code, 0) << check.output;
    EXPECT_THAT(check.output, HasSubstr("3 archived orders"));
  }
  bool was_killed() const { return GetParam() == std::string_view{"killed"}; }

  ServerProcess server_;
};

class UpgradeOfAKitchenThatCooksByItself : public Upgrade {
 protected:
  UpgradeOfAKitchenThatCooksByItself()
      : Upgrade{{"--kitchen-time", "1s", "--delivery-time", "0"}} {}
};

TEST_P(Upgrade, EveryOrderEnds) {
  await_cancelled("refunding", "refunded");  // the provider had not answered
  await_cancelled("closing", "expired");
  if (was_killed()) {
    await_cancelled("paid_2", "refunded");
    await("killed", "cancelled");  // its window ended while nobody served
    await("killed_with_key", "cancelled");
  } else {
    cancel("paid_2");
    await_cancelled("paid_2", "refunded");
  }
  for (const auto* customer : {"waiting", "waiting_wrong_webhook"}) pay(customer);
  for (const auto* customer : {"waiting", "waiting_wrong_webhook", "paid"}) cook(customer);
  if (status_after_pending("pending") == "waiting_payment") {
    pay("pending");
    cook("pending");
  }
  if (status_after_pending("pending_2") == "waiting_payment") {
    cancel("pending_2");
    await_cancelled("pending_2", "expired");
  }
  serve("preparing");
  for (const auto* customer : {"ready", "failed"}) dispatch(customer);
  deliver("delivering");
  deliver("travelling");  // what went by itself is done by hand from now on
  serve("cooking");
  cook("queued");
  expect_sound({"check", "--quiescent", "--wait", "60"});
  EXPECT_EQ(server_.stop(), 0);
  expect_sound({"check", "--quiescent"});
}

TEST_P(UpgradeOfAKitchenThatCooksByItself, LeadsOnWhatIsCookedAndDelivered) {
  for (const auto* customer : {"travelling", "cooking", "queued"}) await(customer, "completed");
  expect_sound({"check"});
}

TEST_P(Upgrade, WhatHasEndedStaysAsItWas) {
  for (const auto* customer : {"completed", "completed_1", "completed_2"}) {
    EXPECT_EQ(field(shown(customer), "status"), "completed") << shown(customer);
  }
  EXPECT_EQ(field(shown("cancelled_unpaid"), "reason"), "customer_request");
  EXPECT_EQ(field(shown("out_of_stock"), "reason"), "out_of_stock");
  EXPECT_EQ(field(shown("expired"), "reason"), "payment_expired");
  EXPECT_EQ(field(shown("rejected"), "reason"), "kitchen_rejected");
  EXPECT_EQ(field(shown("cancelled_paid"), "paymentStatus"), "refunded");
  EXPECT_EQ(field(shown("cancelled_paid"), "refunded"), "1150");
  expect_sound({"check"});
}

TEST_P(Upgrade, ACompletedOrderCanBeRefunded) {
  const auto refunds = "/api/admin/orders/" + order_of("completed") + "/refunds";
  const auto body = R"({"items":[{"line":1,"quantity":1,"returned":true}],"reason":"cold"})";
  const auto asked = server_.send("POST", refunds, body, true);
  EXPECT_EQ(asked.status, 202) << asked.body;
  const auto all = server_.send("POST", "/api/admin/orders/" + order_of("completed_1") + "/refunds",
                                R"({"everything":true,"reason":"cold"})", true);
  EXPECT_EQ(all.status, 202) << all.body;
  expect_sound({"check", "--wait", "30"});
  EXPECT_EQ(field(shown("completed"), "paymentStatus"), "partially_refunded");
  EXPECT_EQ(field(shown("completed"), "refunded"), "450");
  EXPECT_EQ(field(shown("completed_1"), "paymentStatus"), "refunded");
  EXPECT_EQ(field(shown("completed_1"), "status"), "completed");
}

TEST_P(Upgrade, AReplayedKeyAnswersTheOldOrder) {
  const auto again = repeat("completed", "placed-before", R"({
  "items":[{"productID":"1","quantity":2},{"productID":"ramen","quantity":1}],"customer":
  {"name":"Ada","email":"ada@example.com","phoneNumber":"+15550100"}})");
  EXPECT_EQ(again.status, 201) << again.body;
  EXPECT_EQ(field(again.body, "orderID"), order_of("completed"));
  const auto other = repeat("completed", "placed-before", R"({"items":[]})");
  EXPECT_GE(other.status, 400) << "it is another request: " << other.body;
  if (!was_killed()) return;
  const auto killed = repeat("killed_with_key", "placed-and-killed",
                             R"({"items":[{"productID":"2","quantity":1}]})");
  EXPECT_EQ(killed.status, 201) << killed.body;
  EXPECT_EQ(field(killed.body, "orderID"), order_of("killed_with_key"));
}

TEST_P(Upgrade, TheArchiveAndTheDeadLettersAreThere) {
  std::ifstream archive{server_.data() / "archive.jsonl"};
  std::string line;
  std::getline(archive, line);
  const auto path = "/api/customers/archived_1/orders/" + field(line, "id");
  EXPECT_EQ(server_.send("GET", path).status, 410);
  const auto letters = server_.send("GET", "/api/admin/dead-letters", {}, true).body;
  EXPECT_THAT(letters, HasSubstr("the provider captured another amount or currency"));
  const auto order = order_of("waiting_wrong_webhook");
  EXPECT_EQ(field(letters, "orderID"), order);
  const auto all = "/api/admin/orders/" + order + "/dead-letters/";
  EXPECT_LT(server_.send("POST", all + field(letters, "id") + "/replay", {}, true).status, 300);
  const auto again = server_.send("GET", "/api/admin/dead-letters", {}, true).body;
  EXPECT_THAT(again, HasSubstr("the provider's event is about 1")) << "it is as wrong as before";
  EXPECT_LT(server_.send("POST", all + field(again, "id") + "/drop", {}, true).status, 300);
  EXPECT_EQ(server_.send("GET", "/api/admin/dead-letters", {}, true).body, R"({"deadLetters":[]})");
}

TEST_P(Upgrade, AFileOfANewerVersionIsRefused) {
  EXPECT_EQ(server_.stop(), 0);
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((server_.data() / "oms.db").c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, "pragma user_version = 1000", nullptr, nullptr, nullptr), 0);
  sqlite3_close(database);
  for (const auto& words :
       {ServerProcess::Flags{"up", "--listen", "127.0.0.1:0"}, ServerProcess::Flags{"check"}}) {
    const auto ran = server_.run(words);
    EXPECT_EQ(ran.code, 2) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("was written by a newer version of this program"));
  }
}

INSTANTIATE_TEST_SUITE_P(OfAServerThatWas, Upgrade, ::testing::Values("ended", "killed"),
                         [](const auto& folder) { return std::string{folder.param}; });
INSTANTIATE_TEST_SUITE_P(OfAServerThatWas, UpgradeOfAKitchenThatCooksByItself,
                         ::testing::Values("ended", "killed"),
                         [](const auto& folder) { return std::string{folder.param}; });

}  // namespace
}  // namespace oms::testing
