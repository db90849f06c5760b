// Every call of the Stripe adapter, checked by stripe-mock against Stripe's own OpenAPI
// description, in the version that the adapter pins. Skipped where there is none: see
// scripts/servers.
#include <gmock/gmock.h>

#include <deque>
#include <map>
#include <mutex>

#include "adapters/curl/client.h"
#include "adapters/http/test_server.h"
#include "process/served_provider.h"

namespace oms::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Kind = PaymentOperation::Kind;
using Ended = PaymentOutcome::Result;
using std::chrono::hours;

constexpr const char* paid_session =
    R"({"id":"cs_test_1","object":"checkout.session","status":"complete","payment_status":"paid",)"
    R"("amount_total":900,"currency":"usd","payment_intent":{"id":"pi_1","latest_charge":null}})";
constexpr const char* open_session =
    R"({"id":"cs_test_1","object":"checkout.session","status":"open","payment_status":"unpaid",)"
    R"("amount_total":900,"currency":"usd","payment_intent":null})";
constexpr const char* asking_intent =
    R"({"id":"pi_1","object":"payment_intent","status":"requires_action","amount":900})";
constexpr const char* held_intent =
    R"({"id":"pi_1","object":"payment_intent","status":"requires_capture","amount":900})";

std::string key_is_used() {
  return R"({"error":{"type":"idempotency_error","message":"other parameters"}})";
}

// Hands each request on to stripe-mock, and keeps it. Some are answered here instead, for
// stripe-mock knows no state that leads the adapter to its rarer calls.
class StripeMock : public ::testing::Test {
 protected:
  struct Seen {
    std::string call;  // "POST /v1/refunds"
    std::string query;
    std::string body;
    std::map<std::string, std::string> headers;
    int status = 0;
    std::string answer;
  };

  void SetUp() override {
    if (mock() == nullptr) GTEST_SKIP() << "TEST_STRIPE names no stripe-mock: see scripts/servers";
    provider_.emplace(settings(), clock_);
  }
  static const char* mock() { return std::getenv("TEST_STRIPE"); }

  stripe::Settings settings() {
    return {.key = "sk_test_oms",
            .webhook_secrets = {"whsec_1"},
            .url = "http://127.0.0.1:" + std::to_string(front_.port()),
            .shop_url = "http://shop.example",
            .attempts_max = 1};
  }
  PaymentOperation operation(Kind kind) const {
    return {.kind = kind,
            .order_id = order_,
            .idempotency_key = "key-" + std::to_string(static_cast<int>(kind)),
            .session_id = "cs_test_1",
            .amount = 900,
            .currency = "usd",
            .customer_id = "c 1",
            .lines = {{.product_name = "Käse & Brot",
                       .quantity = 2,
                       .price_id = "price_1",
                       .unit_price = 450}},
            .expires_at = order_time() + hours{1},
            .payment_token = "tok_visa"};
  }
  static Time order_time() { return process::SystemClock::sources().wall(); }
  PaymentOperation card(Kind kind, std::string token = "tok_visa") const {
    auto of_card = operation(kind);
    of_card.session_id = "pi_1";
    of_card.payment_token = std::move(token);
    of_card.link = 0;
    return of_card;
  }

  // What was asked, with the answers given here in their order where a call begins so.
  std::vector<Seen> run(const PaymentOperation& operation,
                        std::deque<std::pair<std::string, HttpResponse>> answers = {}) {
    {
      const std::scoped_lock lock{mutex_};
      answers_ = std::move(answers);
      seen_.clear();
    }
    outcome_ = perform(*provider_, operation);
    return seen();
  }
  std::vector<Seen> seen() {
    const std::scoped_lock lock{mutex_};
    return seen_;
  }
  // Each was accepted, and says who asks, in which version, and for which.
  static std::vector<std::string> accepted(const std::vector<Seen>& all) {
    std::vector<std::string> calls;
    for (const auto& one : all) {
      EXPECT_EQ(one.status, 200) << one.call << "?" << one.query << "\n"
                                 << one.body << "\n"
                                 << one.answer;
      EXPECT_EQ(one.headers.at("authorization"), "Bearer sk_test_oms");
      EXPECT_EQ(one.headers.at("stripe-version"), stripe::api_version);
      const bool is_post = one.call.starts_with("POST");
      EXPECT_EQ(one.headers.contains("idempotency-key"), is_post) << one.call;
      calls.push_back(one.call);
    }
    return calls;
  }
  HttpResponse ask_mock(std::string method, std::string path, std::string body = {},
                        const char* key = "sk_test_oms") {
    std::promise<Result<HttpResponse>> told;
    auto answer = told.get_future();
    curl::Call call{.method = std::move(method), .url = mock() + path, .body = std::move(body)};
    call.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    if (key != nullptr) call.headers.emplace_back("Authorization", std::string{"Bearer "} + key);
    client_.send(std::move(call),
                 [&](Result<HttpResponse> result) { told.set_value(std::move(result)); });
    return answer.get().value();
  }

