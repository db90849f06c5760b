// Cards by token: charged at once, or held, and captured or given back.
#include "services/payments/records.h"
#include "tests/support/provider_events.h"

namespace oms::payments {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Result = StepAnswer::Result;

class Cards : public ProviderEvents {
 protected:
  Heard charge(int attempt = 1) {
    return hear(ChargePayment{.ref = {.step = "charge", .attempt = attempt},
                              .customer_id = "c",
                              .amount = 450,
                              .currency = "usd",
                              .payment_token = "tok_visa"});
  }
  Heard authorize(int attempt = 1) {
    return hear(AuthorizePayment{.ref = {.step = "authorize", .attempt = attempt},
                                 .customer_id = "c",
                                 .amount = 450,
                                 .currency = "usd",
                                 .payment_token = "tok_visa"});
  }
  Heard capture(int attempt = 1) {
    return hear(CapturePayment{.ref = {.step = "capture", .attempt = attempt}});
  }
  Heard undo(bool unless_captured = false) {
    return hear(UndoPayment{.ref = {.step = unless_captured ? "capture" : "authorize"},
                            .unless_captured = unless_captured});
  }
  // What the provider says of the intent, asked whatever.
  Heard ended(Kind kind, Ended result, Word word = Word::open, PaymentError error = {}) {
    const bool is_paid = word == Word::paid || word == Word::refunded;
    return hear(PaymentOutcome{.kind = kind,
                               .result = result,
                               .word = word,
                               .session_id = "pi_1",
                               .amount = is_paid ? 450 : 0,
                               .currency = "usd",
                               .request = payment().requests,
                               .error = std::move(error)},
                now_);
  }
  Heard wake(Duration after) {
    now_ = now_ + after;
    return hear(WakeUp{}, now_);
  }
  Heard event(Word word) { return told({.session_id = "pi_1", .word = word, .amount = 450}); }
  void given_authorized() {
    authorize();
    ended(Kind::authorize, Ended::done, Word::authorized);
  }
  static std::vector<Result> answers(const Decision& decision) {
    std::vector<Result> found;
    for (const auto& answer : sent<StepAnswer>(decision)) found.push_back(answer.result);
    return found;
  }
  static Kind asked(const Decision& decision) {
    EXPECT_THAT(decision.effects, SizeIs(1));
    return operation(decision).kind;
  }

