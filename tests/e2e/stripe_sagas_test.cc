// The journey of each saga at a provider that speaks Stripe's API, while stripe-mock checks every
// call that is made on the way against Stripe's own OpenAPI description. Skipped where there is no
// stripe-mock: see scripts/servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <mutex>
#include <set>

#include "adapters/curl/client.h"
#include "adapters/http/test_server.h"
#include "process/served_provider.h"
#include "tests/support/outside.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using std::chrono::seconds;
using ::testing::IsSupersetOf;

// Hands each call on to the provider, whose answer it gives, and to stripe-mock beside.
class CheckedProvider {
 public:
  CheckedProvider(std::string provider, std::string mock)
      : provider_(std::move(provider)), mock_(std::move(mock)) {}

  std::string url() const { return "http://127.0.0.1:" + std::to_string(front_.port()); }
  // By its method and path, with * for each name; once all calls so far are checked.
  std::set<std::string> checked() {
    EXPECT_TRUE(wait_until([this] {
      const std::scoped_lock lock{mutex_};
      return under_way_ == 0;
    }));
    const std::scoped_lock lock{mutex_};
    return checked_;
  }
  std::string refused() {
    const std::scoped_lock lock{mutex_};
    return refused_;
  }

 private:
  static std::string shape_of(const HttpRequest& request) {
    std::string shape = request.method + " ";
    for (std::size_t at = 0; at < request.path.size();) {
      const auto end = std::min(request.path.find('/', at + 1), request.path.size());
      const auto part = request.path.substr(at, end - at);
      shape += part.starts_with("/cs_") || part.starts_with("/pi_") ? "/*" : part;
      at = end;
    }
    return shape;
  }
  static curl::Call call_to(const std::string& url, const HttpRequest& request) {
    curl::Call call{.method = request.method,
                    .url = url + request.path + (request.query.empty() ? "" : "?") + request.query,
                    .body = request.body};
    for (const auto* name :
         {"authorization", "stripe-version", "idempotency-key", "content-type"}) {
      if (!request.header(name).empty()) call.headers.emplace_back(name, request.header(name));
    }
    return call;
  }
  void hand_on(const HttpRequest& request, const std::shared_ptr<HttpExchange>& exchange) {
    {
      const std::scoped_lock lock{mutex_};
      ++under_way_;
    }
    client_.send(call_to(mock_, request),
                 [this, shape = shape_of(request)](const Result<HttpResponse>& result) {
                   const std::scoped_lock lock{mutex_};
                   --under_way_;
                   checked_.insert(shape);
                   if (result && result->status == 200) return;
                   refused_ +=
                       shape + ": " + (result ? result->body : result.error().detail) + "\n";
                 });
    client_.send(call_to(provider_, request), [exchange](Result<HttpResponse> result) {
      exchange->answer(result ? HttpResponse{.status = result->status,
                                             .headers = std::move(result->headers),
                                             .body = std::move(result->body)}
                              : HttpResponse{.status = 502});
    });
  }

  const std::string provider_;
  const std::string mock_;
  std::mutex mutex_;
  int under_way_ = 0;
  std::set<std::string> checked_;
  std::string refused_;
  curl::Client client_{{.in_flight_max = 128}};
  TestServer front_{[this](const HttpRequest& request, HttpExchange exchange) {
    hand_on(request, std::make_shared<HttpExchange>(std::move(exchange)));
  }};
};

class StripeSagas : public ::testing::Test {
 protected:
  void SetUp() override {
    if (environment("TEST_STRIPE").empty()) {
      GTEST_SKIP() << "TEST_STRIPE names no stripe-mock: see scripts/servers";
    }
    checked_.emplace(served_.url(), environment("TEST_STRIPE"));
  }
  void start(const ServerProcess::Flags& more) {
    ServerProcess::Flags flags{"--payments",    "stripe",         "--stripe-url",
                               checked_->url(), "--events-every", "1s"};
    flags.insert(flags.end(), more.begin(), more.end());
    ::setenv("OMS_STRIPE_KEY", "sk_test_1", 1);
    ::setenv("OMS_STRIPE_WEBHOOK_SECRET", served_.secret().c_str(), 1);
    server_.emplace(flags);
    ::unsetenv("OMS_STRIPE_KEY");
    ::unsetenv("OMS_STRIPE_WEBHOOK_SECRET");
    (*served_).tell({server_->url() + "/webhook"});
  }
  std::string place_with(const std::string& more) {
    const auto placed = server_->send("POST", "/api/customers/c1/orders",
                                      R"({"items":[{"productID":"1","quantity":2}])" + more + "}");
    EXPECT_EQ(placed.status, 201) << placed.body;
    return field(placed.body, "orderID");
  }
  void await(const std::string& order, const char* status) {
    EXPECT_EQ(field(await_status(*server_, "c1", order, status, seconds{60}), "status"), status);
  }
  void pay(const std::string& order) {
    const auto link = link_path(await_status(*server_, "c1", order, "waiting_payment"));
    EXPECT_EQ(served_.pay(link.substr(std::string_view{"/checkout/"}.size())), 200);
  }
  int revise(const std::string& order, int quantity) {
    return HttpClient::to(server_->url())
        ->send("PATCH", "/api/customers/c1/orders/" + order,
               {{"Content-Type", "application/merge-patch+json"}, {"If-Match", "*"}},
               R"({"items":[{"productID":"1","quantity":)" + std::to_string(quantity) + "}]}")
        .value()
        .status;
  }
  int cancel(const std::string& order) {
    return server_->send("POST", "/api/customers/c1/orders/" + order + "/cancel").status;
  }
  void await_total(const std::string& order, const char* total) {
    const auto path = "/api/customers/c1/orders/" + order;
    EXPECT_TRUE(
        wait_until([&] { return field(server_->send("GET", path).body, "total") == total; }));
  }
  void await_refunded(const std::string& order, const char* amount) {
    EXPECT_TRUE(wait_until([&] {
      return field(server_->send("GET", "/api/admin/orders/" + order, {}, true).body, "refunded") ==
             amount;
    })) << server_->send("GET", "/api/admin/orders/" + order, {}, true).body;
  }

