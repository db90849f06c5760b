#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "adapters/simulated/checkout.h"

namespace oms::simulated {

using Answer = std::move_only_function<void(HttpResponse)>;

struct CheckoutJob {
  CheckoutRequest request;
  Answer answer;
};

// Operations whose caller waits.
struct PerformJob {
  std::span<const PaymentOperation> operations;
  std::vector<PaymentOutcome> outcomes = {};
  bool is_done = false;
};

// How the merchant answered a webhook: an HTTP status, or 0 if there was no answer.
struct Delivery {
  Id order_id;
  std::int64_t number = 0;
  int status = 0;
};

// What one transaction works on.
struct Work {
  std::vector<CheckoutJob> checkouts;
  std::vector<PerformJob*> performs;
  std::vector<Delivery> deliveries;
  bool is_last = false;  // the provider is being closed

  void append(Work more);
  bool is_empty() const { return checkouts.empty() && performs.empty() && deliveries.empty(); }
};

// Where other threads leave work for the ledger's thread. It may outlive the provider: an answer
// to a webhook that comes too late is dropped.
class Inbox {
 public:
  explicit Inbox(std::size_t max_waiting) : max_waiting_(max_waiting) {}

  // Moves from the job. False, and the job is untouched, if too many wait or the provider is being
  // closed.
  bool add(CheckoutJob& job);
  // Waits until `finish` was called for the job. False if the provider is being closed.
  bool add_and_wait(PerformJob& job);
  void finish(PerformJob& job);
  // Does not wake the ledger's thread, which writes these down with the next transaction.
  void add(const Delivery& delivery);
  void wake();
  void close();

  // Waits for work, but not longer than `until`.
  using Steady = std::chrono::steady_clock;
  Work take(std::optional<Steady::time_point> until);
  // Waits until `until`, or for a batch that is full or the last.
  void gather(Steady::time_point until);

 private:
  static constexpr std::size_t batch_max = 256;

  const std::size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable finished_;
  std::deque<CheckoutJob> checkouts_;
  std::vector<PerformJob*> performs_;
  std::vector<Delivery> deliveries_;
  bool is_woken_ = false;
  bool is_closed_ = false;
};

}  // namespace oms::simulated
