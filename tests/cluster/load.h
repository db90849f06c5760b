#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <thread>
#include <vector>

#include "tests/cluster/shop.h"

namespace oms::cluster {

// A customer of their own who buys once, and does not give up: a request that is not answered, or
// with 503, is sent again, the order with the same Idempotency-Key.
struct Purchase {
  using Clock = std::chrono::steady_clock;
  enum class Course { pays, is_declined_first, cancels_unpaid, cancels_paid };
  enum class Stage { place, await_link, pay, cancel, watch, over };

  Course course = Course::pays;
  std::string customer;
  std::string product;
  int quantity = 1;

  Stage stage = Stage::place;
  bool was_declined = false;
  bool was_repeated = false;
  std::string order;                       // its id; empty until it was accepted
  std::string shown;                       // as it was seen last
  Clock::time_point accepted_at, done_at;  // when the customer had nothing left to do
  Clock::time_point ended_at;
  std::vector<std::string> wrong;  // what must never be answered

  std::string status() const;
};

// So many purchases a second, until `finish`.
class Load {
 public:
  Load(const Shop& shop, double per_second);
  ~Load();
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  // Nobody comes any more. Waits until all have got what they came for, or for so long.
  std::vector<std::shared_ptr<Purchase>> finish(std::chrono::seconds timeout);

  std::size_t accepted() const { return accepted_; }
  std::size_t ended() const { return ended_; }
  // How many answers of each status there were that a customer had to send again for.
  std::map<int, int> tried_again();

 private:
  struct Job {
    Purchase::Clock::time_point due;
    std::shared_ptr<Purchase> purchase;
    bool operator<(const Job& other) const { return due > other.due; }
  };
  using Delay = std::optional<std::chrono::milliseconds>;

  void open_the_doors(std::stop_token stop);
  void work(std::stop_token stop);
  void watch_the_shelf(std::stop_token stop);
  std::shared_ptr<Purchase> next_customer();

  // Does what is next, and says when to go on.
  std::chrono::milliseconds advance(Purchase& purchase);
  std::chrono::milliseconds place(Purchase& purchase);
  std::chrono::milliseconds await_link(Purchase& purchase);
  std::chrono::milliseconds pay(Purchase& purchase);
  std::chrono::milliseconds cancel(Purchase& purchase);
  std::chrono::milliseconds watch(Purchase& purchase);
  std::chrono::milliseconds try_again(Purchase& purchase, const http::Answer& answer,
                                      std::string_view what);
  bool look(Purchase& purchase);  // false: it could not be seen

  const Shop shop_;
  const std::chrono::milliseconds pause_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::priority_queue<Job> jobs_;
  std::vector<std::shared_ptr<Purchase>> all_;
  std::map<int, int> tried_again_;
  std::vector<std::string> oversold_;
  std::atomic<std::size_t> accepted_ = 0;
  std::atomic<std::size_t> ended_ = 0;
  std::jthread doors_;
  std::vector<std::jthread> workers_;
};

}  // namespace oms::cluster
