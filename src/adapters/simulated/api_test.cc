#include "adapters/simulated/api.h"

#include <gmock/gmock.h>

#include "adapters/simulated/provider_fixture.h"

namespace oms::simulated {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view pizza =
    "mode=payment&success_url=https://shop.example/ok?s={CHECKOUT_SESSION_ID}"
    "&cancel_url=https://shop.example/no&line_items[0][price_data][currency]=usd"
    "&line_items[0][price_data][unit_amount]=450"
    "&line_items[0][price_data][product_data][name]=Cheese&line_items[0][quantity]=2"
    "&client_reference_id=65a000000102030405000001&metadata[order_id]=65a000000102030405000001"
    "&payment_intent_data[metadata][order_id]=65a000000102030405000001";

class StripesApi : public ProviderTest {
 protected:
  StripesApi() { settings_.has_api = true; }

  HttpResponse send(HttpRequest request) {
    if (request.header("authorization").empty()) {
      request.headers.emplace_back("authorization", "Bearer sk_test_1");
    }
    std::promise<HttpResponse> answered;
    auto answer = answered.get_future();
    provider().handle_api(std::move(request),
                          [answered = std::move(answered)](HttpResponse response) mutable {
                            answered.set_value(std::move(response));
                          });
    return answer.get();
  }
  HttpResponse post(std::string path, std::string_view form, std::string key = {}) {
    HttpRequest request{.method = "POST", .path = "/v1/" + path, .body = std::string{form}};
    request.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    if (!key.empty()) request.headers.emplace_back("idempotency-key", key);
    return send(std::move(request));
  }
  HttpResponse get(std::string path, std::string query = {}) {
    return send({.method = "GET", .path = "/v1/" + path, .query = std::move(query)});
  }
  // The first of a member's values that is a text.
  static std::string member(const HttpResponse& response, const std::string& name) {
    const auto begin = response.body.find("\"" + name + "\":\"");
    if (begin == std::string::npos) return {};
    const auto from = begin + name.size() + 4;
    return response.body.substr(from, response.body.find('"', from) - from);
  }
  std::string open_session() { return member(post("checkout/sessions", pizza), "id"); }
  // The payment intent of a session that is paid.
  std::string paid_intent() {
    const auto session = open_session();
    EXPECT_EQ(ask("POST", "/checkout/" + session + "/pay", R"({"token":"tok_visa"})").status, 200);
    return member(get("checkout/sessions/" + session), "payment_intent");
  }
};

TEST_F(StripesApi, OpensASessionWithAPageOfItsOwn) {
  const auto made = post("checkout/sessions", pizza);
  EXPECT_EQ(made.status, 200) << made.body;
  const auto id = member(made, "id");
  EXPECT_EQ(member(made, "url"), "http://shop.example/checkout/" + id);
  EXPECT_THAT(made.body, HasSubstr(R"("amount_total":900,"client_reference_id":)"
                                   R"("65a000000102030405000001","currency":"usd")"));
  EXPECT_THAT(made.body, HasSubstr(R"("payment_status":"unpaid","status":"open")"));
  EXPECT_THAT(made.body, HasSubstr(R"("expires_at":1700086400)")) << "24 h, unless it says";
  const auto page = ask("GET", "/checkout/" + id + "/session").body;
  EXPECT_THAT(page, HasSubstr("2 × Cheese"));
  EXPECT_THAT(page, HasSubstr(R"("successUrl":"https://shop.example/ok?s=)" + id));
}

TEST_F(StripesApi, SaysThatASessionIsPaidWithItsIntentAndCharge) {
  const auto session = open_session();
  ask("POST", "/checkout/" + session + "/pay", R"({"token":"tok_visa"})");
  const auto paid =
      get("checkout/sessions/" + session, "expand[]=payment_intent.latest_charge").body;
  EXPECT_THAT(paid, HasSubstr(R"("payment_status":"paid","status":"complete")"));
  EXPECT_THAT(paid, HasSubstr(R"("payment_intent":{"id":"pi_65a000000102030405000001")"));
  EXPECT_THAT(paid, HasSubstr(R"("latest_charge":{"id":"ch_65a000000102030405000001")"));
  EXPECT_THAT(paid, HasSubstr(R"("amount_refunded":0)"));
  EXPECT_THAT(merchant_.heard(1)[0].body,
              HasSubstr(R"("metadata":{"order_id":"65a000000102030405000001"},"mode")"));
}

TEST_F(StripesApi, ExpiresASessionOnce) {
  const auto session = open_session();
  const auto expired = post("checkout/sessions/" + session + "/expire", "");
  EXPECT_THAT(expired.body, HasSubstr(R"("status":"expired")"));
  EXPECT_THAT(expired.body, HasSubstr(R"("url":null)"));
  const auto again = post("checkout/sessions/" + session + "/expire", "");
  EXPECT_EQ(again.status, 400);
  EXPECT_THAT(again.body, HasSubstr("Only Checkout Sessions with a status in"));
}

TEST_F(StripesApi, LivesHalfAnHourAtLeast) {
  const auto with_expiry = [&](std::int64_t seconds) {
    return post("checkout/sessions", std::string{pizza} + "&expires_at=" +
                                         std::to_string(clock_.now().unix_ms / 1000 + seconds))
        .status;
  };
  EXPECT_EQ(with_expiry(1799), 400);
  EXPECT_EQ(with_expiry(1800), 200);
  EXPECT_EQ(with_expiry(86'401), 400);
  advance(std::chrono::minutes{30});
  EXPECT_THAT(merchant_.heard(1)[0].body, HasSubstr("checkout.session.expired"));
}

TEST_F(StripesApi, RefusesAKeyThatIsNone) {
  for (const auto* key : {"", "Bearer ", "Bearer pk_test_1", "Bearer sk_live_1"}) {
    HttpRequest request{.method = "GET", .path = "/v1/events"};
    request.headers.emplace_back("authorization", std::string{key} + " ");
    const auto refused = send(std::move(request));
    EXPECT_EQ(refused.status, 401) << key;
    EXPECT_THAT(refused.body, HasSubstr(R"({"error":{"type":"invalid_request_error")"));
  }
}

TEST_F(StripesApi, RefusesWhatItDoesNotKnow) {
  const auto unknown = post("checkout/sessions", std::string{pizza} + "&tip=1");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(unknown.body, HasSubstr(R"("code":"parameter_unknown","param":"tip")"));
  EXPECT_EQ(post("checkout/sessions", "mode=payment").status, 400);
  EXPECT_EQ(get("checkout/sessions/cs_test_1").status, 404);
  EXPECT_EQ(get("customers").status, 404);
  HttpRequest json{.method = "POST", .path = "/v1/refunds", .body = "{}"};
  json.headers.emplace_back("content-type", "application/json");
  EXPECT_EQ(send(std::move(json)).status, 400);
}

TEST_F(StripesApi, AnswersAKeyWordForWordForADay) {
  const auto first = post("checkout/sessions", pizza, "k");
  EXPECT_EQ(std::ranges::count(first.headers, "Idempotent-Replayed",
                               [](const auto& header) { return header.first; }),
            0);
  ask("POST", "/checkout/" + member(first, "id") + "/pay", R"({"token":"tok_visa"})");
  start();
  const auto again = post("checkout/sessions", pizza, "k");
  EXPECT_EQ(again.body, first.body) << "as it stood then, and after a restart too";
  EXPECT_THAT(again.headers, testing::Contains(testing::Pair("Idempotent-Replayed", "true")));
  advance(std::chrono::hours{24});
  EXPECT_NE(post("checkout/sessions", pizza, "k").body, first.body);
}

TEST_F(StripesApi, RefusesAKeyWithOtherParameters) {
  post("checkout/sessions", pizza, "k");
  const auto other = post("checkout/sessions", std::string{pizza} + "&metadata[a]=b", "k");
  EXPECT_EQ(other.status, 400);
  EXPECT_EQ(member(other, "type"), "idempotency_error");
}

TEST_F(StripesApi, DoesNotRememberWhatItRefused) {
  EXPECT_EQ(post("refunds", "payment_intent=pi_1", "k").status, 404);
  EXPECT_EQ(post("refunds", "payment_intent=" + paid_intent(), "k").status, 200)
      << "the same key, with its mistake corrected";
}

TEST_F(StripesApi, RefundsInPartsAndNoMoreThanWasPaid) {
  const auto intent = paid_intent();
  const auto first =
      post("refunds", "payment_intent=" + intent + "&amount=400&metadata[refund_number]=1");
  EXPECT_THAT(first.body, HasSubstr(R"("amount":400)"));
  EXPECT_EQ(member(first, "status"), "succeeded");
  EXPECT_THAT(post("refunds", "payment_intent=" + intent + "&amount=501").body,
              HasSubstr("amount_too_large"));
  const auto rest = post("refunds", "payment_intent=" + intent + "&expand[]=charge");
  EXPECT_THAT(rest.body, HasSubstr(R"("amount":500)"));
  EXPECT_THAT(rest.body, HasSubstr(R"("amount_refunded":900)"));
  EXPECT_THAT(post("refunds", "payment_intent=" + intent).body,
              HasSubstr("charge_already_refunded"));
  EXPECT_EQ(get("refunds/" + member(first, "id")).body, first.body);
  const auto all = get("refunds", "payment_intent=" + intent).body;
  EXPECT_LT(all.find(member(rest, "id")), all.find(member(first, "id"))) << "newest first";
  std::vector<std::string> told;
  for (const auto& request : merchant_.heard(5)) {
    const auto begin = request.body.rfind(R"("type":")") + 8;
    told.push_back(request.body.substr(begin, request.body.find('"', begin) - begin));
  }
  EXPECT_THAT(told,
              testing::UnorderedElementsAre("checkout.session.completed", "charge.refunded",
                                            "refund.updated", "charge.refunded", "refund.updated"));
}

TEST_F(StripesApi, AuthorizesACardAndCapturesItLater) {
  const auto made = post("payment_intents",
                         "amount=900&currency=usd&capture_method=manual&confirm=true"
                         "&payment_method=pm_card_visa");
  EXPECT_EQ(member(made, "status"), "requires_capture") << made.body;
  EXPECT_THAT(made.body, HasSubstr(R"("amount_capturable":900,"amount_received":0)"));
  const auto path = "payment_intents/" + member(made, "id");
  EXPECT_EQ(post(path + "/capture", "amount_to_capture=901").status, 400);
  EXPECT_EQ(member(post(path + "/capture", ""), "status"), "succeeded");
  EXPECT_EQ(post(path + "/cancel", "").status, 400) << "it is charged";
  EXPECT_THAT(get(path).body, HasSubstr(R"("amount_received":900)"));
}

TEST_F(StripesApi, ReleasesAnAuthorization) {
  const auto made = post("payment_intents", "amount=900&currency=usd&capture_method=manual");
  const auto path = "payment_intents/" + member(made, "id");
  EXPECT_EQ(member(made, "status"), "requires_payment_method");
  EXPECT_EQ(member(post(path + "/confirm", "payment_method=pm_card_visa"), "status"),
            "requires_capture");
  EXPECT_EQ(member(post(path + "/cancel", ""), "status"), "canceled");
  EXPECT_EQ(post(path + "/capture", "").status, 400);
}

TEST_F(StripesApi, DeclinesACardAndSaysSoAgainForItsKey) {
  const std::string form =
      "amount=900&currency=usd&confirm=true&payment_method_data[type]=card"
      "&payment_method_data[card][token]=tok_chargeDeclinedInsufficientFunds";
  const auto declined = post("payment_intents", form, "k");
  EXPECT_EQ(declined.status, 402);
  EXPECT_EQ(member(declined, "type"), "card_error");
  EXPECT_EQ(member(declined, "decline_code"), "insufficient_funds");
  EXPECT_EQ(post("payment_intents", form, "k").body, declined.body);
}

TEST_F(StripesApi, TakesACardsNumberForATokenAlone) {
  const auto token = post("tokens", "card[number]=4242424242424242&card[exp_month]=1");
  EXPECT_EQ(member(token, "id"), "tok_visa");
  EXPECT_THAT(token.body, Not(HasSubstr("4242424242424242")));
  EXPECT_EQ(post("tokens", "card[number]=4242424242424241").status, 402);
  EXPECT_EQ(post("payment_intents",
                 "amount=900&currency=usd&confirm=true&payment_method_data[card][number]="
                 "4242424242424242")
                .status,
            400);
}

TEST_F(StripesApi, MakesAPaymentMethodOfATokenWhichIsNone) {
  const auto made = post("payment_methods", "type=card&card[token]=tok_visa");
  EXPECT_EQ(member(made, "id"), "pm_card_visa");
  EXPECT_EQ(post("payment_methods", "type=card&card[token]=tok_gold").status, 400);
  EXPECT_EQ(post("payment_methods", "type=card&card[number]=4242424242424242").status, 400);
  const auto form = std::string{"amount=900&currency=usd&confirm=true&payment_method="};
  EXPECT_EQ(member(post("payment_intents", form + member(made, "id")), "status"), "succeeded");
  EXPECT_EQ(post("payment_intents", form + "tok_visa").status, 400);
}

TEST_F(StripesApi, ListsNewestFirstAndInPages) {
  std::vector<std::string> ids;
  for (int n = 1; n <= 5; ++n) {
    auto form = std::string{pizza};
    for (auto at = form.find("0405000001"); at != std::string::npos; at = form.find("0405000001")) {
      form.replace(at, 10, "040500000" + std::to_string(n + 1));
    }
    ids.push_back(member(post("checkout/sessions", form), "id"));
  }
  post("checkout/sessions/" + ids[2] + "/expire", "");
  const auto page = get("checkout/sessions", "limit=2").body;
  EXPECT_LT(page.find(ids[4]), page.find(ids[3]));
  EXPECT_THAT(page, HasSubstr(R"("has_more":true)"));
  const auto rest = get("checkout/sessions", "limit=3&starting_after=" + ids[3]).body;
  EXPECT_THAT(rest, HasSubstr(ids[0]));
  EXPECT_THAT(rest, HasSubstr(R"("has_more":false)"));
  const auto open = get("checkout/sessions", "status=open").body;
  EXPECT_THAT(open, Not(HasSubstr(ids[2])));
  EXPECT_THAT(get("checkout/sessions", "created[gte]=1700000001").body, HasSubstr(R"("data":[])"));
  const auto events = get("events", "type=checkout.session.expired").body;
  EXPECT_THAT(events, HasSubstr(ids[2]));
  EXPECT_THAT(events, HasSubstr(R"("object":"event")"));
}

TEST_F(StripesApi, FindsChargesByTheirIntent) {
  const auto intent = paid_intent();
  const auto charges = get("charges", "payment_intent=" + intent).body;
  EXPECT_THAT(charges, HasSubstr(R"("object":"charge","amount":900)"));
  EXPECT_EQ(get("charges", "").body, charges);
}

TEST_F(StripesApi, MayLoseAnAnswerButNotWhatItDid) {
  settings_.time_out_percent = 100;
  for (int n = 0; n < 8; ++n) {
    const auto lost = post("checkout/sessions", pizza, "k" + std::to_string(n));
    EXPECT_EQ(lost.status, 504);
  }
  settings_.time_out_percent = 0;
  start();
  const auto all = get("checkout/sessions").body;
  EXPECT_THAT(all, HasSubstr("cs_test_")) << "some were done";
}

}  // namespace
}  // namespace oms::simulated
