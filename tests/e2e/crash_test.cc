#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using namespace std::chrono_literals;

// CRASHES says how often (no name of ours: the server refuses variables that it does not know); the
// default keeps `make test` quick.
int crashes() {
  const char* given = std::getenv("CRASHES");
  return given != nullptr ? std::atoi(given) : 3;
}

struct Acknowledged {
  std::string customer;
  std::string order;
  bool is_paid = false;  // the provider said so
};

// Customers who place and pay without end, and note what they were told. A request that is not
// answered is not acknowledged: it may have happened or not.
class Customers {
 public:
  explicit Customers(const ServerProcess& server) {
    for (int i = 0; i < 4; ++i) {
      threads_.emplace_back([this, &server, name = "c" + std::to_string(i)] {
        while (!is_over_) shop(server, name);
      });
    }
  }
  ~Customers() { stop(); }
  Customers(const Customers&) = delete;
  Customers& operator=(const Customers&) = delete;

  std::vector<Acknowledged> stop() {
    is_over_ = true;
    for (auto& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
    return std::move(told_);
  }

 private:
  void shop(const ServerProcess& server, const std::string& name) {
    const auto placed = server.try_send("POST", "/api/customers/" + name + "/orders",
                                        R"({"items":[{"productID":"1","quantity":1}],)"
                                        R"("fulfilment":"delivery"})");
    if (!placed || placed->status != 201) return;
    Acknowledged told{.customer = name, .order = field(placed->body, "orderID")};
    for (int i = 0; i < 50 && !told.is_paid && !is_over_; ++i) {
      const auto seen = server.try_send("GET", "/api/customers/" + name + "/orders/" + told.order);
      if (!seen) break;
      const auto page = link_path(seen->body);
      if (page.empty()) {
        std::this_thread::sleep_for(2ms);
        continue;
      }
      const auto paid = server.try_send("POST", page + "/pay", R"({"token":"tok_visa"})");
      told.is_paid = paid && paid->status == 200;
    }
    const std::scoped_lock lock{mutex_};
    told_.push_back(std::move(told));
  }

  std::atomic<bool> is_over_{false};
  std::mutex mutex_;
  std::vector<Acknowledged> told_;
  std::vector<std::thread> threads_;
};

// A restaurant's whole load besides, of which nobody takes notes: the check looks at its orders. It
// ends when the server does.
class Load {
 public:
  explicit Load(const ServerProcess& server)
      : thread_([&server] {
          server.run({"bench", "lifecycle", "--duration", "30", "--warm-up", "0"});
        }) {}

 private:
  std::jthread thread_;
};

TEST(Crash, LosesNothingThatWasAcknowledged) {
  ServerProcess server{{"--kitchen-time", "0", "--delivery-time", "0", "--payment-window", "5s"}};
  server.send("PUT", "/api/admin/stock/1", R"({"onHand":1000000})", true);
  std::mt19937 chance{20260101};
  std::vector<Acknowledged> all;
  for (int i = 0; i < crashes(); ++i) {
    const Load load{server};
    Customers customers{server};
    std::this_thread::sleep_for(std::chrono::milliseconds{200 + chance() % 800});
    server.kill();
    auto told = customers.stop();
    std::ranges::move(told, std::back_inserter(all));
    server.start();
  }
  ASSERT_GT(all.size(), 10U);
  // What was in flight is asked again at the start, and the unpaid expire after that.
  // How long it may take at most is for the simulation to say; here the machine may be busy.
  const auto check = server.run({"check", "--quiescent", "--wait", "120"});
  EXPECT_EQ(check.code, 0) << check.output;
  // A customer who has not paid yet may do so for five seconds, which is no work under way.
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  for (const auto& [customer, order, is_paid] : all) {
    const auto path = "/api/customers/" + customer + "/orders/" + order;
    auto seen = server.send("GET", path).body;
    while (field(seen, "status") == "waiting_payment" &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(100ms);
      seen = server.send("GET", path).body;
    }
    const auto status = field(seen, "status");
    // A customer who was told that they have paid gets their meal; others may have paid, too.
    EXPECT_TRUE(status == "completed" || (!is_paid && status == "cancelled"))
        << order << " is " << seen;
  }
}

}  // namespace
}  // namespace oms::testing
