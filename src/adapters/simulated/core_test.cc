#include "adapters/simulated/core.h"

#include <gtest/gtest.h>

#include "adapters/simulated/memory_book.h"

namespace oms::simulated {
namespace {

using Kind = PaymentOperation::Kind;
using Outcome = PaymentOutcome::Result;
using std::chrono::hours;

class Rules : public testing::Test {
 protected:
  PaymentOutcome link(const std::string& key, MinorUnits amount = 900) {
    return core_.perform({.kind = Kind::create_link,
                          .order_id = order_,
                          .idempotency_key = key,
                          .amount = amount,
                          .currency = "usd",
                          .expires_at = now_ + hours{48}},
                         now_);
  }
  PaymentOutcome refund(const std::string& key, MinorUnits amount) {
    return core_.perform({.kind = Kind::refund,
                          .order_id = order_,
                          .idempotency_key = key,
                          .amount = amount,
                          .currency = "usd"},
                         now_);
  }
  Core::View paid() {
    link("k");
    core_.pay(latest().session, card_of_token("tok_visa").value(), now_);
    return latest();
  }
  Core::View latest() { return core_.latest(order_, now_).value(); }
  std::vector<EntryKind> told() {
    std::vector<EntryKind> kinds;
    for (const auto& event : core_.take_events()) kinds.push_back(event.entry.kind);
    return kinds;
  }

