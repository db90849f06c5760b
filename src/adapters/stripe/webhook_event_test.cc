#include "adapters/stripe/webhook_event.h"

#include <gtest/gtest.h>

namespace oms::stripe {
namespace {

constexpr std::string_view order = "65a000000102030405000001";

std::string event(std::string_view type, std::string_view object) {
  return R"({"id":"evt_1","object":"event","api_version":"2026-07-29.dahlia","created":1700000000,)"
         R"("livemode":false,"pending_webhooks":1,"request":{"id":null},"data":{"object":)" +
         std::string{object} + R"(,"previous_attributes":null},"type":")" + std::string{type} +
         R"("})";
}

std::string session(std::string_view payment_status) {
  return R"({"id":"cs_test_1","object":"checkout.session","client_reference_id":")" +
         std::string{order} +
         R"(","amount_total":900,"currency":"usd","customer":null,"metadata":{},)"
         R"("payment_status":")" +
         std::string{payment_status} + R"(","status":"complete"})";
}

Message read(std::string_view body) {
  auto message = read_event(body);
  EXPECT_TRUE(message) << (message ? "" : message.error().detail);
  return message.value_or(Message{});
}

const ProviderEvent& told(const Message& message) {
  return std::get<ProviderEvent>(message.payload);
}

TEST(Event, OfAPaidSessionSaysPaid) {
  const auto message = read(event("checkout.session.completed", session("paid")));
  EXPECT_EQ(message.order_id.text(), order);
  EXPECT_EQ(told(message).event_id, "evt_1");
  EXPECT_EQ(told(message).session_id, "cs_test_1");
  EXPECT_EQ(told(message).word, ProviderWord::paid);
  EXPECT_EQ(told(message).amount, 900);
  EXPECT_EQ(told(message).currency, "usd");
}

TEST(Event, OfASessionWhoseMoneyIsStillOnItsWayDoesNotSayPaid) {
  EXPECT_EQ(told(read(event("checkout.session.completed", session("unpaid")))).word,
            ProviderWord::open);
  EXPECT_EQ(told(read(event("checkout.session.async_payment_succeeded", session("paid")))).word,
            ProviderWord::paid);
}

TEST(Event, OfAnExpiredSessionSaysExpired) {
  EXPECT_EQ(told(read(event("checkout.session.expired", session("unpaid")))).word,
            ProviderWord::expired);
}

TEST(Event, OfAPaymentIntentFindsItsOrderInTheMetadata) {
  const auto message = read(event("payment_intent.payment_failed",
                                  R"({"id":"pi_1","amount":900,"currency":"usd","metadata":)"
                                  R"({"order_id":"65a000000102030405000001","x":"y",)"
                                  R"("session_id":"cs_test_1"}})"));
  EXPECT_EQ(message.order_id.text(), order);
  EXPECT_EQ(told(message).word, ProviderWord::declined);
  EXPECT_EQ(told(message).session_id, "cs_test_1");
}

TEST(Event, OfARefundSaysHowMuch) {
  const auto message =
      read(event("charge.refunded", R"({"id":"ch_1","amount":900,"amount_refunded":400,)"
                                    R"("currency":"usd","metadata":{"order_id":)"
                                    R"("65a000000102030405000001"}})"));
  EXPECT_EQ(told(message).word, ProviderWord::refunded);
  EXPECT_EQ(told(message).amount, 400);
}

TEST(Event, OfAnotherKindHasNoOrder) {
  EXPECT_TRUE(read(event("customer.created", R"({"id":7,"amount":"many"})")).order_id.is_nil());
}

TEST(Event, OfSomebodyElsesSessionHasNoOrder) {
  EXPECT_TRUE(read(event("checkout.session.completed",
                         R"({"id":"cs_1","client_reference_id":"cart-7","amount_total":1,)"
                         R"("currency":"usd"})"))
                  .order_id.is_nil());
  EXPECT_TRUE(read(event("checkout.session.completed", R"({"id":"cs_1","metadata":null})"))
                  .order_id.is_nil());
}

TEST(Event, ComingTwiceIsTheSameMessage) {
  const auto body = event("checkout.session.completed", session("paid"));
  EXPECT_EQ(read(body).id, read(body).id);
  auto other = body;
  other.replace(other.find("evt_1"), 5, "evt_2");
  EXPECT_NE(read(other).id, read(body).id);
}

TEST(Event, ThatIsMalformedIsInvalid) {
  const std::string ours = R"("client_reference_id":"65a000000102030405000001")";
  for (const std::string& body : {
           std::string{},
           std::string{"{}"},
           std::string{"[]"},
           std::string{"null"},
           std::string{R"({"id":"","object":"event","type":"x"})"},
           std::string{R"({"id":"evt_1","object":"charge","type":"charge.refunded"})"},
           event("checkout.session.completed", "7"),
           event("checkout.session.completed", "{" + ours + "}"),
           event("checkout.session.completed", "{" + ours + R"(,"amount_total":1})"),
           event("checkout.session.completed",
                 "{" + ours + R"(,"amount_total":-1,"currency":"usd"})"),
           event("checkout.session.completed",
                 "{" + ours + R"(,"amount_total":1.5,"currency":"usd"})"),
           event("checkout.session.completed", session("paid")) + "x",
       }) {
    const auto message = read_event(body);
    ASSERT_FALSE(message) << body;
    EXPECT_EQ(message.error().kind, ErrorKind::invalid);
  }
}

}  // namespace
}  // namespace oms::stripe
