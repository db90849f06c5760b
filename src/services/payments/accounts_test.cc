// Money on account: held, captured, given back, and every movement kept.
#include "services/payments/accounts.h"

#include <map>

#include "tests/support/provider_events.h"

namespace oms::payments {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Result = StepAnswer::Result;

class Accounts : public ProviderEvents {
 protected:
  void SetUp() override {
    remember(records_.decide(
        service_, {.payload = OpenAccount{.full_name = "Ada", .balance = 1000, .currency = "usd"}},
        start));
  }
  // About the n-th order.
  Decision about(int n, Payload payload) {
    const Id id{Id::Bytes{0x65, static_cast<std::uint8_t>(n)}};
    auto decision =
        records_.decide(service_, {.id = id, .order_id = id, .payload = std::move(payload)}, start);
    remember(decision);
    return decision;
  }
  Decision authorize(int n, MinorUnits amount, const char* customer = "1",
                     const char* currency = "usd") {
    return about(n, AuthorizePayment{.ref = {.step = "authorize"},
                                     .customer_id = customer,
                                     .amount = amount,
                                     .currency = currency,
                                     .method = PaymentMethod::account});
  }
  Decision capture(int n) { return about(n, CapturePayment{.ref = {.step = "capture"}}); }
  Decision undo(int n, bool unless_captured = false) {
    return about(n, UndoPayment{.ref = {.step = "authorize"}, .unless_captured = unless_captured});
  }
  Decision refund(int n, int change, MinorUnits amount) {
    return about(n,
                 RefundPayment{.ref = {.step = "refund_payment", .run = change}, .amount = amount});
  }
  void remember(const Decision& decision) {
    EXPECT_THAT(decision.effects, IsEmpty()) << "no provider is asked";
    for (const auto& record : decision.add) {
      const auto* movement = record.as<AccountMovement>();
      if (movement == nullptr) continue;
      EXPECT_TRUE(movements_.emplace(movement->id, *movement).second) << "none is changed";
    }
  }
  static std::vector<Result> answers(const Decision& decision) {
    std::vector<Result> found;
    for (const auto& answer : sent<StepAnswer>(decision)) found.push_back(answer.result);
    return found;
  }
  static Reason reason(const Decision& decision) {
    const auto answers = sent<StepAnswer>(decision);
    return answers.size() == 1 ? answers[0].reason : Reason::none;
  }
  const Account& account() const { return *records_.get<Account>("1"); }
  std::vector<std::string> movements() const {
    std::vector<std::string> found;
    for (const auto& [id, movement] : movements_) {
      found.push_back(std::string{json::name_of(movement.kind)} + " " +
                      std::to_string(movement.amount) + ": " + std::to_string(movement.balance) +
                      " with " + std::to_string(movement.held) + " held");
    }
    return found;
  }

