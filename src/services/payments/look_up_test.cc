// A payment that is looked up because somebody doubts it, and not because it is due.
#include "services/payments/records.h"
#include "tests/support/provider_events.h"

namespace oms::payments {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LookUps : public ProviderEvents {
 protected:
  Heard look_up(std::string session = "cs_1") {
    return hear(LookUpPayment{.session_id = std::move(session)});
  }
  Heard answered(Kind kind, Word word, MinorUnits refunded = 0, const char* session = "cs_1") {
    const bool is_paid = word == Word::paid || word == Word::refunded;
    return hear(PaymentOutcome{.kind = kind,
                               .result = Ended::done,
                               .word = word,
                               .session_id = session,
                               .amount = is_paid ? 450 : 0,
                               .currency = "usd",
                               .refunded = refunded,
                               .request = payment().requests});
  }
  PaymentFacts facts() const {
    const Question question{PaymentsOf{.ids = {order_id}}};
    Keys keys;
    service_.needs(question, keys);
    return std::get<PaymentsAre>(service_.answer(question, records_)).payments.at(0);
  }
};

TEST_F(LookUps, AskTheProviderAndTakeWhatWasPaid) {
  given({.status = PaymentStatus::link_ready, .due = start + hours{1}});
  const auto asked = operation(look_up());
  EXPECT_EQ(asked.kind, Kind::look_up);
  EXPECT_EQ(asked.session_id, "cs_1");
  EXPECT_EQ(facts().asked_at, start);
  answered(Kind::look_up, Word::paid);
  EXPECT_EQ(payment().status, PaymentStatus::captured);
  EXPECT_EQ(facts().captured, 450);
  EXPECT_EQ(facts().asked_at, std::nullopt);
}

TEST_F(LookUps, WaitForTheAnswerThatIsUnderWay) {
  given({.status = PaymentStatus::link_ready});
  look_up();
  EXPECT_THAT(look_up().effects, IsEmpty());
}

TEST_F(LookUps, AskNobodyAboutAnAccount) {
  given({.status = PaymentStatus::captured, .captured = 450, .method = PaymentMethod::account});
  EXPECT_THAT(look_up().effects, IsEmpty());
}

TEST_F(LookUps, RecordARefundThatTheProviderTellsOf) {
  given_paid();
  look_up();
  answered(Kind::look_up, Word::paid, 100);
  EXPECT_EQ(payment().status, PaymentStatus::partially_refunded);
  EXPECT_EQ(facts().refunded, 100);
  EXPECT_EQ(facts().refundable, 350);
}

TEST_F(LookUps, CloseALinkThatOutlivesItsPayment) {
  given({.status = PaymentStatus::expired, .failure = Reason::payment_expired});
  look_up();
  EXPECT_EQ(operation(answered(Kind::look_up, Word::open)).kind, Kind::expire_link);
  EXPECT_THAT(answered(Kind::expire_link, Word::expired).effects, IsEmpty());
  EXPECT_EQ(payment().status, PaymentStatus::expired);
}

TEST_F(LookUps, AreNotBegunByAnAnswerFromBeforeItsEnd) {
  const auto last_look = start + PaymentSettings{}.look_again_after;
  given({.status = PaymentStatus::expired, .failure = Reason::payment_expired, .due = last_look});
  EXPECT_THAT(answered(Kind::look_up, Word::open).effects, IsEmpty());
  EXPECT_EQ(payment().due, last_look);
}

TEST_F(LookUps, AreFollowedByALastOneWhereALinkWasClosed) {
  given({.status = PaymentStatus::expired, .failure = Reason::payment_expired});
  look_up();
  answered(Kind::look_up, Word::open);
  answered(Kind::expire_link, Word::expired);
  EXPECT_EQ(payment().due, start + PaymentSettings{}.look_again_after);
}

TEST_F(LookUps, DoNotAskAgainAtOnceForWhatWouldNotClose) {
  given({.status = PaymentStatus::expired, .failure = Reason::payment_expired});
  look_up();
  answered(Kind::look_up, Word::open);
  EXPECT_THAT(answered(Kind::expire_link, Word::open).effects, IsEmpty());
  EXPECT_EQ(payment().due, start + PaymentSettings{}.look_again_after);
}

TEST_F(LookUps, GiveBackWhatWasPaidForAnOrderThatEnded) {
  given({.status = PaymentStatus::expired, .failure = Reason::payment_expired});
  look_up();
  answered(Kind::look_up, Word::open);
  EXPECT_EQ(operation(answered(Kind::expire_link, Word::paid)).kind, Kind::refund)
      << "the customer was faster";
}

TEST_F(LookUps, VoidAnAuthorizationThatOutlivesItsPayment) {
  given({.status = PaymentStatus::voided,
         .undo_requested = true,
         .method = PaymentMethod::card,
         .begins_with = Kind::authorize});
  look_up();
  EXPECT_EQ(operation(answered(Kind::look_up, Word::authorized)).kind, Kind::release);
  EXPECT_THAT(answered(Kind::release, Word::expired).effects, IsEmpty());
}

TEST_F(LookUps, AreOfALinkThatWasClosedForAChange) {
  given({.status = PaymentStatus::captured, .captured = 450, .session_id = "cs_2", .links = 2});
  records_.keep(make_record(
      ClosedLinks{.id = order_id,
                  .currency = "usd",
                  .links = {{.number = 1, .session_id = "cs_1", .amount = 450, .is_over = true}}}));
  EXPECT_EQ(operation(look_up("cs_1")).session_id, "cs_1");
  EXPECT_EQ(operation(answered(Kind::look_up, Word::open)).kind, Kind::expire_link)
      << "it takes money";
  EXPECT_EQ(operation(answered(Kind::expire_link, Word::paid)).kind, Kind::refund);
  EXPECT_THAT(facts().closed, ElementsAre(::testing::Field(&ClosedLinkFacts::captured, 450)));
  EXPECT_EQ(operation(look_up("cs_2")).session_id, "cs_2") << "and this is the payment's own";
}

TEST_F(LookUps, OfAnOrderWithoutAPaymentAreAMistake) {
  EXPECT_THROW(look_up(), std::runtime_error);
}

class WithEvents : public LookUps {
 protected:
  void hear(Payload payload) {
    records_.decide(listing_, {.id = order_id, .order_id = order_id, .payload = std::move(payload)},
                    start);
  }
  void hear_open(const char* event) {
    hear(ProviderEvent{.event_id = event,
                       .session_id = "cs_1",
                       .word = Word::open,
                       .amount = 450,
                       .currency = "usd"});
  }
  void given_made() {
    given({.status = PaymentStatus::requested,
           .under_way = Kind::create_link,
           .attempt = 1,
           .asked_at = start,
           .due = start + hours{1}});
    hear(PaymentOutcome{.kind = Kind::create_link,
                        .result = Ended::done,
                        .session_id = "cs_1",
                        .link = "https://pay/cs_1"});
  }

  const PaymentsService listing_{{.looks_at_open_links = false}};
};

TEST_F(WithEvents, AnOpenLinkIsNotLookedAt) {
  given_made();
  EXPECT_EQ(payment().status, PaymentStatus::link_ready);
  EXPECT_EQ(payment().due, std::nullopt);
  hear_open("evt_open");  // the money is on its way
  EXPECT_EQ(payment().due, std::nullopt);
}

TEST_F(WithEvents, ALinkThatIsBeingClosedIsNeverLeftToItself) {
  given_made();
  hear(UndoPayment{.ref = {.step = "collect_payment", .attempt = 2}});
  EXPECT_EQ(payment().under_way, Kind::expire_link);
  ASSERT_TRUE(payment().due);
  hear_open("evt_open");
  EXPECT_TRUE(payment().due) << "the answer may be lost";
  hear(PaymentOutcome{
      .kind = Kind::expire_link, .result = Ended::done, .word = Word::open, .session_id = "cs_1"});
  EXPECT_TRUE(payment().due) << "it would not close";
}

}  // namespace
}  // namespace oms::payments
