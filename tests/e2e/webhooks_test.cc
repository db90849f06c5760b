// Signed webhooks from outside: what the provider tells beyond the usual way of an order.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "adapters/stripe/webhook_signature.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

class Webhooks : public ::testing::Test {
 protected:
  // An event of that type about that object, signed as the provider signs; the answer's status.
  int tell(const std::string& type, const std::string& object) {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
    const auto body = R"({"id":"evt_out_)" + std::to_string(++events_) +
                      R"(","object":"event","created":)" + std::to_string(now.count()) +
                      R"(,"type":")" + type + R"(","data":{"object":)" + object + "}}";
    const stripe::WebhookSignature signature{{secret()}};
    const auto client = HttpClient::to(server_.url());
    const auto answer =
        client.value().send("POST", "/webhook",
                            {{"Content-Type", "application/json"},
                             {"Stripe-Signature", signature.sign(body, Time{now.count() * 1000})}},
                            body);
    return answer ? answer->status : 0;
  }

  // The charge of that order, of which so much is refunded.
  int tell_refunded(const std::string& order, int amount) {
    return tell("charge.refunded", R"({"id":"ch_1","amount":450,"amount_refunded":)" +
                                       std::to_string(amount) + R"(,"currency":"usd",)" +
                                       metadata(order) + "}");
  }
  int tell_dispute(const std::string& order, const std::string& type, const std::string& status) {
    return tell("charge.dispute." + type,
                R"({"id":"dp_1","amount":450,"currency":"usd","payment_intent":"pi_)" + order +
                    R"(","status":")" + status + R"("})");
  }
  int tell_completed(const std::string& order, const std::string& session, int amount) {
    return tell("checkout.session.completed", R"({"id":")" + session +
                                                  R"(","client_reference_id":")" + order +
                                                  R"(","payment_status":"paid","amount_total":)" +
                                                  std::to_string(amount) + R"(,"currency":"usd"})");
  }

  std::string open_order() {
    auto order = place(server_, "c1", "1");
    await_status(server_, "c1", order, "waiting_payment");
    return order;
  }
  std::string paid_order() {
    auto order = open_order();
    server_.send("POST", link_path(shown(order)) + "/pay", R"({"token":"tok_visa"})");
    await_status(server_, "c1", order, "paid");
    return order;
  }
  std::string session_of(const std::string& order) const {
    return link_path(shown(order)).substr(std::string_view{"/checkout/"}.size());
  }
  std::string shown(const std::string& order) const {
    return server_.send("GET", "/api/customers/c1/orders/" + order).body;
  }
  // The provider is answered first, and then it is counted.
  bool metrics_have(const std::string& line) const {
    for (int tries = 0; tries < 100; ++tries) {
      if (server_.send("GET", "/metrics").body.find(line) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return false;
  }
  void expect_sound() const {
    const auto check = server_.run({"check"});
    EXPECT_EQ(check.code, 0) << check.output;
  }

 private:
  std::string secret() const {
    std::ifstream file{server_.data() / "webhook.secret"};
    std::string secret{std::istreambuf_iterator<char>{file}, {}};
    while (!secret.empty() && secret.back() == '\n') secret.pop_back();
    return secret;
  }
  static std::string metadata(const std::string& order) {
    return R"("metadata":{"order_id":")" + order + R"("})";
  }

 protected:
  ServerProcess server_{{"--kitchen", "manual"}};

 private:
  int events_ = 0;
};

TEST_F(Webhooks, APartialRefundIsShownAndTheRestFollowsTheCancellation) {
  const auto order = paid_order();
  EXPECT_EQ(tell_refunded(order, 1), 200);
  EXPECT_EQ(field(shown(order), "paymentStatus"), "partially_refunded");
  EXPECT_EQ(field(shown(order), "refunded"), "1");
  EXPECT_EQ(field(shown(order), "initiatedBy"), "provider");
  EXPECT_TRUE(metrics_have(R"(oms_payment_alarms_total{kind="refunded_by_provider"} 1)"));
  expect_sound();
  server_.send("POST", "/api/customers/c1/orders/" + order + "/cancel");
  EXPECT_EQ(field(await_status(server_, "c1", order, "cancelled"), "refunded"), "450");
  expect_sound();
}

TEST_F(Webhooks, AFullRefundBeforeTheKitchenHasStartedCancelsTheOrder) {
  const auto order = paid_order();
  EXPECT_EQ(tell_refunded(order, 450), 200);
  const auto ended = await_status(server_, "c1", order, "cancelled");
  EXPECT_EQ(field(ended, "reason"), "refunded_by_provider");
  EXPECT_EQ(field(ended, "paymentStatus"), "refunded");
  expect_sound();
}

TEST_F(Webhooks, ADisputeIsShownUntilItIsWon) {
  const auto order = paid_order();
  EXPECT_EQ(tell_dispute(order, "created", "needs_response"), 200);
  EXPECT_EQ(field(shown(order), "disputed"), "450");
  EXPECT_TRUE(metrics_have(R"(oms_payment_alarms_total{kind="disputed"} 1)"));
  EXPECT_EQ(tell_dispute(order, "closed", "won"), 200);
  EXPECT_EQ(field(shown(order), "disputed"), "0");
  expect_sound();
}

TEST_F(Webhooks, ADisputeOfAnUnknownOrderIsAnAlarm) {
  EXPECT_EQ(tell_dispute("65a000000102030405000001", "created", "needs_response"), 200);
  EXPECT_EQ(tell_dispute("3Mtw", "created", "needs_response"), 200);
  EXPECT_TRUE(metrics_have(R"(oms_payment_alarms_total{kind="unknown_payment"} 2)"));
  EXPECT_TRUE(metrics_have("oms_dead_letters_total 0"));
}

TEST_F(Webhooks, ThatCarryAnothersSessionOrAnotherAmountPayNothing) {
  const auto first = open_order();
  const auto second = open_order();
  EXPECT_EQ(tell_completed(first, session_of(second), 450), 200);
  EXPECT_EQ(tell_completed(first, session_of(first), 1), 200);
  EXPECT_EQ(field(shown(first), "status"), "waiting_payment");
  EXPECT_EQ(field(shown(second), "status"), "waiting_payment");
  EXPECT_TRUE(metrics_have("oms_dead_letters_total 2"));
  expect_sound();
}

TEST_F(Webhooks, ABankTransferThatFailsAfterItsSuccessIsSetAside) {
  const auto order = paid_order();
  EXPECT_EQ(tell("checkout.session.async_payment_failed",
                 R"({"id":")" + session_of(order) + R"(","client_reference_id":")" + order +
                     R"(","payment_status":"unpaid","amount_total":450,"currency":"usd"})"),
            200);
  EXPECT_TRUE(metrics_have("oms_dead_letters_total 1"));
  EXPECT_EQ(field(shown(order), "status"), "paid");
}

}  // namespace
}  // namespace oms::testing
