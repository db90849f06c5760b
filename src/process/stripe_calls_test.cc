// How the Stripe adapter behaves where the other side does not: a server that answers as it is
// told.
#include <gmock/gmock.h>

#include <algorithm>
#include <deque>
#include <mutex>

#include "adapters/http/test_server.h"
#include "process/served_provider.h"

namespace oms::testing {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Ended = PaymentOutcome::Result;

constexpr std::string_view session =
    R"({"id":"cs_1","object":"checkout.session","amount_total":900,"currency":"usd",)"
    R"("payment_status":"unpaid","status":"open","url":"https://pay.example/cs_1",)"
    R"("payment_intent":null})";

HttpResponse error(int status, std::string retry = {}) {
  HttpResponse response{.status = status,
                        .body = R"({"error":{"type":"api_error","message":"no"}})"};
  if (!retry.empty()) response.headers.emplace_back("Stripe-Should-Retry", std::move(retry));
  return response;
}
HttpResponse good() {
  return {.body = std::string{session}};
}

class StripeCalls : public ::testing::Test {
 protected:
  ~StripeCalls() override {
    const std::scoped_lock lock{mutex_};
    held_.clear();  // the server waits for their answers
  }
  PaymentOutcome create(std::deque<HttpResponse> answers) {
    {
      const std::scoped_lock lock{mutex_};
      answers_ = std::move(answers);
    }
    return perform(provider(), creation(1));
  }
  StripeProvider& provider() {
    if (!provider_) {
      settings_.key = "sk_test_1";
      settings_.webhook_secrets = {"whsec_new", "whsec_old"};
      if (settings_.url.starts_with("https")) {
        settings_.url = "http://127.0.0.1:" + std::to_string(server_.port());
      }
      settings_.first_pause = Duration{5};
      provider_.emplace(settings_, clock_);
    }
    return *provider_;
  }
  PaymentOperation creation(int n) {
    return {.kind = PaymentOperation::Kind::create_link,
            .order_id = order_of_now(n),
            .idempotency_key = "k" + std::to_string(n),
            .amount = 900,
            .currency = "usd",
            .expires_at = clock_.wall() + std::chrono::hours{1}};
  }
  std::size_t asked() {
    const std::scoped_lock lock{mutex_};
    return requests_.size();
  }

