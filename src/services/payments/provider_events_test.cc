// What payments believes of the provider's events.
#include "tests/support/provider_events.h"

namespace oms::payments {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(ProviderEvents, OfAForgottenPaymentAreAnAlarm) {
  const auto heard =
      told({.word = Word::dispute, .amount = 450, .currency = "eur", .subject_id = "dp_1"});
  ASSERT_THAT(heard.announce, SizeIs(1)) << "no record tells of it";
  EXPECT_EQ(heard.announce[0].subject, order_id.text());
  EXPECT_EQ(std::get<PaymentEvent>(heard.announce[0].data).currency, "eur");
  EXPECT_THAT(alarms(heard), ElementsAre("unknown_payment 450"));
  EXPECT_THAT(alarms(told_total(1)), ElementsAre("unknown_payment 1"));
  EXPECT_THAT(alarms(told_refund("re_1", 2, RefundStatus::succeeded)),
              ElementsAre("unknown_payment 2"));
}

// Sessions, amounts and currencies.

TEST_F(ProviderEvents, ThatCarryAnothersSessionAreNotBelieved) {
  given_link();
  for (const auto word : {Word::paid, Word::declined, Word::expired, Word::failed}) {
    EXPECT_THROW(told({.session_id = "cs_2", .word = word, .amount = 450}), std::runtime_error);
  }
  EXPECT_EQ(payment().status, PaymentStatus::link_ready);
  given_paid();
  for (const auto word : {Word::refunded, Word::refund, Word::dispute}) {
    EXPECT_THROW(told({.session_id = "cs_2", .word = word, .amount = 450, .subject_id = "x"}),
                 std::runtime_error);
  }
}

TEST_F(ProviderEvents, ThatCarryAnotherAmountOrCurrencyAreNotBelieved) {
  given_link();
  for (const auto word : {Word::paid, Word::declined, Word::expired, Word::failed}) {
    EXPECT_THROW(told({.session_id = "cs_1", .word = word, .amount = 1}), std::runtime_error);
    EXPECT_THROW(told({.session_id = "cs_1", .word = word, .amount = 450, .currency = "jpy"}),
                 std::runtime_error);
  }
  given_paid();
  for (const auto word : {Word::refunded, Word::refund, Word::dispute}) {
    EXPECT_THROW(told({.word = word, .amount = 450, .currency = "jpy", .subject_id = "x"}),
                 std::runtime_error);
  }
}

TEST_F(ProviderEvents, BeforeTheLinkIsKnownAreHeldAgainstTheProvidersOwnAnswer) {
  given({.status = PaymentStatus::requested, .attempt = 1, .asked_at = start, .due = start});
  auto unnamed = payment();
  unnamed.session_id.clear();
  records_.keep(make_record(std::move(unnamed)));
  EXPECT_EQ(operation(told({.session_id = "cs_2", .word = Word::paid, .amount = 450})).kind,
            Kind::look_up);
  EXPECT_EQ(payment().captured, 0);
  const auto decision = hear(PaymentOutcome{.kind = Kind::look_up,
                                            .result = Ended::done,
                                            .word = Word::open,
                                            .session_id = "cs_1",
                                            .currency = "usd"});
  EXPECT_EQ(operation(decision).kind, Kind::create_link) << "with the key that names the link";
  EXPECT_EQ(payment().asked_at, start) << "since when the provider knows that key";
}

// Declines, and what fails for good.

TEST_F(ProviderEvents, ADeclineIsShownAndLeavesTheLinkOpen) {
  given_link();
  const auto decision = told({.word = Word::declined,
                              .amount = 450,
                              .error = {.code = "insufficient_funds", .message = "No funds."}});
  EXPECT_THAT(decision.effects, IsEmpty());
  EXPECT_EQ(sent<PaymentChanged>(decision).at(0).last_error.code, "insufficient_funds");
  const auto paid = told({.session_id = "cs_1", .word = Word::paid, .amount = 450});
  EXPECT_EQ(sent<StepAnswer>(paid).at(0).result, StepAnswer::Result::done);
  EXPECT_TRUE(sent<PaymentChanged>(paid).at(0).last_error.is_empty());
}

TEST_F(ProviderEvents, WhoPaysWhileTheLinkIsBeingClosedForItsDeclinesHasPaid) {
  given_link();
  for (int i = 0; i < 4; ++i)
    EXPECT_THAT(told({.word = Word::declined, .amount = 450}).effects, IsEmpty());
  EXPECT_EQ(operation(told({.word = Word::declined, .amount = 450})).kind, Kind::expire_link);
  const auto paid = told({.session_id = "cs_1", .word = Word::paid, .amount = 450});
  EXPECT_THAT(paid.effects, IsEmpty()) << "it is not refunded";
  EXPECT_EQ(sent<StepAnswer>(paid).at(0).result, StepAnswer::Result::done);
}

TEST_F(ProviderEvents, ABankTransferThatDoesNotComeEndsThePayment) {
  given_link();
  const auto decision = told({.session_id = "cs_1", .word = Word::failed, .amount = 450});
  EXPECT_EQ(sent<StepAnswer>(decision).at(0).result, StepAnswer::Result::refused);
  EXPECT_EQ(payment().status, PaymentStatus::failed);
}

TEST_F(ProviderEvents, AFailureAfterTheSuccessIsNeverIgnored) {
  given_paid();
  EXPECT_THROW(told({.session_id = "cs_1", .word = Word::failed, .amount = 450}),
               std::runtime_error);
}

}  // namespace
}  // namespace oms::payments
