// A link that is closed for a change, and the one that is opened then.
#include "services/payments/records.h"
#include "tests/support/provider_events.h"

namespace oms::payments {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Result = StepAnswer::Result;

class Links : public ProviderEvents {
 protected:
  void given_requested() {
    hear(CollectPayment{.ref = {.step = "collect_payment", .attempt = 1},
                        .customer_id = "c",
                        .amount = 450,
                        .currency = "usd",
                        .expires_at = start + hours{1}});
  }
  void given_open() {
    given_requested();
    made("cs_1");
  }
  Heard made(const char* session) {
    return hear(PaymentOutcome{.kind = Kind::create_link,
                               .result = Ended::done,
                               .session_id = session,
                               .link = std::string{"https://pay/"} + session,
                               .request = payment().requests});
  }
  Heard close(std::int32_t change = 1, std::int32_t attempt = 1) {
    return hear(CloseLink{.ref = {.step = "close_link", .attempt = attempt, .run = change}});
  }
  Heard open(MinorUnits amount, std::int32_t change = 1) {
    return hear(OpenLink{.ref = {.step = "open_link", .attempt = 1, .run = change},
                         .lines = {{.product_id = "1", .quantity = 1}},
                         .amount = amount,
                         .expires_at = start + hours{2}});
  }
  Heard reopen(std::int32_t change = 1) {
    return hear(OpenLink{.ref = {.step = "close_link", .attempt = 1, .run = change},
                         .amount = 450,
                         .expires_at = start + hours{2},
                         .undoes_close = true});
  }
  Heard undo() { return hear(UndoPayment{.ref = {.step = "collect_payment", .attempt = 2}}); }
  Heard ended(Kind kind, Word word, const char* session = "cs_1", MinorUnits refunded = 0) {
    const bool is_paid = word == Word::paid || word == Word::refunded;
    return hear(PaymentOutcome{.kind = kind,
                               .result = Ended::done,
                               .word = word,
                               .session_id = session,
                               .amount = is_paid ? 450 : 0,
                               .currency = "usd",
                               .refunded = refunded,
                               .number = kind == Kind::refund ? -1 : 0,
                               .request = payment().requests});
  }
  Heard wake_closed(Time now, bool is_restart = false) {
    return hear(
        WakeUp{.table = "payments_closed_links", .id = order_id.text(), .is_restart = is_restart},
        now);
  }
  void given_closed() {
    given_open();
    close();
    ended(Kind::expire_link, Word::expired);
  }
  Heard event(const char* session, Word word, MinorUnits amount = 450) {
    return told({.session_id = session, .word = word, .amount = amount});
  }
  const ClosedLink& closed(std::size_t n = 0) const {
    return records_.get<ClosedLinks>(order_id)->links.at(n);
  }
  const ClosedLinks* all_closed() const { return records_.get<ClosedLinks>(order_id); }