  ServedProvider served_;
  std::optional<CheckedProvider> checked_;
  std::optional<ServerProcess> server_;
};

TEST_F(StripeSagas, GoToTheirEndByCallsThatStripeAccepts) {
  start({"--kitchen-time", "0", "--delivery-time", "0", "--pickup-time", "0"});
  const auto food = place_with(R"(,"fulfilment":"delivery")");
  const auto pickup = place_with(R"(,"fulfilment":"pickup")");
  const auto checkout = place_with(R"(,"type":"checkout","paymentToken":"tok_visa")");
  const auto prepaid = server_->send(
      "POST", "/order",
      R"({"customer":{"name":"Ann","email":"ann@example.com"},"items":[{"id":1,"quantity":1}],)"
      R"("paymentToken":"tok_visa"})");
  EXPECT_EQ(prepaid.status, 201) << prepaid.body;
  const auto declined = place_with(R"(,"type":"checkout","paymentToken":"tok_chargeDeclined")");
  pay(food);
  pay(pickup);
  for (const auto& order : {food, pickup, checkout}) await(order, "completed");
  await(declined, "cancelled");
  EXPECT_EQ(server_->run({"order", "refund", food, "--amount", "100", "--reason", "cold"}).code, 0);
  await_refunded(food, "100");
  EXPECT_EQ(server_->run({"order", "refund", checkout, "--all", "--reason", "lost"}).code, 0);
  await_refunded(checkout, "900");
  EXPECT_EQ(server_->run({"check", "--quiescent", "--wait", "20"}).code, 0);
  EXPECT_EQ(server_->run({"reconcile"}).code, 0);
  EXPECT_THAT(
      checked_->checked(),
      IsSupersetOf({"POST /v1/checkout/sessions", "POST /v1/payment_methods",
                    "POST /v1/payment_intents", "POST /v1/payment_intents/*/capture",
                    "POST /v1/refunds", "GET /v1/checkout/sessions/*", "GET /v1/payment_intents/*",
                    "GET /v1/checkout/sessions", "GET /v1/payment_intents", "GET /v1/events"}));
  EXPECT_EQ(checked_->refused(), "");
}

TEST_F(StripeSagas, AreChangedAndUndoneByCallsThatStripeAccepts) {
  start({"--kitchen", "manual"});
  const auto unpaid = place_with(R"(,"fulfilment":"delivery")");
  await(unpaid, "waiting_payment");
  EXPECT_LT(revise(unpaid, 3), 300);
  await_total(unpaid, "1350");
  await(unpaid, "waiting_payment");
  EXPECT_LT(cancel(unpaid), 300);
  await(unpaid, "cancelled");
  const auto paid = place_with(R"(,"fulfilment":"delivery")");
  pay(paid);
  await(paid, "paid");
  EXPECT_LT(revise(paid, 1), 300);
  await_refunded(paid, "450");
  EXPECT_LT(cancel(paid), 300);
  await(paid, "cancelled");
  await_refunded(paid, "900");
  EXPECT_EQ(server_->run({"check"}).code, 0);
  EXPECT_THAT(checked_->checked(),
              IsSupersetOf({"POST /v1/checkout/sessions", "POST /v1/checkout/sessions/*/expire",
                            "GET /v1/checkout/sessions/*", "POST /v1/refunds"}));
  EXPECT_EQ(checked_->refused(), "");
}

}  // namespace
}  // namespace oms::testing
