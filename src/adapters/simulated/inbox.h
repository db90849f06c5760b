#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "adapters/simulated/api.h"
#include "adapters/simulated/checkout.h"
#include "ports/payment_provider.h"

namespace oms::simulated {

using Answer = std::move_only_function<void(HttpResponse)>;

struct CheckoutJob {
  CheckoutRequest request;
  Answer answer;
};

struct ApiJob {
  ApiRequest request;
  Answer answer;
};

struct ListJob {
  ChargesWanted wanted;
  PaymentProvider::OnCharges on_charges;
};

struct OperationJob {
  PaymentOperation operation;
  PaymentProvider::Done done;
};

// How the merchant answered a webhook: an HTTP status, or 0 if there was no answer.
struct Delivery {
  Id session_id;
  std::int64_t number = 0;
  int status = 0;
};

// What one transaction works on.
struct Work {
  std::vector<CheckoutJob> checkouts;
  std::vector<OperationJob> operations;
  std::vector<ApiJob> requests;
  std::vector<ListJob> lists;
  std::vector<Delivery> deliveries;
  bool is_last = false;  // the provider is being closed

  void append(Work more);
  bool is_empty() const {
    return checkouts.empty() && operations.empty() && requests.empty() && lists.empty() &&
           deliveries.empty();
  }
};

// Where other threads leave work for the ledger's thread. It may outlive the provider: an answer
// to a webhook that comes too late is dropped.
class Inbox {
 public:
  explicit Inbox(std::size_t max_waiting) : max_waiting_(max_waiting) {}

  // Moves from the job. False, and the job is untouched, if too many wait or the provider is being
  // closed.
  bool add(CheckoutJob& job);
  bool add(OperationJob& job);
  bool add(ApiJob& job);
  bool add(ListJob& job);
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
  static constexpr std::size_t batch_max = 256;  // of each kind, at each look

  template <class Job>
  bool add_to(std::deque<Job>& jobs, Job& job);
  template <class Job>
  std::vector<Job> take_from(std::deque<Job>& jobs) const;

  const std::size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<CheckoutJob> checkouts_;
  std::deque<OperationJob> operations_;
  std::deque<ApiJob> requests_;
  std::deque<ListJob> lists_;
  std::vector<Delivery> deliveries_;
  bool is_woken_ = false;
  bool is_closed_ = false;
};

}  // namespace oms::simulated