  // The answers to the change's command, and to the life's.
  static std::vector<Result> answers(const Decision& decision, std::int32_t run) {
    std::vector<Result> found;
    for (const auto& answer : sent<StepAnswer>(decision)) {
      if (answer.ref.run == run) found.push_back(answer.result);
    }
    return found;
  }
  static Reason reason(const Decision& decision, std::int32_t run) {
    for (const auto& answer : sent<StepAnswer>(decision)) {
      if (answer.ref.run == run) return answer.reason;
    }
    return Reason::none;
  }
  static Kind asked(const Decision& decision) {
    EXPECT_THAT(decision.effects, SizeIs(1));
    return operation(decision).kind;
  }
};

TEST_F(Links, AreClosedByTheProvidersWordAndTheLifeGoesOnWaiting) {
  given_open();
  const auto asked_for = close();
  EXPECT_EQ(asked(asked_for), Kind::expire_link);
  EXPECT_THAT(sent<StepAnswer>(asked_for), IsEmpty());
  EXPECT_THAT(close(1, 2).effects, IsEmpty()) << "it is under way";
  const auto closed_now = ended(Kind::expire_link, Word::expired);
  EXPECT_THAT(answers(closed_now, 1), ElementsAre(Result::done));
  EXPECT_THAT(answers(closed_now, 0), IsEmpty());
  EXPECT_EQ(payment().status, PaymentStatus::requested);
  EXPECT_FALSE(payment().due);
  EXPECT_THAT(answers(close(1, 3), 1), ElementsAre(Result::done)) << "asked again";
  EXPECT_THAT(event("cs_1", Word::expired).save, IsEmpty()) << "it is known";
}

TEST_F(Links, AreClosedByAWebhookAsWell) {
  given_open();
  close();
  EXPECT_THAT(answers(event("cs_1", Word::expired), 1), ElementsAre(Result::done));
  EXPECT_THAT(sent<StepAnswer>(ended(Kind::expire_link, Word::expired)), IsEmpty());
  EXPECT_TRUE(payment().awaits_link);
}

TEST_F(Links, AreOpenedAgainForAnotherAmountUnderAKeyOfTheirOwn) {
  given_closed();
  const auto opened = open(300);
  EXPECT_THAT(answers(opened, 1), ElementsAre(Result::done)) << "at once";
  EXPECT_EQ(operation(opened).kind, Kind::create_link);
  EXPECT_EQ(operation(opened).idempotency_key, order_id.text() + "-link-2");
  EXPECT_EQ(operation(opened).link, 2);
  EXPECT_EQ(operation(opened).amount, 300);
  EXPECT_EQ(operation(opened).expires_at, start + hours{2});
  EXPECT_THAT(open(300).effects, IsEmpty()) << "asked again";
  EXPECT_THAT(answers(open(300), 1), ElementsAre(Result::done));
  EXPECT_THAT(close(1, 4).save, IsEmpty()) << "that is over";

  const auto there = made("cs_2");
  EXPECT_EQ(sent<PaymentChanged>(there).at(0).link, "https://pay/cs_2");
  EXPECT_THAT(answers(there, 0), ElementsAre(Result::started));
  const auto paid = event("cs_2", Word::paid, 300);
  EXPECT_THAT(answers(paid, 0), ElementsAre(Result::done));
  EXPECT_EQ(payment().captured, 300);
}

TEST_F(Links, ArePaidWhileTheyAreBeingClosedAndThatCounts) {
  given_open();
  close();
  const auto paid = ended(Kind::expire_link, Word::paid);
  EXPECT_THAT(answers(paid, 0), ElementsAre(Result::done));
  EXPECT_THAT(answers(paid, 1), ElementsAre(Result::refused));
  EXPECT_EQ(reason(paid, 1), Reason::already_paid);
  EXPECT_EQ(payment().status, PaymentStatus::captured);
  EXPECT_EQ(reason(close(1, 2), 1), Reason::already_paid) << "asked again";
}

TEST_F(Links, ThatAreBeingMadeAreClosedAsSoonAsTheyAreThere) {
  given_requested();
  EXPECT_THAT(close().effects, IsEmpty());
  const auto there = made("cs_1");
  EXPECT_EQ(asked(there), Kind::expire_link);
  EXPECT_EQ(sent<PaymentChanged>(there).at(0).link, "") << "nobody is to open it";
  EXPECT_THAT(answers(ended(Kind::expire_link, Word::expired), 1), ElementsAre(Result::done));
}

TEST_F(Links, WhoseClosingIsInDoubtAreClosedAgain) {
  given_open();
  close();
  EXPECT_EQ(asked(hear(WakeUp{}, start + minutes{1})), Kind::expire_link);
}

struct NotClosed {
  const char* what;
  Payment given;
  Reason reason;
};

TEST_F(Links, AreNotClosedWhereNothingCanBeChanged) {
  const std::vector<NotClosed> rows{
      {"paid", {.status = PaymentStatus::captured, .captured = 450}, Reason::already_paid},
      {"refunded", {.status = PaymentStatus::refunded, .captured = 450}, Reason::already_paid},
      {"expired", {.status = PaymentStatus::expired}, Reason::not_changeable},
      {"failed", {.status = PaymentStatus::failed}, Reason::not_changeable},
      {"unwanted",
       {.status = PaymentStatus::link_ready, .undo_requested = true},
       Reason::not_changeable},
      {"after too many cards",
       {.status = PaymentStatus::link_ready, .failure = Reason::payment_failed},
       Reason::not_changeable},
      {"a card",
       {.status = PaymentStatus::authorized, .method = PaymentMethod::card},
       Reason::not_changeable},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.what);
    given(row.given);
    const auto refused = close();
    EXPECT_THAT(answers(refused, 1), ElementsAre(Result::refused));
    EXPECT_EQ(reason(refused, 1), row.reason);
    EXPECT_THAT(refused.effects, IsEmpty());
  }
}

TEST_F(Links, OfAChangeThatIsUndoneAreOpenedAsTheyWere) {
  given_closed();
  const auto opened = reopen();
  EXPECT_THAT(answers(opened, 1), ElementsAre(Result::undone));
  EXPECT_EQ(operation(opened).amount, 450);
  made("cs_2");
  EXPECT_THAT(answers(event("cs_2", Word::paid), 0), ElementsAre(Result::done));
}