  const Id order_ = order_of_now(1);
  process::SystemClock clock_;
  PaymentOutcome outcome_;
  curl::Client client_;
  std::mutex mutex_;
  std::vector<Seen> seen_;
  std::deque<std::pair<std::string, HttpResponse>> answers_;
  TestServer front_{[this](const HttpRequest& request, HttpExchange exchange) {
    hand_on(request, std::make_shared<HttpExchange>(std::move(exchange)));
  }};
  std::optional<StripeProvider> provider_;

 private:
  void hand_on(const HttpRequest& request, const std::shared_ptr<HttpExchange>& exchange) {
    Seen seen{.call = request.method + " " + request.path,
              .query = request.query,
              .body = request.body,
              .headers = {request.headers.begin(), request.headers.end()}};
    if (auto answer = take_answer(seen.call)) return exchange->answer(*std::move(answer));
    curl::Call call{
        .method = request.method,
        .url = mock() + request.path + (request.query.empty() ? "" : "?") + request.query,
        .body = request.body};
    for (const auto* name :
         {"authorization", "stripe-version", "idempotency-key", "content-type"}) {
      if (!request.header(name).empty()) call.headers.emplace_back(name, request.header(name));
    }
    client_.send(std::move(call),
                 [this, seen = std::move(seen), exchange](Result<HttpResponse> result) mutable {
                   auto answer = result ? *std::move(result) : HttpResponse{.status = 502};
                   seen.status = answer.status;
                   seen.answer = answer.body;
                   {
                     const std::scoped_lock lock{mutex_};
                     seen_.push_back(std::move(seen));
                   }
                   exchange->answer({.status = answer.status, .body = std::move(answer.body)});
                 });
  }
  std::optional<HttpResponse> take_answer(const std::string& call) {
    const std::scoped_lock lock{mutex_};
    if (answers_.empty() || !call.starts_with(answers_.front().first)) return std::nullopt;
    auto answer = std::move(answers_.front().second);
    answers_.pop_front();
    return answer;
  }
};

TEST_F(StripeMock, ChecksCalls) {
  EXPECT_EQ(ask_mock("GET", "/v1/charges").status, 200);
  EXPECT_EQ(ask_mock("GET", "/v1/charges", {}, nullptr).status, 401) << "without authorization";
  EXPECT_EQ(ask_mock("POST", "/v1/refunds", "payment_intent=pi_1&amounts=9").status, 400);
  EXPECT_EQ(ask_mock("POST", "/v1/refunds", "payment_intent=pi_1&amount=many").status, 400);
  EXPECT_EQ(ask_mock("POST", "/v1/checkout/session", "mode=payment").status, 404);
  EXPECT_EQ(ask_mock("GET", "/v1/events?types[]=charge.refunded&since=1").status, 400);
}

