#include "adapters/stripe/webhook_event.h"

#include <gtest/gtest.h>

namespace oms::stripe {
namespace {

constexpr std::string_view order = "65a000000102030405000001";

std::string event(std::string_view type, std::string_view object) {
  return R"({"id":"evt_1","object":"event","api_version":"2026-08-26.dahlia","created":1700000000,)"
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

TEST(Event, OfARefundOrDisputeSaysWhichOfTheOrdersLinksItIsAbout) {
  const auto refund = [](std::string_view intent, std::string_view metadata) {
    return event("refund.updated",
                 R"({"id":"re_1","amount":900,"currency":"usd","status":"succeeded",)"
                 R"("payment_intent":")" +
                     std::string{intent} + R"(","metadata":)" + std::string{metadata} + "}");
  };
  const auto name = "pi_" + std::string{order};
  const auto with = R"({"order_id":")" + std::string{order} + R"(","link":"2"})";
  EXPECT_EQ(told(read(refund("pi_3X", with))).link, 2);
  EXPECT_EQ(told(read(refund(name, "{}"))).link, 1) << "the simulated provider's first";
  const auto other = read(refund(name + "_65a000000102030405000009", "{}"));
  EXPECT_EQ(other.order_id.text(), order);
  EXPECT_EQ(told(other).link, 0) << "one of the others";
  for (const auto* strange : {"pi_", "pi_65a0", "ch_65a000000102030405000001"}) {
    EXPECT_TRUE(read(refund(strange, "{}")).order_id.is_nil()) << strange;
  }
  EXPECT_TRUE(read(refund(name + "0", "{}")).order_id.is_nil());
}

std::string intent(std::string_view metadata) {
  return R"({"id":"pi_1","amount":900,"currency":"usd","metadata":{"order_id":")" +
         std::string{order} + "\"" + std::string{metadata} + "}}";
}

TEST(Event, OfACardsIntentSaysHowItStands) {
  const std::vector<std::pair<const char*, ProviderWord>> rows{
      {"payment_intent.succeeded", ProviderWord::paid},
      {"payment_intent.canceled", ProviderWord::expired},
      {"payment_intent.amount_capturable_updated", ProviderWord::authorized},
      {"payment_intent.payment_failed", ProviderWord::declined},
  };
  for (const auto& [type, word] : rows) {
    const auto message = read(event(type, intent(R"(,"method":"card")")));
    EXPECT_EQ(message.order_id.text(), order) << type;
    EXPECT_EQ(told(message).word, word) << type;
    EXPECT_EQ(told(message).session_id, "pi_1") << type;
    EXPECT_EQ(told(message).amount, 900) << type;
  }
}