TEST_F(Links, OfAChangeThatIsUndoneBeforeTheyAreClosedAreOpenedThen) {
  given_open();
  close();
  const auto undone = reopen();
  EXPECT_THAT(answers(undone, 1), ElementsAre(Result::undone));
  EXPECT_THAT(undone.effects, IsEmpty());
  const auto closed_now = ended(Kind::expire_link, Word::expired);
  EXPECT_EQ(operation(closed_now).idempotency_key, order_id.text() + "-link-2");
  EXPECT_THAT(sent<StepAnswer>(closed_now), IsEmpty());
}

TEST_F(Links, AreNotClosedOnceTheUndoHasCome) {
  given_open();
  EXPECT_THAT(answers(reopen(), 1), ElementsAre(Result::undone));
  EXPECT_THAT(close().save, IsEmpty());
  EXPECT_EQ(payment().status, PaymentStatus::link_ready);
  EXPECT_EQ(asked(close(2)), Kind::expire_link) << "another change may";
}

TEST_F(Links, OfAnOrderThatIsUndoneStayClosed) {
  given_closed();
  const auto undone = undo();
  EXPECT_THAT(answers(undone, 0), ElementsAre(Result::undone));
  EXPECT_EQ(payment().status, PaymentStatus::expired);
  EXPECT_THAT(open(300).effects, IsEmpty());
}

TEST_F(Links, OfAnOrderThatIsUndoneMeanwhileAreClosedForGood) {
  given_open();
  close();
  undo();
  const auto closed_now = ended(Kind::expire_link, Word::expired);
  EXPECT_THAT(answers(closed_now, 0), ElementsAre(Result::undone));
  EXPECT_EQ(reason(closed_now, 1), Reason::not_changeable);
}

TEST_F(Links, TheSecondIsUndoneLikeTheFirst) {
  given_closed();
  open(300);
  made("cs_2");
  const auto undone = undo();
  EXPECT_EQ(operation(undone).session_id, "cs_2");
  EXPECT_EQ(operation(undone).idempotency_key, order_id.text() + "-expire-2");
}

// --- late money ----------------------------------------------------------------------------------

TEST_F(Links, MoneyOfAClosedOneGoesBackFromItself) {
  given_closed();
  open(300);
  made("cs_2");
  const auto late = event("cs_1", Word::paid);
  EXPECT_EQ(operation(late).kind, Kind::refund);
  EXPECT_EQ(operation(late).session_id, "cs_1");
  EXPECT_EQ(operation(late).amount, 450);
  EXPECT_EQ(operation(late).number, -1);
  EXPECT_THAT(sent<StepAnswer>(late), IsEmpty());
  EXPECT_EQ(payment().status, PaymentStatus::link_ready) << "the other one is not touched";
  EXPECT_THAT(event("cs_1", Word::paid).effects, IsEmpty()) << "told twice";
  EXPECT_EQ(asked(wake_closed(start + minutes{1})), Kind::refund) << "in doubt";
  ended(Kind::refund, Word::refunded, "cs_1", 450);
  EXPECT_EQ(closed().refunded, 450);
  EXPECT_FALSE(all_closed()->due);
  EXPECT_EQ(payment().captured, 0);
  EXPECT_THAT(answers(event("cs_2", Word::paid, 300), 0), ElementsAre(Result::done));
}

TEST_F(Links, MoneyThatComesBeforeTheNextLinkGoesBackAsWell) {
  given_closed();
  const auto late = event("cs_1", Word::paid);
  EXPECT_EQ(asked(late), Kind::refund);
  EXPECT_THAT(sent<StepAnswer>(late), IsEmpty()) << "it was over what is no longer asked";
  EXPECT_EQ(operation(open(300)).kind, Kind::create_link);
}

TEST_F(Links, AClosedOneIsLookedAtOnceMore) {
  given_closed();
  open(300);
  made("cs_2");
  EXPECT_THAT(wake_closed(start + hours{7}).effects, IsEmpty());
  const auto look = wake_closed(start + hours{8});
  EXPECT_EQ(operation(look).kind, Kind::look_up);
  EXPECT_EQ(operation(look).session_id, "cs_1");
  EXPECT_EQ(asked(ended(Kind::look_up, Word::paid)), Kind::refund);
  ended(Kind::refund, Word::refunded, "cs_1", 450);
  EXPECT_FALSE(all_closed()->due) << "and then it may be forgotten";
}