  std::map<std::string, AccountMovement> movements_;
};

TEST_F(Accounts, ForgetWhoseTheyAreAndKeepTheMoney) {
  authorize(1, 600);
  const auto decision = about(2, EraseAccountHolder{.customer_id = "1"});
  EXPECT_EQ(account().full_name, "");
  EXPECT_EQ(account().balance, 1000);
  EXPECT_EQ(account().held, 600);
  EXPECT_THAT(decision.forget, ElementsAre("1"));
  EXPECT_THAT(about(3, EraseAccountHolder{.customer_id = "2"}).save, IsEmpty())
      << "who has no account";
}

TEST_F(Accounts, AreOpenedUnderTheNextNumberAndShown) {
  const auto opened = records_.decide(
      service_, {.payload = OpenAccount{.full_name = "Bob", .balance = 5, .currency = "usd"}},
      start);
  EXPECT_TRUE(opened.takes_number);
  ASSERT_TRUE(opened.reply && opened.reply->show);
  EXPECT_EQ(*opened.reply->show, key_of<Account>("1")) << "which the runtime counts on";
  const auto shown = view(account());
  EXPECT_EQ(shown.full_name, "Bob");
  EXPECT_EQ(shown.balance, 5);
  EXPECT_EQ(shown.held, 0);
  EXPECT_EQ(shown.version, 1);
  EXPECT_EQ(movements_.at("1/00000001").kind, MovementKind::opened);
  const auto refused = records_.decide(service_, {.payload = OpenAccount{.balance = -1}}, start);
  ASSERT_TRUE(refused.reply && refused.reply->refusal);
  EXPECT_EQ(refused.reply->refusal->pointer, "/balance");
  EXPECT_FALSE(refused.takes_number);
}

TEST_F(Accounts, HoldThenPay) {
  EXPECT_THAT(answers(authorize(1, 400)), ElementsAre(Result::done));
  EXPECT_EQ(account().balance, 1000);
  EXPECT_EQ(account().held, 400);
  EXPECT_THAT(answers(authorize(1, 400)), ElementsAre(Result::done)) << "asked again";
  EXPECT_THAT(answers(capture(1)), ElementsAre(Result::done));
  EXPECT_THAT(answers(capture(1)), ElementsAre(Result::done)) << "asked again";
  EXPECT_EQ(account().balance, 600);
  EXPECT_EQ(account().held, 0);
  EXPECT_EQ(records_.get<Payment>(order_id)->status, PaymentStatus::captured);
  EXPECT_FALSE(records_.get<Payment>(order_id)->due);
  EXPECT_THAT(movements(),
              ElementsAre("opened 1000: 1000 with 0 held", "held 400: 1000 with 400 held",
                          "captured 400: 600 with 0 held"));
  EXPECT_EQ(movements_.at("1/00000002").order_id, order_id);
}

struct Refused {
  const char* customer;
  const char* currency;
  MinorUnits amount;
  Reason reason;
};

TEST_F(Accounts, NeverHoldWhatIsNotThere) {
  authorize(1, 400);
  const std::vector<Refused> rows{
      {"1", "usd", 601, Reason::insufficient_funds},
      {"1", "eur", 100, Reason::payment_mismatch},
      {"2", "usd", 100, Reason::unknown_account},
  };
  int order = 2;
  for (const auto& row : rows) {
    const auto refused = authorize(order, row.amount, row.customer, row.currency);
    EXPECT_THAT(answers(refused), ElementsAre(Result::refused));
    EXPECT_EQ(reason(refused), row.reason);
    EXPECT_EQ(sent<PaymentChanged>(refused).at(0).status, PaymentStatus::failed);
    EXPECT_EQ(reason(authorize(order, row.amount, row.customer, row.currency)), row.reason)
        << "and again";
    EXPECT_EQ(reason(capture(order)), row.reason);
    EXPECT_THAT(answers(undo(order)), ElementsAre(Result::undone));
    ++order;
  }
  EXPECT_THAT(answers(authorize(order, 600)), ElementsAre(Result::done)) << "to the last cent";
  EXPECT_EQ(account().held, 1000);
}

TEST_F(Accounts, FreeWhatIsReleased) {
  authorize(1, 1000);
  EXPECT_THAT(answers(undo(1, true)), ElementsAre(Result::undone)) << "nothing is captured";
  EXPECT_THAT(answers(undo(1)), ElementsAre(Result::undone));
  EXPECT_EQ(account().balance, 1000);
  EXPECT_EQ(account().held, 0);
  EXPECT_EQ(records_.get<Payment>(order_id)->status, PaymentStatus::voided);
  EXPECT_THAT(answers(authorize(2, 1000)), ElementsAre(Result::done));
  EXPECT_THAT(answers(authorize(1, 1000)), ElementsAre(Result::refused)) << "that one is over";
  EXPECT_THAT(movements_, SizeIs(4));
}

TEST_F(Accounts, TakeBackWhatIsRefunded) {
  authorize(1, 400);
  capture(1);
  EXPECT_THAT(answers(undo(1, true)), ElementsAre(Result::too_late));
  EXPECT_THAT(answers(refund(1, 1, 100)), ElementsAre(Result::done));
  EXPECT_THAT(answers(refund(1, 1, 100)), ElementsAre(Result::done)) << "asked again";
  EXPECT_EQ(account().balance, 700);
  EXPECT_EQ(reason(refund(1, 2, 301)), Reason::not_refundable);
  EXPECT_THAT(answers(undo(1)), ElementsAre(Result::undone));
  EXPECT_EQ(account().balance, 1000);
  const auto& payment = *records_.get<Payment>(order_id);
  EXPECT_EQ(payment.status, PaymentStatus::refunded);
  EXPECT_EQ(payment.refunded, 400);
  EXPECT_EQ(payment.refunds.back().provider_id, "1/00000005") << "the movement";
  EXPECT_THAT(answers(undo(1)), ElementsAre(Result::undone)) << "asked again";
  EXPECT_EQ(account().balance, 1000);
}

TEST_F(Accounts, AreNotTouchedOnceTheUndoHasCome) {
  undo(1);
  EXPECT_THAT(answers(authorize(1, 400)), ElementsAre(Result::refused));
  EXPECT_EQ(account().held, 0);
}

TEST_F(Accounts, NoProviderIsBelievedAboutThem) {
  authorize(1, 400);
  EXPECT_THROW(about(1, ProviderEvent{.word = Word::paid, .amount = 400, .currency = "usd"}),
               std::runtime_error);
}

}  // namespace
}  // namespace oms::payments
