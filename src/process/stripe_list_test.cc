// What the Stripe adapter reads of Stripe's books, from `oms provider`, which lists as Stripe does.
#include <gmock/gmock.h>

#include <map>

#include "process/served_provider.h"

namespace oms::testing {
namespace {

using Kind = PaymentOperation::Kind;
using State = ProviderCharge::State;
using std::chrono::hours;

class StripeList : public ::testing::Test {
 protected:
  StripeList()
      : stripe_({.key = "sk_test_1",
                 .webhook_secrets = {served_.secret()},
                 .url = served_.url(),
                 .shop_url = "http://shop.example"},
                clock_) {}

  PaymentOutcome make(Kind kind, int n) {
    return perform(stripe_, {.kind = kind,
                             .order_id = order_of_now(n),
                             .idempotency_key = order_of_now(n).text(),
                             .amount = 900,
                             .currency = "usd",
                             .expires_at = clock_.wall() + hours{1},
                             .payment_token = "tok_visa"});
  }
  Result<ChargePage> list(ChargesWanted wanted) {
    std::promise<Result<ChargePage>> told;
    auto page = told.get_future();
    stripe_.list(std::move(wanted), [told = std::move(told)](Result<ChargePage> p) mutable {
      told.set_value(std::move(p));
    });
    return page.get();
  }
  std::map<std::string, ProviderCharge> all(std::size_t limit) {
    ChargesWanted wanted{
        .since = clock_.wall() - hours{1}, .until = clock_.wall() + hours{1}, .limit = limit};
    std::map<std::string, ProviderCharge> charges;
    do {
      const auto page = list(wanted).value();
      for (const auto& charge : page.charges) {
        EXPECT_TRUE(charges.emplace(charge.session_id, charge).second) << "it came twice";
      }
      wanted.cursor = page.next;
    } while (!wanted.cursor.empty());
    return charges;
  }

  process::SystemClock clock_;
  ServedProvider served_;
  StripeProvider stripe_;
};

TEST_F(StripeList, HasLinksAndCardsEachOnceAndAsTheyStand) {
  const auto open = make(Kind::create_link, 1).session_id;
  const auto paid = make(Kind::create_link, 2).session_id;
  const auto refunded = make(Kind::create_link, 3).session_id;
  const auto held = make(Kind::authorize, 4).session_id;
  const auto charged = make(Kind::charge, 5).session_id;
  served_.pay(paid);
  served_.pay(refunded);
  perform(stripe_, {.kind = Kind::refund,
                    .order_id = order_of_now(3),
                    .idempotency_key = "refund",
                    .session_id = refunded,
                    .amount = 400,
                    .currency = "usd",
                    .number = 1});
  for (const std::size_t limit : {1U, 2U, 100U}) {
    const auto charges = all(limit);
    ASSERT_EQ(charges.size(), 5U) << limit << " at a time";
    EXPECT_EQ(charges.at(open).state, State::open);
    EXPECT_EQ(charges.at(open).amount, 900);
    EXPECT_FALSE(charges.at(open).is_card);
    EXPECT_EQ(charges.at(paid).state, State::captured);
    EXPECT_EQ(charges.at(paid).captured, 900);
    EXPECT_EQ(charges.at(paid).currency, "usd");
    EXPECT_EQ(charges.at(refunded).refunded, 400);
    EXPECT_EQ(charges.at(held).state, State::authorized);
    EXPECT_EQ(charges.at(held).amount, 900);
    EXPECT_TRUE(charges.at(held).is_card);
    EXPECT_EQ(charges.at(charged).state, State::captured);
    EXPECT_EQ(charges.at(charged).captured, 900);
  }
}

TEST_F(StripeList, IsOfTheWindowThatIsAsked) {
  make(Kind::create_link, 1);
  const auto now = clock_.wall();
  EXPECT_TRUE(list({.since = now - hours{2}, .until = now - hours{1}}).value().charges.empty());
  EXPECT_EQ(list({.since = now - hours{1}, .until = now + hours{1}}).value().charges.size(), 1U);
}

TEST_F(StripeList, IsUnavailableWhereStripeSaysNo) {
  const auto now = clock_.wall();
  const auto page = list({.since = now, .until = now, .cursor = "cs_of_somebody_else"});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace oms::testing
