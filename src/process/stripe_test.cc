// The Stripe adapter against `oms provider`, which speaks the same paths.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "adapters/http/test_server.h"
#include "process/served_provider.h"

namespace oms::testing {
namespace {

using ::testing::HasSubstr;
using Kind = PaymentOperation::Kind;
using Ended = PaymentOutcome::Result;
using Word = ProviderWord;
using std::chrono::hours;

class Stripe : public ::testing::Test {
 protected:
  void use(simulated::Settings faults = {}) {
    stripe_.reset();
    if (served_) {
      served_->restart(std::move(faults));
    } else {
      served_.emplace(std::move(faults));
    }
    stripe::Settings settings{.key = "sk_test_1",
                              .webhook_secrets = {served_->secret()},
                              .url = served_->url(),
                              .shop_url = "http://shop.example"};
    settings.first_pause = Duration{10};
    stripe_.emplace(settings, clock_);
  }
  void SetUp() override { use(); }

  PaymentOperation creation(int n) {
    return {.kind = Kind::create_link,
            .order_id = order_of_now(n),
            .idempotency_key = order_of_now(n).text() + "-link",
            .amount = 900,
            .currency = "usd",
            .customer_id = "c 1",
            .lines = {{.product_name = "Käse & Brot", .quantity = 2, .unit_price = 450}},
            .expires_at = clock_.wall() + hours{1}};
  }
  static PaymentOperation about(const PaymentOutcome& link, const PaymentOperation& creation,
                                Kind kind, MinorUnits amount = 0, std::int32_t number = 0) {
    return {.kind = kind,
            .order_id = creation.order_id,
            .idempotency_key = creation.order_id.text() + "-" +
                               std::to_string(static_cast<int>(kind)) + "-" +
                               std::to_string(number),
            .session_id = link.session_id,
            .amount = amount,
            .currency = "usd",
            .number = number};
  }
  PaymentOutcome run(PaymentOperation operation) { return perform(*stripe_, std::move(operation)); }

