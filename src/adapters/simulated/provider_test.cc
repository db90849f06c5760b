#include "adapters/simulated/provider.h"

#include <algorithm>
#include <fstream>
#include <thread>

#include "adapters/simulated/provider_fixture.h"

namespace oms::simulated {
namespace {

using Word = ProviderWord;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class Operations : public ProviderTest {};

TEST_F(Operations, CreateALink) {
  const auto outcome = create(1);
  EXPECT_EQ(outcome.result, Outcome::done);
  EXPECT_EQ(outcome.word, Word::open);
  EXPECT_TRUE(outcome.session_id.starts_with("cs_test_65a000000102030405000001"));
  EXPECT_EQ(outcome.link, "http://shop.example/checkout/" + outcome.session_id);
  EXPECT_EQ(outcome.amount, 900);
  EXPECT_EQ(outcome.currency, "usd");
}

TEST_F(Operations, RepeatedGiveTheSameLink) {
  const auto first = create(1);
  const auto again = create(1);
  EXPECT_EQ(again.result, Outcome::done);
  EXPECT_EQ(again.link, first.link);
  auto other = creation(1);
  other.amount = 901;
  EXPECT_EQ(perform(other).result, Outcome::refused);
}

TEST_F(Operations, ThatMakeNoSenseAreRefused) {
  auto free = creation(1);
  free.amount = 0;
  EXPECT_EQ(perform(free).result, Outcome::refused);
  auto late = creation(1);
  late.expires_at = clock_.now();
  EXPECT_EQ(perform(late).result, Outcome::refused);
  auto odd = creation(1);
  odd.currency = "us\"";
  EXPECT_EQ(perform(odd).result, Outcome::refused);
  EXPECT_EQ(look_up(1).result, Outcome::refused);
  EXPECT_EQ(expire(1).result, Outcome::refused);
  EXPECT_EQ(refund(1, 1).result, Outcome::refused);
}

TEST_F(Operations, ExpireALinkOnce) {
  create(1);
  EXPECT_EQ(expire(1).word, Word::expired);
  EXPECT_EQ(expire(1).word, Word::expired);
  EXPECT_EQ(pay(1).status, 409);
  EXPECT_EQ(audit(1).charges, 0);
}

TEST_F(Operations, ExpiringAPaidLinkSayThatItIsPaid) {
  create(1);
  EXPECT_EQ(pay(1).status, 200);
  const auto outcome = expire(1);
  EXPECT_EQ(outcome.result, Outcome::done);
  EXPECT_EQ(outcome.word, Word::paid);
  EXPECT_EQ(outcome.amount, 900);
}

TEST_F(Operations, RefundOnceForEachKey) {
  create(1);
  pay(1);
  EXPECT_EQ(refund(1, 600, "a").word, Word::refunded);
  EXPECT_EQ(refund(1, 600, "a").result, Outcome::done);
  EXPECT_EQ(audit(1).refunded, 600);
  EXPECT_EQ(refund(1, 500, "a").result, Outcome::refused) << "another amount with the same key";
  EXPECT_EQ(refund(1, 301, "b").result, Outcome::refused) << "more than is left";
  EXPECT_EQ(refund(1, 300, "b").result, Outcome::done);
  EXPECT_EQ(refund(1, 1, "c").result, Outcome::refused);
  EXPECT_EQ(audit(1).refunded, 900);
}

TEST_F(Operations, RefundNothingThatWasNotPaid) {
  create(1);
  EXPECT_EQ(refund(1, 900).result, Outcome::refused);
}

TEST_F(Operations, LookUpWhatHasBecomeOfIt) {
  create(1);
  EXPECT_EQ(look_up(1).word, Word::open);
  pay(1, "tok_chargeDeclined");
  EXPECT_EQ(look_up(1).word, Word::open) << "it takes another card";
  pay(1);
  EXPECT_EQ(look_up(1).word, Word::paid);
  EXPECT_EQ(look_up(1).amount, 900);
  refund(1, 1);
  EXPECT_EQ(look_up(1).word, Word::paid);
  EXPECT_EQ(look_up(1).refunded, 1);
  refund(1, 899, "b");
  EXPECT_EQ(look_up(1).word, Word::refunded);
  EXPECT_EQ(look_up(1).amount, 900);
  EXPECT_EQ(look_up(1).refunded, 900);
}

TEST_F(Operations, FindASessionWhoseNameWasLost) {
  create(1);
  auto operation = asking(Kind::look_up, 1);
  operation.session_id.clear();
  EXPECT_EQ(perform(operation).result, Outcome::done);
}

TEST_F(Operations, AreDoneAsOneBatchInTheirOrder) {
  create(1);
  const std::vector operations{creation(1), creation(2), asking(Kind::expire_link, 1),
                               asking(Kind::look_up, 1), asking(Kind::look_up, 3)};
  const auto outcomes = perform(operations);
  ASSERT_EQ(outcomes.size(), 5U);
  EXPECT_EQ(outcomes[1].session_id, session(2));
  EXPECT_EQ(outcomes[3].word, Word::expired);
  EXPECT_EQ(outcomes[4].result, Outcome::refused);
}

TEST_F(Operations, SurviveARestart) {
  create(1);
  pay(1);
  start();
  EXPECT_EQ(look_up(1).word, Word::paid);
  EXPECT_EQ(pay(1).status, 409);
}

TEST_F(Operations, MayTimeOutDoneOrNotAlikeInEveryRun) {
  settings_.time_out_percent = 50;
  settings_.seed = 7;
  std::vector<PaymentOperation> operations;
  operations.reserve(200);
  for (int n = 0; n < 200; ++n) operations.push_back(creation(n));
  const auto count_unknown = [&] {
    std::vector<bool> unknown;
    for (const auto& outcome : perform(operations)) {
      unknown.push_back(outcome.result == Outcome::unknown);
    }
    return unknown;
  };
  const auto first = count_unknown();
  int sessions = 0;
  ASSERT_TRUE(for_each_session(settings_.path, [&](const SessionAudit&) { ++sessions; }));
  const auto lost = static_cast<int>(std::ranges::count(first, true));
  EXPECT_GT(lost, 60);
  EXPECT_LT(lost, 140);
  EXPECT_GT(sessions, 200 - lost) << "some were done";
  EXPECT_LT(sessions, 200) << "and some were not";
  start();
  EXPECT_EQ(count_unknown(), first);
}

class Page : public ProviderTest {};

TEST_F(Page, CannotBeGuessedFromAnothers) {
  create(1);
  create(2);
  const auto suffix = session(1).substr(32);
  EXPECT_EQ(suffix.size(), 16U);
  EXPECT_NE(suffix, session(2).substr(32));
  const auto guessed = "/checkout/" + session(2).substr(0, 32) + suffix;
  EXPECT_EQ(ask("GET", guessed + "/session").status, 404);
  EXPECT_EQ(ask("POST", guessed + "/leave").status, 404);
  EXPECT_EQ(ask("POST", guessed + "/decline").status, 404);
  EXPECT_EQ(ask("POST", guessed + "/pay", R"({"token":"tok_visa"})").status, 404);
  EXPECT_EQ(look_up(2).word, Word::open);
}

TEST_F(Page, ShowsTheSession) {
  create(1);
  const auto response = on_page(1, "session");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(plain(response.body, 1),
            R"({"id":"cs_test_1","amount":900,"currency":"usd",)"
            R"("status":"open","description":"2 × Cheese, 1 × Chocolate",)"
            R"("successUrl":"http://shop.example/success.html)"
            R"(?customerID=c1&orderID=65a000000102030405000001",)"
            R"("cancelUrl":"http://shop.example/cancel.html)"
            R"(?customerID=c1&orderID=65a000000102030405000001",)"
            R"("expiresAt":"2023-11-14T22:43:20.000Z","orderID":"65a000000102030405000001"})");
}