TEST_F(Links, AClosedOneThatWasNotPaidIsForgotten) {
  given_closed();
  wake_closed(start + hours{8});
  ended(Kind::look_up, Word::expired);
  EXPECT_FALSE(all_closed()->due);
  EXPECT_TRUE(closed().is_over);
}

// A bank's late yes to the first does not hurry the last look at the second.
TEST_F(Links, EachClosedOneHasALastLookOfItsOwn) {
  given_closed();
  open(450);
  made("cs_2");
  close(2);
  ended(Kind::expire_link, Word::expired, "cs_2");
  event("cs_1", Word::paid);
  EXPECT_THAT(ended(Kind::refund, Word::refunded, "cs_1", 450).effects, IsEmpty());
  EXPECT_TRUE(closed(0).is_over);
  EXPECT_EQ(all_closed()->due, start + hours{8});
  EXPECT_EQ(operation(wake_closed(start + hours{8})).session_id, "cs_2");
}

TEST_F(Links, AnEarlyLookAtAClosedOneIsNotItsLast) {
  given_closed();
  hear(LookUpPayment{.session_id = "cs_1"});
  ended(Kind::look_up, Word::expired);
  EXPECT_FALSE(closed().is_over);
  EXPECT_EQ(all_closed()->due, start + hours{8});
}

TEST_F(Links, ARefundOfAClosedOneInDoubtIsLookedUpWhereItsKeyMayBeForgotten) {
  given_closed();
  event("cs_1", Word::paid);
  EXPECT_EQ(asked(wake_closed(start + hours{24})), Kind::look_up);
  ended(Kind::look_up, Word::refunded, "cs_1", 450);
  EXPECT_EQ(closed().refunded, 450);
  EXPECT_FALSE(all_closed()->due);
}

TEST_F(Links, WhatIsToldOfAClosedOneByItsNumberDoesNotConcernTheOther) {
  given_closed();
  open(450);
  made("cs_2");
  event("cs_1", Word::paid);
  event("cs_2", Word::paid);
  told({.word = Word::refunded, .amount = 450, .link = 1});
  EXPECT_EQ(closed().refunded, 450);
  EXPECT_EQ(payment().refunded, 0);
  EXPECT_THAT(alarms(told_refund("re_1", 450, RefundStatus::failed, -1)),
              ElementsAre("refund_failed 450"));
  EXPECT_THAT(alarms(told({.word = Word::dispute, .amount = 450, .subject_id = "dp", .link = 1})),
              ElementsAre("disputed 450"));
  EXPECT_EQ(payment().status, PaymentStatus::captured);
  EXPECT_THAT(payment().disputes, IsEmpty());
}

TEST_F(Links, ALookUpThatFindsAClosedOneHasFoundNone) {
  given_closed();
  open(300);
  EXPECT_EQ(asked(hear(WakeUp{}, start + hours{24})), Kind::look_up);
  const auto found = hear(PaymentOutcome{.kind = Kind::look_up,
                                         .result = Ended::done,
                                         .word = Word::expired,
                                         .session_id = "cs_1"},
                          start + hours{24});
  EXPECT_THAT(answers(found, 0), ElementsAre(Result::refused)) << "after a day";
  EXPECT_EQ(payment().session_id, "");
}

// The first answer was late, and the second repeats it.
TEST_F(Links, AnEchoAboutAClosedOneDoesNotConcernTheOther) {
  given_closed();
  open(450);
  made("cs_2");
  event("cs_2", Word::paid);
  event("cs_1", Word::paid);
  ended(Kind::refund, Word::refunded, "cs_1", 450);
  ended(Kind::look_up, Word::refunded, "cs_1", 450);
  EXPECT_EQ(payment().status, PaymentStatus::captured);
  EXPECT_EQ(payment().refunded, 0);
}

TEST_F(Links, AClosedOneIsHeardOfWhenItsPaymentWasForgotten) {
  given_closed();
  wake_closed(start + hours{8});
  auto left = *all_closed();
  records_ = {};
  records_.keep(make_record(std::move(left)));
  hear(PaymentOutcome{
      .kind = Kind::look_up, .result = Ended::done, .word = Word::expired, .session_id = "cs_1"});
  EXPECT_TRUE(closed().is_over);
  EXPECT_FALSE(all_closed()->due);
}

TEST_F(Links, AnUnknownSessionIsNotBelievedWhileNoneIsOpen) {
  given_closed();
  EXPECT_THROW(event("cs_9", Word::paid), std::runtime_error);
}

}  // namespace
}  // namespace oms::payments