TEST_F(StripeMock, TakesASessionOfTheOrdersLines) {
  const auto asked = run(operation(Kind::create_link));
  ASSERT_THAT(accepted(asked), Contains("POST /v1/checkout/sessions"));
  EXPECT_THAT(asked.front().body,
              AllOf(HasSubstr("line_items%5B0%5D%5Bprice_data%5D%5Bcurrency%5D=usd"),
                    HasSubstr("client_reference_id=" + order_.text()), Not(HasSubstr("price_1"))));
  EXPECT_THAT(asked.front().answer, HasSubstr(R"("client_reference_id":")" + order_.text()));
}

TEST_F(StripeMock, TakesASessionOfStripesPrices) {
  auto with_prices = settings();
  with_prices.has_prices = true;
  provider_.emplace(with_prices, clock_);
  const auto asked = run(operation(Kind::create_link));
  ASSERT_THAT(accepted(asked), Contains("POST /v1/checkout/sessions"));
  EXPECT_THAT(asked.front().body,
              AllOf(HasSubstr("line_items%5B0%5D%5Bprice%5D=price_1"),
                    HasSubstr("line_items%5B0%5D%5Bquantity%5D=2"), Not(HasSubstr("price_data"))));
}

TEST_F(StripeMock, ShowsASessionAndAnIntent) {
  EXPECT_THAT(accepted(run(operation(Kind::look_up))),
              Contains("GET /v1/checkout/sessions/cs_test_1"));
  EXPECT_EQ(outcome_.result, Ended::done) << outcome_.detail;
  EXPECT_THAT(accepted(run(card(Kind::look_up))), Contains("GET /v1/payment_intents/pi_1"));
  EXPECT_EQ(outcome_.result, Ended::done) << outcome_.detail;
}

TEST_F(StripeMock, ListsSessionsAndIntentsWhereANameWasLost) {
  auto lost = operation(Kind::look_up);
  lost.session_id.clear();
  EXPECT_THAT(accepted(run(lost)), Contains("GET /v1/checkout/sessions"));
  EXPECT_EQ(outcome_.detail, "no such session");
  lost.link = 0;
  EXPECT_THAT(accepted(run(lost)), Contains("GET /v1/payment_intents"));
  EXPECT_EQ(outcome_.detail, "no such session");
}

TEST_F(StripeMock, ExpiresASession) {
  const auto asked =
      run(operation(Kind::expire_link), {{"GET /v1/checkout/sessions/", {.body = open_session}}});
  EXPECT_THAT(accepted(asked), Contains("POST /v1/checkout/sessions/cs_test_1/expire"));
  EXPECT_EQ(outcome_.result, Ended::done) << outcome_.detail;
}

TEST_F(StripeMock, RefundsAndListsRefunds) {
  const auto refund = operation(Kind::refund);
  const std::pair<std::string, HttpResponse> paid{"GET /v1/checkout/sessions/",
                                                  {.body = paid_session}};
  EXPECT_THAT(accepted(run(refund, {paid})), Contains("POST /v1/refunds"));
  EXPECT_EQ(outcome_.result, Ended::done) << outcome_.detail;
  const auto asked =
      run(refund, {paid, {"POST /v1/refunds", {.status = 400, .body = key_is_used()}}});
  EXPECT_THAT(accepted(asked), Contains("GET /v1/refunds"));
}

TEST_F(StripeMock, TakesAndHoldsCards) {
  for (const auto* token : {"tok_visa", "pm_card_visa"}) {
    for (const auto kind : {Kind::charge, Kind::authorize}) {
      const auto asked = run(card(kind, token));
      const auto calls = accepted(asked);
      ASSERT_THAT(calls, Contains("POST /v1/payment_intents"));
      const bool is_token = std::string_view{token}.starts_with("tok_");
      EXPECT_EQ(calls.front() == "POST /v1/payment_methods", is_token);
      EXPECT_THAT(asked.back().body,
                  AllOf(HasSubstr(kind == Kind::charge ? "capture_method=automatic"
                                                       : "capture_method=manual"),
                        HasSubstr("payment_method=pm_"), Not(HasSubstr("tok_"))));
    }
  }
}

TEST_F(StripeMock, CapturesCancelsAndGivesUpOnIntents) {
  EXPECT_THAT(accepted(run(card(Kind::capture))),
              Contains("POST /v1/payment_intents/pi_1/capture"));
  EXPECT_EQ(outcome_.result, Ended::done) << outcome_.detail;
  EXPECT_THAT(
      accepted(run(card(Kind::release), {{"GET /v1/payment_intents/pi_1", {.body = held_intent}}})),
      Contains("POST /v1/payment_intents/pi_1/cancel"));
  EXPECT_EQ(outcome_.result, Ended::done) << outcome_.detail;
  EXPECT_THAT(
      accepted(run(card(Kind::charge), {{"POST /v1/payment_intents", {.body = asking_intent}}})),
      Contains("POST /v1/payment_intents/pi_1/cancel"));
  EXPECT_EQ(outcome_.error.code, "authentication_required");
}

TEST_F(StripeMock, ListsItsBooksAndItsEventsAndSaysWhoseAnIntentIs) {
  const auto now = clock_.wall();
  for (const auto* cursor : {"", "cs_test_1", "pi", "pi_1"}) {
    std::promise<Result<ChargePage>> told;
    provider_->list({.since = now - hours{1}, .until = now, .cursor = cursor},
                    [&](Result<ChargePage> page) { told.set_value(std::move(page)); });
    const auto page = told.get_future().get();
    EXPECT_TRUE(page) << page.error().detail;
  }
  for (const auto* cursor : {"", "evt_1"}) {
    std::promise<Result<EventPage>> told;
    provider_->list_events({.since = now - hours{1}, .until = now, .cursor = cursor},
                           [&](Result<EventPage> page) { told.set_value(std::move(page)); });
    const auto page = told.get_future().get();
    ASSERT_TRUE(page) << page.error().detail;
    EXPECT_EQ(page->events.size(), 1U) << "stripe-mock has one for everybody";
  }
  std::promise<Result<Message>> told;
  provider_->find_order({.payload = ProviderEvent{.session_id = "pi_1"}},
                        [&](Result<Message> event) { told.set_value(std::move(event)); });
  const auto event = told.get_future().get();
  ASSERT_TRUE(event) << event.error().detail;
  EXPECT_TRUE(event->order_id.is_nil()) << "it is nobody's here";
  EXPECT_THAT(accepted(seen()),
              AllOf(Contains("GET /v1/checkout/sessions"), Contains("GET /v1/payment_intents"),
                    Contains("GET /v1/events"), Contains("GET /v1/payment_intents/pi_1")));
  for (const auto& one : seen()) EXPECT_THAT(one.query, Not(StartsWith("?")));
}

}  // namespace
}  // namespace oms::testing
