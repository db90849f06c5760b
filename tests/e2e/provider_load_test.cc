// Many orders at a provider that is slow, and at one that is away for a while.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "process/served_provider.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

double seconds_since(Steady::time_point begin) {
  return std::chrono::duration<double>(Steady::now() - begin).count();
}

class ManyOrders : public ::testing::Test {
 protected:
  explicit ManyOrders(Duration latency = Duration{0}) : served_({}, latency) {
    ::setenv("STRIPE_API_KEY", "sk_test_1", 1);
    ::setenv("STRIPE_WEBHOOK_SECRET", served_.secret().c_str(), 1);
    server_.emplace(ServerProcess::Flags{"--payments", "stripe", "--stripe-url", served_.url(),
                                         "--kitchen-time", "0", "--delivery-time", "0",
                                         "--reservation-cap", "0", "--reconcile-grace", "0"});
    ::unsetenv("STRIPE_API_KEY");
    ::unsetenv("STRIPE_WEBHOOK_SECRET");
    tell();
    EXPECT_EQ(server_->run({"stock", "restock", "2", "2000"}).code, 0);
  }
  // The provider knows whom to tell.
  void tell() { (*served_).tell({server_->url() + "/webhook"}); }

  // Places so many orders, from four customers at a time.
  std::vector<std::string> place_all(std::size_t count) {
    constexpr std::size_t customers = 4;
    std::vector<std::string> orders(count);
    std::vector<std::thread> threads;
    for (std::size_t c = 0; c < customers; ++c) {
      threads.emplace_back([&, c] {
        for (auto n = c; n < count; n += customers) orders[n] = place(*server_, "c1", "2");
      });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& order : orders) EXPECT_FALSE(order.empty()) << "it was not taken";
    return orders;
  }
  std::string session_of(const std::string& order) {
    const auto link = link_path(await_status(*server_, "c1", order, "waiting_payment", patience));
    return link.substr(std::string_view{"/checkout/"}.size());
  }
  void pay(const std::string& order) { EXPECT_EQ(served_.pay(session_of(order)), 200) << order; }
  std::string status_of(const std::string& order) {
    return field(server_->send("GET", "/api/customers/c1/orders/" + order).body, "status");
  }
  void await(const std::string& order, const char* status) {
    EXPECT_EQ(field(await_status(*server_, "c1", order, status, patience), "status"), status);
  }
  int in_flight() {
    constexpr std::string_view name = R"(oms_effects_in_flight{kind="payment"} )";
    const auto metrics = server_->send("GET", "/metrics").body;
    const auto at = metrics.find(name);
    return at == std::string::npos ? -1 : std::atoi(metrics.c_str() + at + name.size());
  }
  std::size_t sessions_at_provider() {
    std::size_t count = 0;
    for (std::string after;;) {
      const auto page = served_.get("/v1/checkout/sessions?limit=100" + after);
      std::string last;
      for (auto at = page.find(R"("id":"cs_)"); at != std::string::npos;
           at = page.find(R"("id":"cs_)", at + 1)) {
        last = page.substr(at + 6, page.find('"', at + 6) - at - 6);
        ++count;
      }
      if (!page.contains(R"("has_more":true)")) return count;
      after = "&starting_after=" + last;
    }
  }
  // Nothing was lost or doubled, by our books and by the provider's.
  void expect_clean_books(std::size_t orders) {
    EXPECT_EQ(sessions_at_provider(), orders);
    const auto compared = server_->run({"reconcile"});
    EXPECT_EQ(compared.code, 0) << compared.output;
    EXPECT_EQ(server_->run({"check"}).code, 0);
  }

  static constexpr Duration patience = seconds{120};
  ServedProvider served_;
  std::optional<ServerProcess> server_;
};

class AtASlowProvider : public ManyOrders {
 protected:
  AtASlowProvider() : ManyOrders(milliseconds{300}) {}
};

