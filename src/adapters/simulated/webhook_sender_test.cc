#include "adapters/simulated/webhook_sender.h"

#include <thread>

#include "adapters/simulated/provider_fixture.h"

namespace oms::simulated {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class Webhooks : public ProviderTest {
 protected:
  // Webhooks whose answers have been written down are not told again after a restart.
  std::size_t untold() {
    provider_.reset();
    return Ledger{settings_.path}
        .untold(clock_.now() + std::chrono::hours{24 * 365}, 10'000)
        .size();
  }
  // The ledger's thread writes answers down by itself within some milliseconds.
  void let_it_write() { std::this_thread::sleep_for(std::chrono::milliseconds{60}); }

  std::string type(const HttpRequest& request) {
    const auto begin = request.body.rfind(R"("type":")") + 8;
    return request.body.substr(begin, request.body.find('"', begin) - begin);
  }
};

TEST_F(Webhooks, TellOfAPayment) {
  create(1);
  pay(1);
  const auto request = merchant_.heard(1).at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/webhook");
  EXPECT_EQ(request.header("stripe-signature"), "signed " + std::to_string(request.body.size()));
  EXPECT_EQ(plain(request.body, 1),
            R"({"id":"evt_65a000000102030405000001_0","object":"event",)"
            R"("api_version":"2026-08-26.dahlia","created":1700000000,"data":{"object":)"
            R"({"id":"cs_test_1","object":"checkout.session",)"
            R"("amount_total":900,"client_reference_id":"65a000000102030405000001",)"
            R"("currency":"usd","livemode":false,"metadata":{"order_id":)"
            R"("65a000000102030405000001","session_id":"cs_test_1"},)"
            R"("mode":"payment","payment_intent":"pi_65a000000102030405000001",)"
            R"("payment_status":"paid","status":"complete"}},"livemode":false,)"
            R"("pending_webhooks":1,"request":{"id":null,"idempotency_key":null},)"
            R"("type":"checkout.session.completed"})");
}

TEST_F(Webhooks, TellOfADeclinedCard) {
  create(1);
  pay(1, "tok_chargeDeclined");
  const auto request = merchant_.heard(1)[0];
  EXPECT_EQ(type(request), "payment_intent.payment_failed");
  EXPECT_NE(request.body.find(R"("decline_code":"generic_decline")"), std::string::npos);
}

TEST_F(Webhooks, SayWhyACardWasDeclinedAlsoWhenTheyAreToldAgain) {
  merchant_.answer_with(500);
  create(1);
  pay(1, "tok_chargeDeclinedInsufficientFunds");
  merchant_.heard(1);
  let_it_write();
  advance(minutes{2});
  const auto heard = merchant_.heard(2);
  EXPECT_EQ(heard[0].body, heard[1].body);
  EXPECT_NE(heard[1].body.find(R"("decline_code":"insufficient_funds")"), std::string::npos);
  EXPECT_NE(heard[1].body.find("Your card has insufficient funds."), std::string::npos);
}

TEST_F(Webhooks, TellOfARefundWithTheSumOfAll) {
  create(1);
  pay(1);
  refund(1, 500, "a");
  refund(1, 400, "b");
  const auto heard = merchant_.heard(3);
  EXPECT_EQ(type(heard[1]), "charge.refunded");
  EXPECT_NE(heard[1].body.find(R"("amount_refunded":500,)"), std::string::npos);
  EXPECT_NE(heard[1].body.find(R"("refunded":false)"), std::string::npos);
  EXPECT_NE(heard[2].body.find(R"("amount_refunded":900,)"), std::string::npos);
  EXPECT_NE(heard[2].body.find(R"("refunded":true)"), std::string::npos);
}

TEST_F(Webhooks, TellOfALinkThatExpired) {
  create(1);
  create(2);
  pay(2);
  merchant_.heard(1);
  advance(minutes{30});
  const auto heard = merchant_.heard(2);
  EXPECT_EQ(type(heard[1]), "checkout.session.expired");
  EXPECT_NE(heard[1].body.find(order(1).text()), std::string::npos);
  EXPECT_EQ(look_up(1).word, ProviderWord::expired);
  EXPECT_EQ(look_up(2).word, ProviderWord::paid);
}

TEST_F(Webhooks, TellOfAnExpiryThatAPaymentFound) {
  create(1);
  clock_.advance(minutes{30});
  EXPECT_EQ(pay(1).status, 409);
  EXPECT_EQ(type(merchant_.heard(1)[0]), "checkout.session.expired");
  EXPECT_EQ(audit(1).charges, 0);
}

TEST_F(Webhooks, AreNotToldAgainOnceConfirmed) {
  create(1);
  pay(1);
  merchant_.heard(1);
  let_it_write();
  EXPECT_EQ(untold(), 0U);
}

TEST_F(Webhooks, DoNotWaitForTheTimeThatAFastClockHasPutThemOffTo) {
  merchant_.answer_with(503);
  create(1);
  pay(1);
  merchant_.heard(1);
  let_it_write();
  merchant_.answer_with(200);
  advance(-std::chrono::hours{2});
  merchant_.heard(2);
  let_it_write();
  EXPECT_EQ(untold(), 0U);
}

TEST_F(Webhooks, AreToldAgainUntilConfirmed) {
  merchant_.answer_with(503);
  create(1);
  pay(1);
  const auto first = merchant_.heard(1);
  let_it_write();
  advance(settings_.first_retry);
  merchant_.heard(2);
  let_it_write();
  merchant_.answer_with(200);
  advance(settings_.first_retry);
  let_it_write();
  EXPECT_EQ(merchant_.heard_so_far(), 2U) << "each time it waits twice as long";
  advance(settings_.first_retry);
  EXPECT_EQ(merchant_.heard(3)[2].body, first[0].body);
  let_it_write();
  EXPECT_EQ(untold(), 0U);
}

TEST_F(Webhooks, ThatNobodyAnswersAreToldAgain) {
  merchant_.be_silent();
  create(1);
  pay(1);
  merchant_.heard(1);
  merchant_.hang_up();
  let_it_write();
  advance(settings_.first_retry);
  merchant_.heard(2);
}

TEST_F(Webhooks, AreGivenUpAfterThreeDays) {
  merchant_.answer_with(400);
  create(1);
  pay(1);
  merchant_.heard(1);
  let_it_write();
  advance(std::chrono::hours{73});
  merchant_.heard(2);
  let_it_write();
  EXPECT_EQ(untold(), 0U);
}

TEST_F(Webhooks, ThatWereNotConfirmedAreFoundAfterARestart) {
  merchant_.be_silent();
  create(1);
  pay(1);
  merchant_.heard(1);
  start();
  merchant_.heard(2);
  merchant_.answer_all(200);  // the first of them to a provider that is gone
  let_it_write();
  EXPECT_EQ(untold(), 0U);
}

TEST_F(Webhooks, OnTheirWayAreBounded) {
  settings_.max_in_flight = 8;
  merchant_.be_silent();
  for (int n = 0; n < 30; ++n) {
    create(n);
    pay(n);
  }
  merchant_.heard(8);
  let_it_write();
  EXPECT_EQ(merchant_.heard_so_far(), 8U);
  merchant_.answer_all(200);
  merchant_.heard(30);
  let_it_write();
  EXPECT_EQ(merchant_.heard_so_far(), 30U) << "each is told once";
  EXPECT_EQ(untold(), 0U);
}

TEST_F(Webhooks, MayComeLate) {
  settings_.delay = seconds{3};
  create(1);
  pay(1);
  let_it_write();
  EXPECT_EQ(merchant_.heard_so_far(), 0U);
  advance(seconds{3});
  merchant_.heard(1);
}

TEST_F(Webhooks, MayComeTwiceAlikeInEveryRun) {
  settings_.duplicate_percent = 50;
  for (int n = 0; n < 40; ++n) {
    create(n);
    pay(n);
  }
  merchant_.heard(50);
  let_it_write();
  const auto count = merchant_.heard_so_far();
  EXPECT_LT(count, 70U);
  EXPECT_EQ(untold(), 0U);
}

}  // namespace
}  // namespace oms::simulated