TEST(Event, OfALinksIntentSaysNothingThatItsSessionDoesNot) {
  for (const auto* type : {"payment_intent.succeeded", "payment_intent.canceled"}) {
    EXPECT_TRUE(read(event(type, intent(""))).order_id.is_nil()) << type;
  }
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

TEST(Event, OfADeclineSaysWhy) {
  const auto error_in = [](std::string_view error) {
    return told(read(event("payment_intent.payment_failed",
                           R"({"id":"pi_1","amount":900,"currency":"usd","metadata":)"
                           R"({"order_id":"65a000000102030405000001"},"last_payment_error":)" +
                               std::string{error} + "}")))
        .error;
  };
  const auto funds = error_in(
      R"({"code":"card_declined","decline_code":"insufficient_funds","message":"No funds."})");
  EXPECT_EQ(funds.code, "insufficient_funds");
  EXPECT_EQ(funds.message, "No funds.");
  EXPECT_EQ(error_in(R"({"code":"card_declined","decline_code":"generic_decline"})").code,
            "card_declined");
  EXPECT_EQ(error_in(R"({"code":"expired_card","decline_code":null})").code, "expired_card");
  EXPECT_EQ(error_in("null").code, "payment_failed");
  const auto cut = error_in(R"({"code":"c","message":")" + std::string(299, 'a') + R"(üü"})");
  EXPECT_EQ(cut.message, std::string(299, 'a')) << "no half of a character";
}

TEST(Event, OfABankTransferThatFailedSaysFailed) {
  EXPECT_EQ(told(read(event("checkout.session.async_payment_failed", session("unpaid")))).word,
            ProviderWord::failed);
}

TEST(Event, OfOneRefundSaysWhich) {
  const auto refund = [](std::string_view type, std::string_view status, std::string_view more) {
    return read(event(type, R"({"id":"re_1","object":"refund","amount":400,"currency":"usd",)"
                            R"("status":")" +
                                std::string{status} + R"(",)" + std::string{more} + "}"));
  };
  const auto ours = refund("refund.created", "pending",
                           R"("metadata":{"order_id":"65a000000102030405000001",)"
                           R"("refund_number":"2"})");
  EXPECT_EQ(ours.order_id.text(), order);
  EXPECT_EQ(told(ours).word, ProviderWord::refund);
  EXPECT_EQ(told(ours).subject_id, "re_1");
  EXPECT_EQ(told(ours).refund_number, 2);
  EXPECT_EQ(told(ours).refund_status, RefundStatus::pending);
  EXPECT_EQ(told(ours).amount, 400);

  const auto theirs = refund("refund.failed", "failed",
                             R"("metadata":{},"payment_intent":"pi_65a000000102030405000001")");
  EXPECT_EQ(theirs.order_id.text(), order) << "the simulated provider's names say the order";
  EXPECT_EQ(told(theirs).refund_status, RefundStatus::failed);
  const auto by_hand = refund("refund.updated", "succeeded", R"("payment_intent":"pi_3Mtw")");
  EXPECT_TRUE(by_hand.order_id.is_nil());
  EXPECT_EQ(told(by_hand).word, ProviderWord::refund) << "Stripe knows whose it is";
  EXPECT_EQ(told(by_hand).session_id, "pi_3Mtw");
  const auto of_nothing = refund("refund.updated", "succeeded", R"("metadata":null)");
  EXPECT_EQ(told(of_nothing).word, ProviderWord::open);
}

TEST(Event, OfADisputeSaysHowItStands) {
  const auto dispute = [](std::string_view type, std::string_view status) {
    return read(event(type, R"({"id":"dp_1","object":"dispute","amount":900,"currency":"usd",)"
                            R"("metadata":{"order_id":"65a000000102030405000001"},"status":")" +
                                std::string{status} + R"("})"));
  };
  const auto opened = dispute("charge.dispute.created", "needs_response");
  EXPECT_EQ(told(opened).word, ProviderWord::dispute);
  EXPECT_EQ(told(opened).subject_id, "dp_1");
  EXPECT_EQ(told(opened).dispute_status, DisputeStatus::open);
  for (const auto* type : {"charge.dispute.updated", "charge.dispute.funds_withdrawn",
                           "charge.dispute.funds_reinstated"}) {
    EXPECT_EQ(told(dispute(type, "under_review")).word, ProviderWord::dispute) << type;
    EXPECT_EQ(dispute(type, "under_review").order_id.text(), order) << type;
  }
  EXPECT_EQ(told(dispute("charge.dispute.closed", "won")).dispute_status, DisputeStatus::won);
  EXPECT_EQ(told(dispute("charge.dispute.closed", "lost")).dispute_status, DisputeStatus::lost);
}

TEST(Event, OfADisputeThatNamesNoOrderIsToldAllTheSame) {
  const auto message = read(event("charge.dispute.created",
                                  R"({"id":"dp_1","amount":900,"currency":"usd","metadata":{},)"
                                  R"("payment_intent":"pi_3Mtw","status":"needs_response"})"));
  EXPECT_TRUE(message.order_id.is_nil());
  EXPECT_EQ(told(message).word, ProviderWord::dispute);
  EXPECT_EQ(told(message).session_id, "pi_3Mtw") << "by which Stripe is asked";
}

TEST(Event, IsListedByTheKindsThatAreRead) {
  for (const auto type : event_types()) {
    const auto message =
        read(event(type, R"({"id":"x_1","amount":900,"amount_total":900,)"
                         R"("amount_refunded":900,"currency":"usd",)"
                         R"("status":"pending","payment_status":"paid","metadata":)"
                         R"({"order_id":"65a000000102030405000001",)"
                         R"("method":"card"}})"));
    EXPECT_EQ(message.order_id.text(), order) << type;
  }
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