  process::SystemClock clock_;
  std::mutex mutex_;
  std::deque<HttpResponse> answers_;
  std::vector<HttpRequest> requests_;
  bool is_silent_ = false;
  std::vector<HttpExchange> held_;
  stripe::Settings settings_;
  TestServer server_{[this](HttpRequest request, HttpExchange exchange) {
    const std::scoped_lock lock{mutex_};
    requests_.push_back(std::move(request));
    if (is_silent_) return held_.push_back(std::move(exchange));
    auto answer = answers_.empty() ? error(500, "false") : std::move(answers_.front());
    if (!answers_.empty()) answers_.pop_front();
    exchange.answer(std::move(answer));
  }};
  std::optional<StripeProvider> provider_;
};

TEST_F(StripeCalls, SayWhoAsksInWhichVersionAndForWhich) {
  EXPECT_EQ(create({good()}).result, Ended::done);
  const auto& request = requests_.at(0);
  EXPECT_EQ(request.header("authorization"), "Bearer sk_test_1");
  EXPECT_EQ(request.header("stripe-version"), stripe::api_version);
  EXPECT_EQ(request.header("idempotency-key"), "k1");
  EXPECT_EQ(request.header("content-type"), "application/x-www-form-urlencoded");
}

TEST_F(StripeCalls, AreRepeatedWithTheSameKeyAndFormAfterAConflictOrTooMany) {
  for (const int status : {409, 429, 500, 503}) {
    requests_.clear();
    EXPECT_EQ(create({error(status), error(status), good()}).result, Ended::done) << status;
    ASSERT_EQ(asked(), 3U);
    EXPECT_EQ(requests_.at(2).header("idempotency-key"), "k1");
    EXPECT_EQ(requests_.at(2).body, requests_.at(0).body);
  }
}

TEST_F(StripeCalls, EndAsUnknownAfterThreeAttempts) {
  const auto outcome = create({error(500), error(500), error(500), good()});
  EXPECT_EQ(outcome.result, Ended::unknown);
  EXPECT_EQ(asked(), 3U);
}

TEST_F(StripeCalls, ObeyWhatStripeSaysOfRepeating) {
  EXPECT_EQ(create({error(500, "false"), good()}).result, Ended::unknown);
  EXPECT_EQ(asked(), 1U);
  EXPECT_EQ(create({error(400, "true"), good()}).result, Ended::done);
}

TEST_F(StripeCalls, AreRefusedWhereStripeHasSaidNo) {
  const auto outcome = create({error(400), good()});
  EXPECT_EQ(outcome.result, Ended::refused);
  EXPECT_EQ(outcome.detail, "no");
  EXPECT_EQ(asked(), 1U);
}

TEST_F(StripeCalls, WaitForACorrectKeyInsteadOfGivingOrdersUp) {
  EXPECT_EQ(create({error(401)}).result, Ended::unknown);
  EXPECT_EQ(create({error(403)}).result, Ended::unknown);
}

TEST_F(StripeCalls, ThatReachNobodyAreUnknown) {
  settings_.url = "http://127.0.0.1:1";
  EXPECT_EQ(create({}).result, Ended::unknown);
}

TEST_F(StripeCalls, ThatAreNotAnsweredInTimeAreUnknown) {
  settings_.call_timeout = Duration{50};
  settings_.operation_timeout = Duration{120};
  is_silent_ = true;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(create({}).result, Ended::unknown);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
  EXPECT_GE(asked(), 1U);
}

TEST_F(StripeCalls, OfAnAnswerThatCannotBeReadNothingIsKnown) {
  EXPECT_EQ(create({HttpResponse{.body = "<html>"}}).result, Ended::unknown);
}

TEST_F(StripeCalls, AreAtMostThirtyTwoAtATime) {
  is_silent_ = true;
  std::atomic<int> ended = 0;
  for (int n = 0; n < 100; ++n) {
    provider().start(creation(n), [&](const PaymentOutcome& outcome) {
      if (outcome.result == Ended::done) ++ended;
    });
  }
  ASSERT_TRUE(eventually([&] { return asked() == 32; }));
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  EXPECT_EQ(asked(), 32U);
  EXPECT_EQ(provider().limits().in_flight_max, 32U);
  while (ended < 100) {
    std::vector<HttpExchange> held;
    {
      const std::scoped_lock lock{mutex_};
      held.swap(held_);
    }
    EXPECT_LE(held.size(), 32U);
    for (auto& exchange : held) exchange.answer(good());
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  EXPECT_EQ(asked(), 100U);
}

TEST_F(StripeCalls, AreNotMadeWhileStripeDoesNotAnswer) {
  std::mutex mutex;
  std::vector<std::string> warnings;
  settings_.attempts_max = 1;
  settings_.breaker = {.failures_max = 3, .first_pause = Duration{200}};
  settings_.warn = [&](const std::string& text) {
    const std::scoped_lock lock{mutex};
    warnings.push_back(text);
  };
  EXPECT_EQ(create({error(429), error(429), error(429)}).result, Ended::unknown);
  for (int n = 0; n < 2; ++n) create({error(429)});
  EXPECT_THAT(warnings, IsEmpty()) << "one that says 429 is alive";
  for (int n = 0; n < 3; ++n) EXPECT_EQ(create({error(503)}).result, Ended::unknown);
  const auto before = asked();
  const auto unasked = create({good()});
  EXPECT_EQ(unasked.result, Ended::unknown) << "it may be done later";
  EXPECT_THAT(unasked.detail, HasSubstr("was not asked"));
  EXPECT_EQ(asked(), before);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("does not answer (status 503)")));
  std::this_thread::sleep_for(std::chrono::milliseconds{220});
  EXPECT_EQ(create({good()}).result, Ended::done);
  EXPECT_EQ(create({good()}).result, Ended::done);
  EXPECT_EQ(asked(), before + 2);
  EXPECT_THAT(warnings, ElementsAre(_, "Stripe answers again"));
}