TEST_F(Page, TakesATestCard) {
  create(1);
  const auto response = on_page(1, "pay", R"({"card":"4242 4242 4242 4242"})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"status":"complete","redirect":"http://shop.example/success.html)"
                           R"(?customerID=c1&orderID=65a000000102030405000001"})");
  EXPECT_TRUE(contains(on_page(1, "session").body, R"("status":"complete")"));
  EXPECT_EQ(audit(1).captured, 900);
}

TEST_F(Page, TakesThePaymentOnce) {
  create(1);
  EXPECT_EQ(pay(1).status, 200);
  const auto again = pay(1);
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.content_type, "application/problem+json");
  EXPECT_TRUE(contains(again.body, "/success.html")) << "and still leads to the order";
  EXPECT_EQ(audit(1).charges, 1);
}

TEST_F(Page, LetsADeclinedCustomerTryAnotherCard) {
  create(1);
  const auto declined = on_page(1, "pay", R"({"card":"4000000000009995"})");
  EXPECT_EQ(declined.status, 402);
  EXPECT_TRUE(contains(declined.body, R"("code":"insufficient_funds")"));
  EXPECT_TRUE(contains(declined.body, "/cancel.html"));
  EXPECT_EQ(pay(1).status, 200);
}

TEST_F(Page, StopsWhoTriesCardAfterCard) {
  create(1);
  for (int i = 0; i < 25; ++i) EXPECT_EQ(pay(1, "tok_chargeDeclined").status, 402);
  EXPECT_EQ(pay(1, "tok_chargeDeclined").status, 429);
  EXPECT_EQ(pay(1).status, 200) << "a good card is still good";
}

