// How soon work goes on after a crash, and that it ends although the provider is unreliable.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

// RECOVERY_SECONDS says how long the load lasts; the default keeps `make test` quick.
std::chrono::seconds load_lasts() {
  const char* given = std::getenv("RECOVERY_SECONDS");
  return std::chrono::seconds{given != nullptr ? std::atoi(given) : 6};
}

// Customers who order without end, and note how long they waited for the link to pay at.
class Customers {
 public:
  explicit Customers(ServerProcess& server) : server_(server) {
    for (int i = 0; i < 50; ++i) {
      threads_.emplace_back([this, name = "c" + std::to_string(i)] {
        while (!is_over_) shop(name);
      });
    }
  }
  ~Customers() { stop(); }
  Customers(const Customers&) = delete;
  Customers& operator=(const Customers&) = delete;

  // Amid their requests. They go on when the server is there again; nobody has waited before.
  void crash_and_restart() {
    is_down_ = true;
    server_.kill();
    const std::scoped_lock lock{server_mutex_, mutex_};
    server_.start();
    is_down_ = false;
    back_at_ = Steady::now();
    waited_.clear();
  }
  std::vector<Duration> waited() {
    const std::scoped_lock lock{mutex_};
    return waited_;
  }
  void stop() {
    is_over_ = true;
    for (auto& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  void shop(const std::string& name) {
    const auto placed =
        send("POST", "/api/customers/" + name + "/orders",
             R"({"items":[{"productID":"1","quantity":1}],"fulfilment":"delivery"})");
    if (!placed || placed->status != 201) return std::this_thread::sleep_for(20ms);
    const auto placed_at = Steady::now();
    const auto order = field(placed->body, "orderID");
    std::string page;
    while (page.empty() && !is_over_) {
      std::this_thread::sleep_for(10ms);
      const auto seen = send("GET", "/api/customers/" + name + "/orders/" + order);
      if (!seen) continue;
      page = link_path(seen->body);
      if (field(seen->body, "status") == "cancelled") break;
    }
    note(placed_at);
    if (!page.empty()) send("POST", page + "/pay", R"({"token":"tok_visa"})");
    std::this_thread::sleep_for(100ms);
  }
  std::optional<HttpResponse> send(std::string_view method, const std::string& path,
                                   std::string_view body = {}) {
    while (is_down_) std::this_thread::sleep_for(1ms);
    const std::shared_lock lock{server_mutex_};
    return server_.try_send(method, path, body);
  }
  void note(Steady::time_point placed_at) {
    const std::scoped_lock lock{mutex_};
    const auto since = std::max(placed_at, back_at_);
    waited_.push_back(std::chrono::duration_cast<Duration>(Steady::now() - since));
  }

  ServerProcess& server_;
  std::shared_mutex server_mutex_;  // where it is
  std::atomic<bool> is_down_{false};
  std::atomic<bool> is_over_{false};
  std::mutex mutex_;
  Steady::time_point back_at_;
  std::vector<Duration> waited_;
  std::vector<std::thread> threads_;
};

Duration percentile_99(std::vector<Duration> waited) {
  std::ranges::sort(waited);
  return waited.at(waited.size() * 99 / 100);
}

TEST(Recovery, GivesPaymentLinksWithinThreeSecondsOfARestartUnderLoad) {
  ServerProcess server{{"--kitchen-time", "0", "--delivery-time", "0"}};
  server.send("PUT", "/api/admin/stock/1", R"({"onHand":1000000})", true);
  Customers customers{server};
  constexpr int crashes = 3;
  for (int i = 0; i < crashes; ++i) {
    std::this_thread::sleep_for(load_lasts() / (2 * crashes));
    customers.crash_and_restart();
    std::this_thread::sleep_for(std::max<Duration>(3s, load_lasts() / (2 * crashes)));
    const auto waited = customers.waited();
    ASSERT_GT(waited.size(), 50U);
    const auto p99 = percentile_99(waited);
    std::cout << "restart " << i + 1 << ": " << waited.size() << " links, p99 " << p99.count()
              << " ms, longest " << std::ranges::max(waited).count() << " ms\n";
    EXPECT_LT(p99, 3s);
  }
}

TEST(Recovery, LeavesNothingUnderWayAMinuteAfterTheLoadOfAnUnreliableProvider) {
  ServerProcess server{{"--kitchen-time", "0", "--delivery-time", "0", "--simulated-timeouts", "10",
                        "--simulated-duplicates", "30", "--simulated-delay", "200ms",
                        "--payment-window", load_lasts() < 20s ? "5s" : "20s"}};
  server.send("PUT", "/api/admin/stock/1", R"({"onHand":1000000})", true);
  {
    Customers customers{server};
    std::this_thread::sleep_for(load_lasts());
    customers.stop();
    ASSERT_GT(customers.waited().size(), 50U);
  }
  const auto check = server.run({"check", "--quiescent", "--wait", "60"});
  EXPECT_EQ(check.code, 0) << check.output;
}

}  // namespace
}  // namespace oms::testing