TEST_F(StripeCalls, AreRepeatedWhereTheConnectionIsLost) {
  settings_.call_timeout = Duration{300};
  is_silent_ = true;
  auto order = creation(1);
  std::promise<PaymentOutcome> told;
  provider().start(order, [&](PaymentOutcome o) { told.set_value(std::move(o)); });
  ASSERT_TRUE(eventually([&] { return asked() == 2; })) << "the first was not answered in time";
  {
    const std::scoped_lock lock{mutex_};
    EXPECT_EQ(requests_.at(1).header("idempotency-key"), "k1");
    is_silent_ = false;
    answers_ = {good()};
  }
  EXPECT_EQ(told.get_future().get().result, Ended::done);
}

TEST_F(StripeCalls, NamePricesOrBringTheirOwn) {
  auto order = creation(1);
  order.lines = {
      {.product_name = "Soup", .quantity = 2, .price_id = "price_soup", .unit_price = 300},
      {.product_name = "Bread", .quantity = 1, .unit_price = 300}};
  const auto form_of = [&](bool has_prices) {
    provider_.reset();
    settings_.has_prices = has_prices;
    answers_ = {good()};
    EXPECT_EQ(perform(provider(), order).result, Ended::done);
    return requests_.back().body;
  };
  EXPECT_THAT(form_of(false),
              AllOf(HasSubstr("line_items%5B0%5D%5Bprice_data%5D"), Not(HasSubstr("price_soup"))));
  EXPECT_THAT(form_of(true),
              AllOf(HasSubstr("line_items%5B0%5D%5Bprice%5D=price_soup"),
                    Not(HasSubstr("line_items%5B0%5D%5Bprice_data%5D")),
                    HasSubstr("line_items%5B1%5D%5Bprice_data%5D%5Bunit_amount%5D=300")));
}

TEST_F(StripeCalls, AskForMoreThanAHundredLinesInOneSum) {
  auto order = creation(1);
  order.lines.assign(101, {.product_name = "Soup", .quantity = 1, .unit_price = 9});
  order.amount = 909;
  answers_ = {good(), good()};
  perform(provider(), order);
  EXPECT_THAT(requests_.front().body,
              AllOf(HasSubstr("%5Bunit_amount%5D=909"), Not(HasSubstr("line_items%5B1%5D"))));
}

TEST_F(StripeCalls, TakeNoMoneyByASessionOverAnotherSum) {
  std::vector<std::string> warnings;
  settings_.warn = [&](const std::string& text) { warnings.push_back(text); };
  auto order = creation(1);
  for (const auto& [amount, currency] : {std::pair{800, "usd"}, std::pair{900, "eur"}}) {
    requests_.clear();
    warnings.clear();
    order.amount = amount;
    order.currency = currency;
    answers_ = {good(), good()};
    const auto outcome = perform(provider(), order);
    EXPECT_EQ(outcome.result, Ended::refused);
    EXPECT_THAT(outcome.detail, HasSubstr("Stripe's prices come to 900 usd"));
    ASSERT_EQ(asked(), 2U);
    EXPECT_EQ(requests_.at(1).path, "/v1/checkout/sessions/cs_1/expire");
    EXPECT_EQ(requests_.at(1).header("idempotency-key"), "k1-expire");
    EXPECT_THAT(warnings, ElementsAre(HasSubstr(order.order_id.text())));
  }
}

TEST_F(StripeCalls, EndWhenTheProviderDoes) {
  is_silent_ = true;
  std::promise<PaymentOutcome> told;
  auto outcome = told.get_future();
  provider().start(creation(1), [&](PaymentOutcome o) { told.set_value(std::move(o)); });
  ASSERT_TRUE(eventually([&] { return asked() == 1; }));
  provider_.reset();
  EXPECT_EQ(outcome.get().result, Ended::unknown);
}

TEST_F(StripeCalls, TakeWebhooksOfEitherSecret) {
  const auto now = clock_.wall();
  const std::string body = R"({"id":"evt_1","object":"event","created":1,"type":"ping","data":)"
                           R"({"object":{}}})";
  for (const auto* secret : {"whsec_new", "whsec_old"}) {
    const stripe::WebhookSignature signature{{secret}};
    EXPECT_TRUE(provider().read_webhook(signature.sign(body, now), body, now)) << secret;
  }
  const stripe::WebhookSignature other{{"whsec_other"}};
  EXPECT_FALSE(provider().read_webhook(other.sign(body, now), body, now));
}

}  // namespace
}  // namespace oms::testing