TEST_F(Page, DeclinesAndLeavesOnRequest) {
  create(1);
  const auto left = on_page(1, "leave");
  EXPECT_EQ(left.status, 200);
  EXPECT_TRUE(contains(left.body, R"({"redirect":"http://shop.example/cancel.html)"));
  EXPECT_EQ(look_up(1).word, Word::open);
  EXPECT_EQ(on_page(1, "decline").status, 200);
  EXPECT_EQ(look_up(1).word, Word::open);
}

TEST_F(Page, LosesTheAnswerForOneCard) {
  create(1);
  EXPECT_EQ(on_page(1, "pay", R"({"card":"4000000000000408"})").status, 504);
  EXPECT_EQ(audit(1).captured, 900);
  EXPECT_EQ(merchant_.heard_so_far(), 0U);
  advance(settings_.late);
  EXPECT_TRUE(contains(merchant_.heard(1)[0].body, "checkout.session.completed"));
}

TEST_F(Page, RefusesWhatItDoesNotUnderstand) {
  create(1);
  EXPECT_EQ(on_page(1, "pay", "").status, 400);
  EXPECT_EQ(on_page(1, "pay", "{}").status, 400);
  EXPECT_EQ(on_page(1, "pay", R"({"card":"4242424242424242","token":"tok_visa"})").status, 400);
  EXPECT_EQ(on_page(1, "pay", R"({"card":"4242424242424242","amount":1})").status, 400);
  EXPECT_EQ(on_page(1, "pay", R"({"card":"4242424242424241"})").status, 422);
  EXPECT_EQ(on_page(1, "pay", std::string(5000, ' ')).status, 413);
  EXPECT_EQ(on_page(1, "steal").status, 404);
  EXPECT_EQ(on_page(2, "session").status, 404);
  EXPECT_EQ(pay(2).status, 404);
  EXPECT_EQ(ask("GET", "/checkout/cs_test_1/session").status, 404);
  EXPECT_EQ(ask("GET", "/checkout/" + session(1) + "/pay").status, 405);
  EXPECT_EQ(ask("POST", "/checkout/" + session(1) + "/session").status, 405);
  EXPECT_EQ(audit(1).charges, 0);
}

TEST_F(Page, NeverStoresOrRepeatsACardNumber) {
  create(1);
  const auto declined = on_page(1, "pay", R"({"card":"4000000000009995"})");
  const auto failed = on_page(1, "pay", R"({"card":"5105105105105101"})");
  EXPECT_FALSE(contains(declined.body + failed.body, "4000000000009995"));
  EXPECT_FALSE(contains(declined.body + failed.body, "5105105105105101"));
  provider_.reset();
  for (const auto& file : std::filesystem::directory_iterator{folder_}) {
    std::ifstream in{file.path(), std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    EXPECT_FALSE(contains(bytes, "4000000000009995"));
    EXPECT_FALSE(contains(bytes, "5105105105105101"));
  }
}

TEST_F(Page, ServesManyAtOnceAndChargesEachOnce) {
  constexpr int orders = 300;
  std::vector<PaymentOperation> operations;
  operations.reserve(orders);
  for (int n = 0; n < orders; ++n) operations.push_back(creation(n));
  perform(operations);
  std::atomic<int> charged = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> customers;
  customers.reserve(4);
  for (int c = 0; c < 4; ++c) {
    customers.emplace_back([&] {
      for (int n = 0; n < orders; ++n) {
        provider().handle(
            {.method = "POST",
             .path = "/checkout/" + session(n) + "/pay",
             .body = R"({"token":"tok_visa"})"},
            [&](const HttpResponse& response) { ++(response.status == 200 ? charged : refused); });
      }
    });
  }
  for (auto& customer : customers) customer.join();
  while (charged + refused < 4 * orders) std::this_thread::yield();
  EXPECT_EQ(charged, orders);
  int charges = 0;
  ASSERT_TRUE(for_each_session(settings_.path, [&](const SessionAudit& session) {
    charges += static_cast<int>(session.charges);
    EXPECT_EQ(session.captured, 900);
  }));
  EXPECT_EQ(charges, orders);
}

// --- what is on its books
// -------------------------------------------------------------------------

class Books : public ProviderTest {
 protected:
  ChargePage list(ChargesWanted wanted) {
    std::promise<Result<ChargePage>> answered;
    auto answer = answered.get_future();
    provider().list(std::move(wanted), [answered = std::move(answered)](auto page) mutable {
      answered.set_value(std::move(page));
    });
    return answer.get().value();
  }
  // Page by page, as many at a time.
  std::map<Id, ProviderCharge> all(ChargesWanted wanted) {
    std::map<Id, ProviderCharge> charges;
    do {
      auto page = list(wanted);
      EXPECT_LE(page.charges.size(), wanted.limit);
      for (auto& charge : page.charges) {
        EXPECT_TRUE(charges.emplace(charge.order_id, charge).second) << "it came twice";
      }
      wanted.cursor = page.next;
    } while (!wanted.cursor.empty());
    return charges;
  }
  // The second in which the orders of these tests were placed.
  static constexpr Time second{0x65A00000 * 1000LL};
  static constexpr Time next = second + std::chrono::seconds{1};
};

TEST_F(Books, ListEachChargeOnceAndAsItStands) {
  using State = ProviderCharge::State;
  for (int n = 1; n <= 5; ++n) create(n);
  pay(2);
  pay(3);
  refund(3, 400);
  expire(4);
  auto held = creation(6);
  held.kind = Kind::authorize;
  held.payment_token = "tok_visa";
  perform(held);
  const auto charges = all({.since = second, .until = next, .limit = 2});
  ASSERT_EQ(charges.size(), 6U);
  EXPECT_EQ(charges.at(order(1)).state, State::open);
  EXPECT_EQ(charges.at(order(1)).amount, 900);
  EXPECT_EQ(charges.at(order(1)).currency, "usd");
  EXPECT_EQ(charges.at(order(1)).session_id, session(1));
  EXPECT_EQ(charges.at(order(1)).created_at, clock_.now());
  EXPECT_EQ(charges.at(order(2)).state, State::captured);
  EXPECT_EQ(charges.at(order(2)).captured, 900);
  EXPECT_EQ(charges.at(order(3)).refunded, 400);
  EXPECT_EQ(charges.at(order(4)).state, State::closed);
  EXPECT_EQ(charges.at(order(6)).state, State::authorized);
  EXPECT_TRUE(charges.at(order(6)).is_card);
}

TEST_F(Books, AreListedWindowByWindow) {
  create(1);
  EXPECT_EQ(list({.since = second, .until = next}).charges.size(), 1U);
  EXPECT_TRUE(list({.since = next, .until = next + std::chrono::hours{1}}).charges.empty());
  EXPECT_TRUE(list({.since = Time{}, .until = second}).charges.empty());
}

TEST_F(Books, AreNotThereWhenTooManyWait) {
  settings_.max_waiting = 0;
  std::promise<bool> answered;
  auto answer = answered.get_future();
  provider().list({.since = second, .until = next},
                  [&](const Result<ChargePage>& page) { answered.set_value(page.has_value()); });
  EXPECT_FALSE(answer.get());
}

TEST_F(Page, IsUnavailableWhenTooManyWait) {
  settings_.max_waiting = 0;
  const auto response = on_page(1, "session");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.back().first, "Retry-After");
}

}  // namespace
}  // namespace oms::simulated