  process::SystemClock clock_;
  std::optional<ServedProvider> served_;
  std::optional<StripeProvider> stripe_;
};

TEST_F(Stripe, OpensASessionWithTheOrdersLinesAndName) {
  const auto order = creation(1);
  const auto link = run(order);
  ASSERT_EQ(link.result, Ended::done) << link.detail;
  EXPECT_EQ(link.word, Word::open);
  EXPECT_EQ(link.link, served_->url() + "/checkout/" + link.session_id);
  EXPECT_EQ(link.amount, 900);
  EXPECT_EQ(link.currency, "usd");
  const auto session = served_->get("/v1/checkout/sessions/" + link.session_id);
  EXPECT_THAT(session, HasSubstr(R"("client_reference_id":")" + order.order_id.text()));
  EXPECT_THAT(session, HasSubstr(R"("metadata":{"order_id":")" + order.order_id.text()));
  EXPECT_THAT(session, HasSubstr("http://shop.example/success.html?customerID=c%201&orderID="));
  EXPECT_THAT(session,
              HasSubstr(R"("expires_at":)" + std::to_string(order.expires_at.unix_ms / 1000)));
  EXPECT_THAT(served_->get("/checkout/" + link.session_id + "/session"),
              HasSubstr("2 × Käse & Brot"));
}

TEST_F(Stripe, AsksForOneSumWhereTheLinesComeToAnother) {
  auto order = creation(1);
  order.amount = 950;
  const auto link = run(order);
  EXPECT_EQ(link.amount, 950);
  EXPECT_THAT(served_->get("/checkout/" + link.session_id + "/session"), HasSubstr("1 × Order "));
}

TEST_F(Stripe, RepeatedWithItsKeyIsTheSameSession) {
  const auto order = creation(1);
  const auto first = run(order);
  EXPECT_EQ(run(order).session_id, first.session_id);
}

TEST_F(Stripe, GivesTheSessionThatItsKeyHasMadeWithAnotherTimeToLive) {
  auto order = creation(1);
  const auto first = run(order);
  order.expires_at = order.expires_at + hours{1};
  const auto again = run(order);
  EXPECT_EQ(again.result, Ended::done) << again.detail;
  EXPECT_EQ(again.session_id, first.session_id);
}

TEST_F(Stripe, LivesHalfAnHourAtLeastWhateverIsAsked) {
  auto order = creation(1);
  order.expires_at = clock_.wall() + std::chrono::minutes{5};
  EXPECT_EQ(run(order).result, Ended::done);
}

TEST_F(Stripe, SaysWhatHasBecomeOfASession) {
  const auto order = creation(1);
  const auto link = run(order);
  const auto look = about(link, order, Kind::look_up);
  EXPECT_EQ(run(look).word, Word::open);
  EXPECT_EQ(served_->pay(link.session_id), 200);
  const auto paid = run(look);
  EXPECT_EQ(paid.word, Word::paid);
  EXPECT_EQ(paid.amount, 900);
  EXPECT_EQ(paid.refunded, 0);
}

TEST_F(Stripe, FindsASessionWhoseNameWasLost) {
  const auto order = creation(1);
  const auto link = run(order);
  for (int n = 2; n < 130; ++n) run(creation(n));  // and it is on the second page
  auto look = about(link, order, Kind::look_up);
  look.session_id.clear();
  const auto found = run(look);
  EXPECT_EQ(found.session_id, link.session_id) << found.detail;
  EXPECT_EQ(found.word, Word::open);
}

TEST_F(Stripe, RefusesWhatThereIsNot) {
  auto look = about({}, creation(7), Kind::look_up);
  EXPECT_EQ(run(look).result, Ended::refused);
  look.session_id = "cs_test_1";
  EXPECT_EQ(run(look).result, Ended::refused);
  auto free = creation(1);
  free.amount = 0;
  free.lines.clear();
  EXPECT_EQ(run(free).result, Ended::refused);
}

TEST_F(Stripe, ExpiresAnOpenSession) {
  const auto order = creation(1);
  const auto link = run(order);
  const auto expire = about(link, order, Kind::expire_link);
  EXPECT_EQ(run(expire).word, Word::expired);
  EXPECT_EQ(run(expire).word, Word::expired);
  EXPECT_EQ(served_->pay(link.session_id), 409);
}

TEST_F(Stripe, SaysThatTheCustomerWasFaster) {
  const auto order = creation(1);
  const auto link = run(order);
  served_->pay(link.session_id);
  const auto outcome = run(about(link, order, Kind::expire_link));
  EXPECT_EQ(outcome.result, Ended::done);
  EXPECT_EQ(outcome.word, Word::paid);
  EXPECT_EQ(outcome.amount, 900);
}

TEST_F(Stripe, RefundsInPartsOnceForEachKey) {
  const auto order = creation(1);
  const auto link = run(order);
  EXPECT_EQ(run(about(link, order, Kind::refund, 400, 1)).result, Ended::refused) << "not paid";
  served_->pay(link.session_id);
  const auto first = run(about(link, order, Kind::refund, 400, 2));
  ASSERT_EQ(first.result, Ended::done) << first.detail;
  EXPECT_EQ(first.word, Word::refunded);
  EXPECT_EQ(first.amount, 400);
  EXPECT_EQ(first.refunded, 400);
  EXPECT_EQ(first.number, 2);
  EXPECT_EQ(run(about(link, order, Kind::refund, 400, 2)).refund_id, first.refund_id);
  EXPECT_EQ(run(about(link, order, Kind::refund, 501, 3)).result, Ended::refused);
  EXPECT_EQ(run(about(link, order, Kind::refund, 500, 4)).refunded, 900);
  EXPECT_EQ(run(about(link, order, Kind::look_up)).word, Word::refunded);
}

// --- several links of one order ------------------------------------------------------------------

TEST_F(Stripe, FindsTheLinkOfThatNumberWhereItsNameWasLost) {
  const auto order = creation(1);
  const auto first = run(order);
  run(about(first, order, Kind::expire_link));
  auto second = order;
  second.link = 2;
  second.idempotency_key += "-2";
  auto look = about({}, order, Kind::look_up);
  look.link = 2;
  EXPECT_EQ(run(look).result, Ended::refused) << "the first is another one";
  const auto made = run(second);
  EXPECT_NE(made.session_id, first.session_id);
  EXPECT_EQ(run(look).session_id, made.session_id);
  look.link = 1;
  EXPECT_EQ(run(look).session_id, first.session_id);
}

// --- cards ---------------------------------------------------------------------------------------

class StripeCards : public Stripe {
 protected:
  // The n-th order, made when it is first asked for: its id tells when.
  Id order(int n) { return orders_.try_emplace(n, order_of_now(n)).first->second; }
  PaymentOperation card(int n, Kind kind, const char* token = "tok_visa") {
    return {.kind = kind,
            .order_id = order(n),
            .idempotency_key = order(n).text() + "-card",
            .amount = 900,
            .currency = "usd",
            .payment_token = token,
            .link = 0};
  }
  // What is asked of the intent that was made.
  PaymentOutcome ask(const PaymentOutcome& made, int n, Kind kind, std::int32_t number = 0) {
    auto operation = card(n, kind, "");
    operation.session_id = made.session_id;
    operation.idempotency_key += "-" + std::to_string(static_cast<int>(kind));
    operation.number = number;
    return run(operation);
  }

 private:
  std::map<int, Id> orders_;
};

TEST_F(StripeCards, ChargesOnceForEachKeyAndRefunds) {
  for (const auto* token : {"tok_visa", "pm_card_visa"}) {
    const int n = token[0] == 't' ? 1 : 2;
    const auto charged = run(card(n, Kind::charge, token));
    ASSERT_EQ(charged.result, Ended::done) << charged.detail;
    EXPECT_EQ(charged.word, Word::paid);
    EXPECT_EQ(charged.amount, 900);
    EXPECT_EQ(charged.currency, "usd");
    EXPECT_TRUE(charged.session_id.starts_with("pi_"));
    EXPECT_EQ(run(card(n, Kind::charge, token)).session_id, charged.session_id);
    EXPECT_EQ(ask(charged, n, Kind::refund, 1).refunded, 900);
    EXPECT_EQ(ask(charged, n, Kind::look_up).word, Word::refunded);
  }
}

TEST_F(StripeCards, SaysWhyACardIsDeclined) {
  const auto declined = run(card(1, Kind::charge, "tok_chargeDeclinedInsufficientFunds"));
  EXPECT_EQ(declined.result, Ended::refused);
  EXPECT_EQ(declined.word, Word::failed);
  EXPECT_EQ(declined.error.code, "insufficient_funds");
  EXPECT_EQ(declined.error.message, "Your card has insufficient funds.");
  EXPECT_TRUE(declined.session_id.starts_with("pi_"));
  EXPECT_EQ(run(card(2, Kind::authorize, "tok_chargeDeclined")).error.code, "card_declined");
  EXPECT_EQ(run(card(3, Kind::charge, "tok_unknown")).error.code, "resource_missing");
  EXPECT_EQ(ask(declined, 1, Kind::look_up).word, Word::open) << "nothing was taken";
  EXPECT_EQ(ask(declined, 1, Kind::release).word, Word::expired);
}

TEST_F(StripeCards, HoldsThenCaptures) {
  const auto held = run(card(1, Kind::authorize));
  ASSERT_EQ(held.result, Ended::done) << held.detail;
  EXPECT_EQ(held.word, Word::authorized);
  EXPECT_EQ(held.amount, 0);
  EXPECT_EQ(ask(held, 1, Kind::look_up).word, Word::authorized);
  const auto captured = ask(held, 1, Kind::capture);
  EXPECT_EQ(captured.word, Word::paid) << captured.detail;
  EXPECT_EQ(captured.amount, 900);
  EXPECT_EQ(ask(held, 1, Kind::release).word, Word::paid) << "it is too late";
  auto again = card(1, Kind::capture);
  again.session_id = held.session_id;
  again.idempotency_key = "forgotten";
  EXPECT_EQ(run(again).word, Word::paid) << "whatever the key";
}

TEST_F(StripeCards, ReleasesWhatIsHeld) {
  const auto held = run(card(1, Kind::authorize));
  EXPECT_EQ(ask(held, 1, Kind::release).word, Word::expired);
  EXPECT_EQ(ask(held, 1, Kind::release).word, Word::expired);
  EXPECT_EQ(ask(held, 1, Kind::capture).result, Ended::refused);
}

TEST_F(StripeCards, FindsWhatWasTakenWhereTheAnswerWasLost) {
  const auto charged = run(card(1, Kind::charge));
  run(creation(1));  // and a link is another matter
  for (int n = 2; n < 110; ++n) run(card(n, Kind::charge));
  auto look = card(1, Kind::look_up, "");
  const auto found = run(look);
  EXPECT_EQ(found.session_id, charged.session_id) << found.detail;
  EXPECT_EQ(found.word, Word::paid);
  look.order_id = order(120);
  EXPECT_EQ(run(look).result, Ended::refused);
}

TEST_F(StripeCards, ChargesNobodyTwiceWhereAnswersAreLost) {
  use({.seed = 7, .time_out_percent = 50});
  for (int n = 1; n <= 10; ++n) {
    auto outcome = run(card(n, Kind::charge));
    for (int i = 0; i < 10 && outcome.result == Ended::unknown; ++i) {
      outcome = run(card(n, Kind::charge));
    }
    ASSERT_EQ(outcome.result, Ended::done) << outcome.detail;
  }
  const auto all = served_->get("/v1/payment_intents?limit=100");
  std::size_t count = 0;
  for (auto at = all.find(R"("id":"pi_)"); at != std::string::npos;
       at = all.find(R"("id":"pi_)", at + 1)) {
    ++count;
  }
  EXPECT_EQ(count, 10U);
}

// --- faults --------------------------------------------------------------------------------------

TEST_F(Stripe, LosesNothingAndDoublesNothingWhereAnswersAreLost) {
  use({.seed = 7, .time_out_percent = 50});
  std::set<std::string> sessions;
  for (int n = 1; n <= 20; ++n) {
    const auto order = creation(n);
    auto outcome = run(order);
    for (int i = 0; i < 10 && outcome.result == Ended::unknown; ++i) outcome = run(order);
    ASSERT_EQ(outcome.result, Ended::done) << outcome.detail;
    sessions.insert(outcome.session_id);
  }
  EXPECT_EQ(sessions.size(), 20U);
  const auto all = served_->get("/v1/checkout/sessions?limit=100");
  std::size_t count = 0;
  for (auto at = all.find(R"("id":"cs_)"); at != std::string::npos;
       at = all.find(R"("id":"cs_)", at + 1)) {
    ++count;
  }
  EXPECT_EQ(count, 20U);
}

TEST_F(Stripe, BelievesOnlyWebhooksThatAreSigned) {
  std::mutex mutex;
  std::vector<HttpRequest> heard;
  TestServer merchant{[&](HttpRequest request, HttpExchange exchange) {
    const std::scoped_lock lock{mutex};
    heard.push_back(std::move(request));
    exchange.answer(HttpResponse{.status = heard.size() == 1 ? 500 : 200});
  }};
  (**served_).tell({"http://127.0.0.1:" + std::to_string(merchant.port()) + "/webhook"});
  const auto order = creation(1);
  served_->pay(run(order).session_id);
  ASSERT_TRUE(eventually([&] {
    const std::scoped_lock lock{mutex};
    return heard.size() == 2;
  })) << "the first was answered with 500";
  const auto& told = heard.at(1);
  EXPECT_EQ(told.body, heard.at(0).body);
  const auto now = clock_.wall();
  const auto signature = told.header("stripe-signature");
  const auto message = stripe_->read_webhook(signature, told.body, now);
  ASSERT_TRUE(message) << message.error().detail;
  EXPECT_EQ(message->order_id, order.order_id);
  EXPECT_EQ(std::get<ProviderEvent>(message->payload).word, Word::paid);
  EXPECT_FALSE(stripe_->read_webhook(signature, told.body + " ", now));
  EXPECT_FALSE(stripe_->read_webhook(signature, told.body, now + std::chrono::minutes{6}));
}

TEST_F(Stripe, AWebhookIsSentAgainUntilEveryEndpointHasAnswered) {
  std::atomic<int> heard = 0;
  TestServer merchant{[&](const HttpRequest&, HttpExchange exchange) {
    ++heard;
    exchange.answer(HttpResponse{.status = 200});
  }};
  const auto url = "http://127.0.0.1:" + std::to_string(merchant.port()) + "/webhook";
  (**served_).tell({"http://127.0.0.1:1/webhook", url});
  served_->pay(run(creation(1)).session_id);
  EXPECT_TRUE(eventually([&] { return heard >= 2; })) << "nobody listens on port 1";
}

TEST_F(Stripe, TellsOfARefundInTheWordsThatPaymentsKnows) {
  const auto order = creation(1);
  const auto link = run(order);
  served_->pay(link.session_id);
  run(about(link, order, Kind::refund, 400, 2));
  const auto events = served_->get("/v1/events?type=refund.updated");
  EXPECT_THAT(events, HasSubstr(R"("refund_number":"2")"));
  EXPECT_THAT(events, HasSubstr(order.order_id.text()));
}

}  // namespace
}  // namespace oms::testing