TEST_F(AtASlowProvider, AThousandOrdersAreTakenAtOnceAndThirtyTwoCallsAreInFlight) {
  constexpr std::size_t count = 1000;
  std::atomic<int> most = 0;
  std::jthread watch{[&](const std::stop_token& stop) {
    for (; !stop.stop_requested(); std::this_thread::sleep_for(milliseconds{100})) {
      most = std::max(most.load(), in_flight());
    }
  }};
  const auto begin = Steady::now();
  const auto orders = place_all(count);
  const auto taken = seconds_since(begin);
  for (const auto& order : orders) await(order, "waiting_payment");
  const auto linked = seconds_since(begin);
  for (const auto& order : orders) pay(order);
  for (const auto& order : orders) await(order, "completed");
  const auto done = seconds_since(begin);
  watch.request_stop();
  watch.join();
  std::cout << count << " orders, 300 ms a call: taken after " << taken << " s (" << count / taken
            << "/s), all links after " << linked << " s (" << count / linked
            << "/s), all completed after " << done << " s; at most " << most
            << " calls in flight\n";
  EXPECT_EQ(most, 32);
  // One after the other it would be 300 s for the links; and 75 s if each order waited for its own.
  EXPECT_LT(taken, 40);
  EXPECT_LT(linked, 100);
  expect_clean_books(count);
}

using WhileTheProviderIsAway = ManyOrders;

// Ten minutes, shortened to twenty seconds: the simulation's outages last up to twenty of its own.
TEST_F(WhileTheProviderIsAway, OrdersAreTakenAndAllComeToTheirEndAfterwards) {
  const auto before = place_all(40);
  for (const auto& order : before) await(order, "waiting_payment");
  for (std::size_t n = 0; n < 10; ++n) pay(before[n]);
  served_.leave();
  const auto away = Steady::now();
  for (std::size_t n = 10; n < 20; ++n) {
    server_->send("POST", "/api/customers/c1/orders/" + before[n] + "/cancel");
  }
  const auto during = place_all(60);
  while (seconds_since(away) < 20) std::this_thread::sleep_for(milliseconds{100});
  for (std::size_t n = 10; n < 20; ++n) {
    EXPECT_NE(status_of(before[n]), "cancelled") << "its link may still be paid";
  }
  for (const auto& order : during) EXPECT_NE(status_of(order), "cancelled");
  served_.come_back();
  const auto back = Steady::now();
  tell();
  const auto after = place_all(20);
  for (std::size_t n = 10; n < 20; ++n) await(before[n], "cancelled");
  for (std::size_t n = 20; n < 40; ++n) pay(before[n]);
  for (const auto& order : during) pay(order);
  for (const auto& order : after) pay(order);
  for (std::size_t n = 0; n < 40; ++n) await(before[n], n / 10 == 1 ? "cancelled" : "completed");
  for (const auto& order : during) await(order, "completed");
  for (const auto& order : after) await(order, "completed");
  std::cout << "away for 20 s: all 120 orders were at their end " << seconds_since(back)
            << " s after it was back\n";
  expect_clean_books(120);
}

// Nobody is told of anything by webhook.
class WithoutWebhooks : public ::testing::Test {
 protected:
  WithoutWebhooks() {
    ::setenv("OMS_STRIPE_KEY", "sk_test_1", 1);
    ::setenv("OMS_STRIPE_WEBHOOK_SECRET", served_.secret().c_str(), 1);
    server_.emplace(ServerProcess::Flags{"--payments", "stripe", "--stripe-url", served_.url(),
                                         "--kitchen-time", "0", "--delivery-time", "0",
                                         "--events-every", "1s"});
    ::unsetenv("OMS_STRIPE_KEY");
    ::unsetenv("OMS_STRIPE_WEBHOOK_SECRET");
  }

  ServedProvider served_;
  std::optional<ServerProcess> server_;
};

TEST_F(WithoutWebhooks, APaidOrderIsFoundInTheProvidersListOfEvents) {
  const auto order = place(*server_, "c1", "1");
  const auto link = link_path(await_status(*server_, "c1", order, "waiting_payment"));
  EXPECT_EQ(served_.pay(link.substr(std::string_view{"/checkout/"}.size())), 200);
  EXPECT_EQ(field(await_status(*server_, "c1", order, "completed", seconds{60}), "status"),
            "completed");
  EXPECT_THAT(server_->send("GET", "/metrics").body,
              ::testing::HasSubstr("oms_provider_events_recovered_total 1"));
}

}  // namespace
}  // namespace oms::testing
