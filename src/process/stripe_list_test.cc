// What the Stripe adapter reads of Stripe's books, from `oms provider`, which lists as Stripe does.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "adapters/http/test_server.h"
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

  // The n-th order's id, from when it was first asked for.
  Id order_id(int n) { return orders_.try_emplace(n, order_of_now(n)).first->second; }
  PaymentOutcome make(Kind kind, int n) {
    return perform(stripe_, {.kind = kind,
                             .order_id = order_id(n),
                             .idempotency_key = order_id(n).text(),
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
  std::map<int, Id> orders_;
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

class StripeEvents : public StripeList {
 protected:
  Result<EventPage> events(EventsWanted wanted) {
    std::promise<Result<EventPage>> told;
    auto page = told.get_future();
    stripe_.list_events(wanted, [&](Result<EventPage> p) { told.set_value(std::move(p)); });
    return page.get();
  }
  std::vector<Message> all_events(std::size_t limit) {
    EventsWanted wanted{
        .since = clock_.wall() - hours{1}, .until = clock_.wall() + hours{1}, .limit = limit};
    std::vector<Message> all;
    do {
      auto page = events(wanted).value();
      EXPECT_LE(page.events.size(), limit);
      EXPECT_EQ(page.unreadable, 0U);
      std::ranges::move(page.events, std::back_inserter(all));
      wanted.cursor = page.next;
    } while (!wanted.cursor.empty());
    return all;
  }
  Message found(Message event) {
    std::promise<Result<Message>> told;
    stripe_.find_order(std::move(event), [&](Result<Message> e) { told.set_value(std::move(e)); });
    return told.get_future().get().value();
  }
  static Message about(std::string intent, ProviderWord word = ProviderWord::dispute) {
    return {.payload = ProviderEvent{.session_id = std::move(intent), .word = word}};
  }
};

TEST_F(StripeEvents, AreTheSameMessagesAsTheirWebhooks) {
  std::vector<HttpRequest> webhooks;
  std::mutex mutex;
  TestServer merchant{[&](HttpRequest request, HttpExchange exchange) {
    const std::scoped_lock lock{mutex};
    webhooks.push_back(std::move(request));
    exchange.answer(HttpResponse{.status = 200});
  }};
  (*served_).tell({"http://127.0.0.1:" + std::to_string(merchant.port()) + "/webhook"});
  served_.pay(make(Kind::create_link, 1).session_id);
  served_.pay(make(Kind::create_link, 2).session_id);
  make(Kind::charge, 3);
  ASSERT_TRUE(eventually([&] {
    const std::scoped_lock lock{mutex};
    return webhooks.size() == 3;
  }));
  std::map<Id, Message> told;
  for (const auto& webhook : webhooks) {
    auto message =
        stripe_.read_webhook(webhook.header("stripe-signature"), webhook.body, clock_.wall());
    ASSERT_TRUE(message) << message.error().detail;
    const auto id = message->id;
    told.emplace(id, *std::move(message));
  }
  for (const std::size_t limit : {1U, 2U, 100U}) {
    const auto listed = all_events(limit);
    ASSERT_EQ(listed.size(), 3U) << limit << " at a time";
    for (const auto& event : listed) {
      ASSERT_TRUE(told.contains(event.id));
      const auto& webhook = told.at(event.id);
      EXPECT_EQ(event.order_id, webhook.order_id);
      EXPECT_EQ(std::get<ProviderEvent>(event.payload).word,
                std::get<ProviderEvent>(webhook.payload).word);
      EXPECT_EQ(std::get<ProviderEvent>(event.payload).amount, 900);
    }
  }
}

TEST_F(StripeEvents, AreOfTheWindowThatIsAsked) {
  served_.pay(make(Kind::create_link, 1).session_id);
  const auto now = clock_.wall();
  EXPECT_TRUE(events({.since = now - hours{2}, .until = now - hours{1}}).value().events.empty());
  EXPECT_EQ(events({.since = now - hours{1}, .until = now + hours{1}}).value().events.size(), 1U);
  EXPECT_EQ(events({.since = now, .until = now, .cursor = "evt_of_others"}).error().kind,
            ErrorKind::unavailable);
}

TEST_F(StripeEvents, OfSomebodyElsesHandFindTheirOrderByThePayment) {
  const auto link = make(Kind::create_link, 1).session_id;
  served_.pay(link);
  const auto session = served_.get("/v1/checkout/sessions/" + link);
  const auto at = session.find(R"("payment_intent":"pi_)") + 18;
  const auto of_link = found(about(session.substr(at, session.find('"', at) - at)));
  EXPECT_EQ(of_link.order_id, order_id(1));
  EXPECT_EQ(std::get<ProviderEvent>(of_link.payload).link, 1);
  EXPECT_EQ(std::get<ProviderEvent>(of_link.payload).session_id, "");
  const auto intent = make(Kind::charge, 2).session_id;
  const auto of_card = found(about(intent));
  EXPECT_EQ(of_card.order_id, order_id(2));
  EXPECT_EQ(std::get<ProviderEvent>(of_card.payload).session_id, intent);
  for (const auto* strange : {"pi_of_somebody_else", "pi_1/cancel", "../refunds", "pi 1"}) {
    EXPECT_TRUE(found(about(strange)).order_id.is_nil()) << strange;
  }
}

}  // namespace
}  // namespace oms::testing