  Time now_ = start;
};

// --- charged -------------------------------------------------------------------------------------

TEST_F(Cards, AreChargedOnceAndAnsweredByTheProvidersWord) {
  const auto asked_for = charge();
  EXPECT_EQ(operation(asked_for).kind, Kind::charge);
  EXPECT_EQ(operation(asked_for).payment_token, "tok_visa");
  EXPECT_EQ(operation(asked_for).amount, 450);
  EXPECT_EQ(operation(asked_for).idempotency_key, order_id.text() + "-charge");
  EXPECT_THAT(charge(2).effects, IsEmpty()) << "it is under way";

  const auto charged = ended(Kind::charge, Ended::done, Word::paid);
  EXPECT_THAT(answers(charged), ElementsAre(Result::done));
  EXPECT_EQ(payment().status, PaymentStatus::captured);
  EXPECT_EQ(payment().captured, 450);
  EXPECT_EQ(payment().payment_token, "");
  EXPECT_FALSE(payment().due);
  EXPECT_THAT(answers(charge(3)), ElementsAre(Result::done)) << "asked again";
}

TEST_F(Cards, ThatAreDeclinedPayNothingAndTheOrderIsToldWhy) {
  charge();
  const auto declined = ended(Kind::charge, Ended::refused, Word::failed,
                              {.code = "insufficient_funds", .message = "No."});
  ASSERT_THAT(answers(declined), ElementsAre(Result::refused));
  EXPECT_EQ(sent<StepAnswer>(declined)[0].reason, Reason::payment_failed);
  EXPECT_EQ(sent<PaymentChanged>(declined).at(0).last_error.code, "insufficient_funds");
  EXPECT_EQ(payment().status, PaymentStatus::failed);
  EXPECT_THAT(event(Word::declined).effects, IsEmpty()) << "it is known";
  EXPECT_EQ(payment().status, PaymentStatus::failed);
  EXPECT_THAT(answers(charge(2)), ElementsAre(Result::refused));
  EXPECT_THAT(answers(undo()), ElementsAre(Result::undone));
}

TEST_F(Cards, InDoubtAreChargedAgainWithTheSameKeyAndLookedUpWhereItMayBeForgotten) {
  const auto key = operation(charge()).idempotency_key;
  const auto again = wake(std::chrono::seconds{2});
  EXPECT_EQ(asked(again), Kind::charge);
  EXPECT_EQ(operation(again).idempotency_key, key);
  EXPECT_EQ(asked(wake(hours{24})), Kind::look_up);
  EXPECT_THAT(answers(ended(Kind::look_up, Ended::done, Word::paid)), ElementsAre(Result::done));
}

TEST_F(Cards, OfWhichTheProviderKnowsNothingAfterADayHaveFailed) {
  charge();
  wake(hours{24});
  EXPECT_THAT(answers(ended(Kind::look_up, Ended::refused)), ElementsAre(Result::refused));
  EXPECT_EQ(payment().status, PaymentStatus::failed);
  EXPECT_EQ(asked(wake(hours{8})), Kind::look_up) << "it may still come";
}

TEST_F(Cards, ThatAreToldOfBeforeTheAnswerWaitForIt) {
  charge();
  for (const auto word : {Word::paid, Word::declined, Word::expired}) {
    const auto heard = event(word);
    EXPECT_THAT(heard.effects, IsEmpty());
    EXPECT_THAT(heard.save, IsEmpty());
  }
  EXPECT_THAT(answers(ended(Kind::charge, Ended::done, Word::paid)), ElementsAre(Result::done));
  EXPECT_THAT(answers(event(Word::paid)), IsEmpty());
  EXPECT_EQ(payment().captured, 450);
}

TEST_F(Cards, ThatWereChargedAreRefunded) {
  charge();
  ended(Kind::charge, Ended::done, Word::paid);
  const auto undone = undo();
  EXPECT_EQ(asked(undone), Kind::refund);
  EXPECT_EQ(operation(undone).session_id, "pi_1");
  EXPECT_THAT(answers(refund_ended(Ended::done, 450, 1)), ElementsAre(Result::undone));
  EXPECT_EQ(payment().status, PaymentStatus::refunded);
}

TEST_F(Cards, ThatAreNotWantedAnyMoreAreLookedUpAndNotChargedAgain) {
  charge();
  EXPECT_THAT(undo().effects, IsEmpty()) << "its outcome is awaited";
  EXPECT_EQ(asked(wake(hours{1})), Kind::look_up);
  EXPECT_THAT(answers(ended(Kind::look_up, Ended::refused)), ElementsAre(Result::undone));
  EXPECT_EQ(asked(wake(hours{8})), Kind::look_up);
  const auto late = ended(Kind::look_up, Ended::done, Word::paid);
  EXPECT_EQ(asked(late), Kind::refund) << "nobody keeps it";
  refund_ended(Ended::done, 450, 1);
  EXPECT_EQ(payment().status, PaymentStatus::refunded);
}

TEST_F(Cards, ThatAreChargedAfterAllAreRefundedBeforeTheUndoIsAnswered) {
  charge();
  undo();
  const auto charged = ended(Kind::charge, Ended::done, Word::paid);
  EXPECT_EQ(asked(charged), Kind::refund);
  EXPECT_THAT(answers(charged), IsEmpty());
  EXPECT_THAT(answers(refund_ended(Ended::done, 450, 1)), ElementsAre(Result::undone));
}

TEST_F(Cards, AreNotChargedOnceTheUndoHasCome) {
  undo();
  const auto late = charge();
  EXPECT_THAT(late.effects, IsEmpty());
  EXPECT_THAT(answers(late), ElementsAre(Result::refused));
}

// Its request was late, and its bank is faster than our next look.
TEST_F(Cards, ThatAreChargedAfterAllAndDisputedAreRefundedForTheRest) {
  charge();
  undo();
  EXPECT_EQ(asked(wake(hours{1})), Kind::look_up);
  EXPECT_THAT(answers(ended(Kind::look_up, Ended::refused)), ElementsAre(Result::undone));
  const auto disputed = told({.word = Word::dispute, .amount = 200, .subject_id = "dp_1"});
  EXPECT_EQ(asked(disputed), Kind::look_up);
  const auto found = ended(Kind::look_up, Ended::done, Word::paid);
  ASSERT_EQ(asked(found), Kind::refund);
  EXPECT_EQ(operation(found).amount, 250) << "more the provider would refuse for ever";
}

// --- held and captured ---------------------------------------------------------------------------

TEST_F(Cards, AreHeldThenCaptured) {
  const auto asked_for = authorize();
  EXPECT_EQ(operation(asked_for).kind, Kind::authorize);
  EXPECT_EQ(operation(asked_for).idempotency_key, order_id.text() + "-authorize");
  const auto held = ended(Kind::authorize, Ended::done, Word::authorized);
  EXPECT_THAT(answers(held), ElementsAre(Result::done));
  EXPECT_EQ(payment().status, PaymentStatus::authorized);
  EXPECT_EQ(payment().captured, 0);
  EXPECT_FALSE(payment().due);

  const auto taken = capture();
  EXPECT_EQ(operation(taken).kind, Kind::capture);
  EXPECT_EQ(operation(taken).session_id, "pi_1");
  EXPECT_EQ(operation(taken).amount, 450);
  EXPECT_THAT(capture(2).effects, IsEmpty()) << "it is under way";
  const auto captured = ended(Kind::capture, Ended::done, Word::paid);
  ASSERT_THAT(answers(captured), ElementsAre(Result::done));
  EXPECT_EQ(sent<StepAnswer>(captured)[0].ref.step, "capture");
  EXPECT_EQ(payment().status, PaymentStatus::captured);
  EXPECT_THAT(answers(capture(3)), ElementsAre(Result::done)) << "asked again";
}

// Two answers that differ would complete the order, and refund it once more.
TEST_F(Cards, ThatWereCapturedStaySoForWhoAsksAgainWhenAllIsRefundedElsewhere) {
  given_authorized();
  capture();
  ended(Kind::capture, Ended::done, Word::paid);
  told({.session_id = "pi_1", .word = Word::refunded, .amount = 450});
  told_refund("re_1", 450, RefundStatus::pending);
  ASSERT_EQ(payment().status, PaymentStatus::refunded);
  EXPECT_THAT(answers(capture(2)), ElementsAre(Result::done));
  const auto failed = told_refund("re_1", 450, RefundStatus::failed);
  EXPECT_THAT(failed.effects, IsEmpty()) << "its money is there again";
  EXPECT_EQ(payment().status, PaymentStatus::captured);
}

TEST_F(Cards, ThatCannotBeHeldAreRefused) {
  authorize();
  const auto declined = ended(Kind::authorize, Ended::refused, Word::failed, {.code = "expired"});
  ASSERT_THAT(answers(declined), ElementsAre(Result::refused));
  EXPECT_EQ(sent<StepAnswer>(declined)[0].reason, Reason::payment_failed);
  EXPECT_EQ(payment().status, PaymentStatus::failed);
}

TEST_F(Cards, ThatAreHeldAreReleased) {
  given_authorized();
  EXPECT_EQ(asked(undo()), Kind::release);
  const auto released = ended(Kind::release, Ended::done, Word::expired);
  EXPECT_THAT(answers(released), ElementsAre(Result::undone));
  EXPECT_EQ(payment().status, PaymentStatus::voided);
  EXPECT_EQ(payment().failure, Reason::none);
  EXPECT_THAT(answers(undo()), ElementsAre(Result::undone));
  EXPECT_THAT(answers(capture()), ElementsAre(Result::refused));
}

TEST_F(Cards, ThatAreHeldAfterTheUndoAreReleased) {
  authorize();
  EXPECT_THAT(undo().effects, IsEmpty());
  const auto held = ended(Kind::authorize, Ended::done, Word::authorized);
  EXPECT_THAT(answers(held), IsEmpty());
  EXPECT_EQ(asked(held), Kind::release);
  EXPECT_EQ(asked(wake(hours{1})), Kind::release) << "its answer was lost";
  EXPECT_THAT(answers(ended(Kind::release, Ended::done, Word::expired)),
              ElementsAre(Result::undone));
}

TEST_F(Cards, AnUndoIsTooLateOnceTheMoneyIsTaken) {
  given_authorized();
  capture();
  ended(Kind::capture, Ended::done, Word::paid);
  EXPECT_THAT(answers(undo(true)), ElementsAre(Result::too_late));
  EXPECT_FALSE(payment().undo_requested);
  EXPECT_EQ(asked(undo()), Kind::refund) << "the operator undoes it all";
}

TEST_F(Cards, AnUndoWaitsForTheCaptureInDoubtAndIsTooLate) {
  given_authorized();
  capture();
  EXPECT_THAT(undo(true).effects, IsEmpty());
  const auto captured = ended(Kind::capture, Ended::done, Word::paid);
  EXPECT_THAT(answers(captured), ElementsAre(Result::too_late, Result::done));
  EXPECT_EQ(payment().status, PaymentStatus::captured);
  EXPECT_FALSE(payment().undo_requested);
}

TEST_F(Cards, AnUndoReleasesWhatTheCaptureInDoubtHasNotTaken) {
  given_authorized();
  capture();
  undo(true);
  EXPECT_EQ(asked(wake(hours{1})), Kind::release) << "the capture's answer was lost";
  EXPECT_THAT(answers(ended(Kind::release, Ended::done, Word::expired)),
              ElementsAre(Result::undone));
  EXPECT_EQ(payment().status, PaymentStatus::voided);
}

TEST_F(Cards, AnUndoForGoodRefundsWhatTheCaptureInDoubtHasTaken) {
  given_authorized();
  capture();
  undo();
  const auto captured = ended(Kind::capture, Ended::done, Word::paid);
  EXPECT_THAT(answers(captured), IsEmpty());
  EXPECT_EQ(asked(captured), Kind::refund);
}

TEST_F(Cards, WhoseHoldHasLapsedAreNotCaptured) {
  given_authorized();
  event(Word::expired);
  EXPECT_EQ(payment().status, PaymentStatus::failed);
  const auto refused = capture();
  ASSERT_THAT(answers(refused), ElementsAre(Result::refused));
  EXPECT_EQ(sent<StepAnswer>(refused)[0].reason, Reason::payment_failed);
}

TEST_F(Cards, WhoseHoldIsSaidToHaveLapsedDuringTheCaptureAreLookedUp) {
  given_authorized();
  capture();
  EXPECT_EQ(asked(event(Word::expired)), Kind::look_up) << "they may be captured";
  EXPECT_THAT(answers(ended(Kind::look_up, Ended::done, Word::paid)), ElementsAre(Result::done));
  EXPECT_EQ(payment().captured, 450);
}

TEST_F(Cards, WhoseCaptureIsRefusedAreReleased) {
  given_authorized();
  capture();
  const auto refused = ended(Kind::capture, Ended::refused);
  EXPECT_THAT(answers(refused), IsEmpty()) << "it may have been captured";
  EXPECT_EQ(asked(refused), Kind::release);
  const auto released = ended(Kind::release, Ended::done, Word::expired);
  ASSERT_THAT(answers(released), ElementsAre(Result::refused));
  EXPECT_EQ(sent<StepAnswer>(released)[0].reason, Reason::payment_failed);
  EXPECT_EQ(payment().status, PaymentStatus::failed);
}

TEST_F(Cards, WhoseCaptureIsRefusedBecauseItHasHappenedAreCaptured) {
  given_authorized();
  capture();
  ended(Kind::capture, Ended::refused);
  EXPECT_THAT(answers(ended(Kind::release, Ended::done, Word::paid)), ElementsAre(Result::done));
  EXPECT_EQ(payment().status, PaymentStatus::captured);
  EXPECT_EQ(payment().failure, Reason::none);
}

TEST_F(Cards, ACaptureInDoubtIsRepeatedAndLookedUpWhereItsKeyMayBeForgotten) {
  given_authorized();
  capture();
  EXPECT_EQ(asked(wake(std::chrono::seconds{2})), Kind::capture);
  EXPECT_EQ(asked(wake(hours{24})), Kind::look_up);
  EXPECT_EQ(asked(ended(Kind::look_up, Ended::done, Word::authorized)), Kind::capture);
}

TEST_F(Cards, ThatAreCapturedAtTheProvidersDeskAreCaptured) {
  given_authorized();
  event(Word::paid);
  EXPECT_EQ(payment().status, PaymentStatus::captured);
  EXPECT_THAT(answers(capture()), ElementsAre(Result::done));
}

TEST_F(Cards, EchoesChangeNothing) {
  given_authorized();
  capture();
  const auto due = payment().due;
  for (const auto word : {Word::authorized, Word::open, Word::declined}) event(word);
  ended(Kind::authorize, Ended::done, Word::authorized);
  EXPECT_EQ(payment().due, due);
  EXPECT_EQ(payment().under_way, Kind::capture);
  ended(Kind::capture, Ended::done, Word::paid);
  ended(Kind::authorize, Ended::done, Word::authorized);
  event(Word::paid);
  event(Word::authorized);
  EXPECT_EQ(payment().status, PaymentStatus::captured);
  EXPECT_THAT(payment().refunds, IsEmpty());
}

TEST_F(Cards, AHoldThatComesAfterAllIsReleased) {
  authorize();
  undo();
  wake(hours{1});
  ended(Kind::look_up, Ended::refused);
  EXPECT_EQ(payment().status, PaymentStatus::failed);
  EXPECT_EQ(asked(event(Word::authorized)), Kind::look_up);
  EXPECT_EQ(asked(ended(Kind::look_up, Ended::done, Word::authorized)), Kind::release);
}

}  // namespace
}  // namespace oms::payments