  const Id order_ = *Id::parse("65a000000102030405000001");
  Time now_{1'700'000'000'000};
  std::uint64_t chances_ = 0;
  MemoryBook book_;
  Core core_{book_, {.base_url = "http://shop.example"}, [this] { return ++chances_; }};
};

TEST_F(Rules, AKeyIsRememberedForADay) {
  const auto first = link("k");
  now_ = now_ + hours{23};
  EXPECT_EQ(link("k").session_id, first.session_id);
  now_ = now_ + hours{1};
  const auto second = link("k");
  EXPECT_EQ(second.result, Outcome::done);
  EXPECT_NE(second.session_id, first.session_id) << "a forgotten key is a new one";
}

TEST_F(Rules, AnotherKeyIsAnotherSessionOfTheSameOrder) {
  const auto first = link("a");
  const auto second = link("b", 700);
  EXPECT_NE(second.session_id, first.session_id);
  EXPECT_EQ(latest().session.amount, 700);
  EXPECT_EQ(latest().session.order_id, order_);
  EXPECT_EQ(link("a").session_id, first.session_id);
  EXPECT_TRUE(latest().session.intent_name().starts_with("pi_" + order_.text() + "_"));
}

TEST_F(Rules, AnOrdersLinksAreToldApartByTheirNumbers) {
  const auto first = link("a");
  const auto second = link("b", 700);
  const auto found = [&](std::int32_t number) {
    return core_.perform({.kind = Kind::look_up, .order_id = order_, .link = number}, now_);
  };
  EXPECT_EQ(found(1).session_id, first.session_id);
  EXPECT_EQ(found(2).session_id, second.session_id);
  EXPECT_EQ(found(3).result, Outcome::refused);
  EXPECT_EQ(found(0).session_id, second.session_id) << "of a card: the latest";
}

TEST_F(Rules, ARefundsKeyIsForgottenAfterADay) {
  paid();
  EXPECT_EQ(refund("r", 300).refunded, 300);
  EXPECT_EQ(refund("r", 300).refunded, 300);
  now_ = now_ + hours{24};
  EXPECT_EQ(refund("r", 300).refunded, 600);
}

TEST_F(Rules, WhatABankDisputesIsNotRefunded) {
  auto view = paid();
  const auto dispute = core_.dispute(view, 600, now_);
  EXPECT_EQ(refund("a", 301).result, Outcome::refused);
  EXPECT_EQ(refund("b", 300).result, Outcome::done);
  view = latest();
  core_.close_dispute(view, dispute, 600, true, now_);
  EXPECT_EQ(refund("c", 600).result, Outcome::done) << "the bank has given it back";
}

TEST_F(Rules, ARefundThatFailsLeavesTheMoney) {
  auto view = paid();
  const auto name = core_.refund_elsewhere(view, 900, RefundStatus::pending, now_);
  EXPECT_EQ(latest().standing.left(), 0);
  core_.settle_refund(view, name, 900, RefundStatus::failed, now_);
  EXPECT_EQ(latest().standing.left(), 900);
  EXPECT_EQ(told(), (std::vector{EntryKind::charge, EntryKind::refund, EntryKind::refund_pending,
                                 EntryKind::refund_failed}));
}

TEST_F(Rules, ALateChargePaysAnExpiredSession) {
  link("k");
  EXPECT_TRUE(core_.expire(latest().session, now_));
  auto view = latest();
  core_.charge_late(view, now_);
  EXPECT_EQ(latest().standing.status, Standing::Status::complete);
  EXPECT_EQ(latest().standing.captured, 900);
}

TEST_F(Rules, AnIntentIsAuthorizedAndThenCapturedOnce) {
  auto view = core_
                  .open({.order_id = order_,
                         .amount = 900,
                         .currency = "usd",
                         .expires_at = now_ + hours{24 * 7},
                         .terms = Terms{.kind = Terms::Kind::manual_intent}},
                        "", now_)
                  .value();
  const auto card = card_of_token("tok_visa").value();
  EXPECT_FALSE(core_.capture(view, 900, now_)) << "nothing is authorized";
  EXPECT_EQ(core_.pay(view.session, card, now_), Core::Verdict::charged);
  EXPECT_EQ(core_.pay(view.session, card, now_), Core::Verdict::paid_already);
  view = latest();
  EXPECT_EQ(view.standing.authorized, 900);
  EXPECT_EQ(view.standing.captured, 0);
  EXPECT_FALSE(core_.capture(view, 901, now_));
  EXPECT_TRUE(core_.capture(view, 800, now_));
  EXPECT_FALSE(core_.capture(view, 100, now_));
  EXPECT_EQ(latest().standing.captured, 800);
  EXPECT_EQ(told(), (std::vector{EntryKind::authorization, EntryKind::charge}));
}

// Through the port.

class CardRules : public Rules {
 protected:
  PaymentOutcome ask(Kind kind, const char* token = "tok_visa", const std::string& session = {}) {
    return core_.perform({.kind = kind,
                          .order_id = order_,
                          .idempotency_key = "k" + std::to_string(static_cast<int>(kind)),
                          .session_id = session,
                          .amount = 900,
                          .currency = "usd",
                          .payment_token = token,
                          .link = 0},
                         now_);
  }
  PaymentOutcome about(const PaymentOutcome& made, Kind kind) {
    return ask(kind, "", made.session_id);
  }
};

TEST_F(CardRules, ACardIsChargedOnceForEachKey) {
  const auto charged = ask(Kind::charge);
  EXPECT_EQ(charged.result, Outcome::done);
  EXPECT_EQ(charged.word, ProviderWord::paid);
  EXPECT_EQ(charged.amount, 900);
  EXPECT_EQ(ask(Kind::charge).session_id, charged.session_id);
  EXPECT_EQ(about(charged, Kind::look_up).word, ProviderWord::paid);
  EXPECT_EQ(about(charged, Kind::refund).refunded, 900);
  EXPECT_EQ(told(), (std::vector{EntryKind::charge, EntryKind::refund}));
}

TEST_F(CardRules, ACardThatIsDeclinedIsRefusedWithItsCodeAndTakesNoOther) {
  const auto declined = ask(Kind::charge, "tok_chargeDeclinedInsufficientFunds");
  EXPECT_EQ(declined.result, Outcome::refused);
  EXPECT_EQ(declined.word, ProviderWord::failed);
  EXPECT_EQ(declined.error.code, "insufficient_funds");
  EXPECT_EQ(declined.error.message, "Your card has insufficient funds.");
  EXPECT_EQ(ask(Kind::charge, "tok_chargeDeclinedInsufficientFunds").error.code,
            "insufficient_funds");
  EXPECT_EQ(ask(Kind::authorize, "tok_chargeDeclined").error.code, "card_declined");
  EXPECT_EQ(about(declined, Kind::look_up).word, ProviderWord::expired);
  EXPECT_EQ(ask(Kind::charge, "tok_unknown").error.code, "resource_missing");
}

TEST_F(CardRules, AChargeWhoseAnswerGetsLostHasHappened) {
  EXPECT_EQ(ask(Kind::charge, "tok_answerLost").result, Outcome::unknown);
  EXPECT_EQ(ask(Kind::charge, "tok_answerLost").word, ProviderWord::paid);
  EXPECT_EQ(ask(Kind::look_up).word, ProviderWord::paid) << "by its order";
}

TEST_F(CardRules, ACardIsHeldThenCaptured) {
  const auto held = ask(Kind::authorize);
  EXPECT_EQ(held.word, ProviderWord::authorized);
  EXPECT_EQ(held.amount, 0);
  EXPECT_EQ(ask(Kind::authorize).session_id, held.session_id);
  EXPECT_EQ(about(held, Kind::capture).word, ProviderWord::paid);
  EXPECT_EQ(about(held, Kind::capture).amount, 900) << "and again";
  EXPECT_EQ(about(held, Kind::release).word, ProviderWord::paid) << "it is too late";
  EXPECT_EQ(told(), (std::vector{EntryKind::authorization, EntryKind::charge}));
}

TEST_F(CardRules, WhatIsReleasedOrHasLapsedIsNotCaptured) {
  const auto held = ask(Kind::authorize);
  EXPECT_EQ(about(held, Kind::release).word, ProviderWord::expired);
  EXPECT_EQ(about(held, Kind::release).word, ProviderWord::expired);
  EXPECT_EQ(about(held, Kind::capture).result, Outcome::refused);
  now_ = now_ + hours{1};
  const auto other = core_.perform({.kind = Kind::authorize,
                                    .order_id = order_,
                                    .idempotency_key = "other",
                                    .amount = 900,
                                    .currency = "usd",
                                    .payment_token = "tok_visa"},
                                   now_);
  now_ = now_ + authorization_lasts;
  EXPECT_EQ(about(other, Kind::look_up).word, ProviderWord::expired);
  EXPECT_EQ(about(other, Kind::capture).result, Outcome::refused);
}

TEST(Describe, NamesWhatIsBought) {
  EXPECT_EQ(describe({{.product_name = "Cheese", .quantity = 2},
                      {.product_name = "Chocolate", .quantity = 1}}),
            "2 × Cheese, 1 × Chocolate");
  EXPECT_EQ(describe({}), "");
}

TEST(Describe, CutsBetweenCharacters) {
  const std::vector<OrderLine> lines(100, {.product_name = "é", .quantity = 1});
  const auto text = describe(lines);
  EXPECT_LE(text.size(), 203U);
  EXPECT_TRUE(text.ends_with("…"));
  const auto last = static_cast<unsigned char>(text[text.size() - 4]);
  EXPECT_NE(last, 0xC3U) << "the first half of é";
}

TEST(SessionNames, AreReadAsTheyAreWritten) {
  const SessionName name{*Id::parse("65a000000102030405000001"), -2};
  EXPECT_EQ(name.text(), "cs_test_65a000000102030405000001fffffffffffffffe");
  const auto read = SessionName::parse(name.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, name.id);
  EXPECT_EQ(read->secret, name.secret);
}

TEST(SessionNames, HaveOneShape) {
  for (const auto text : {"", "cs_test_", "cs_test_65a000000102030405000001",
                          "cs_live_65a000000102030405000001fffffffffffffffe",
                          "cs_test_65a000000102030405000001ffffffffffffffff0",
                          "cs_test_65a000000102030405000001-ffffffffffffffe",
                          "cs_test_65A000000102030405000001fffffffffffffffe"}) {
    EXPECT_FALSE(SessionName::parse(text)) << text;
  }
}

}  // namespace
}  // namespace oms::simulated
