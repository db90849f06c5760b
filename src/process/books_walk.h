#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <stop_token>
#include <unordered_map>
#include <vector>

#include "ports/clock.h"
#include "ports/payment_provider.h"
#include "ports/peers.h"
#include "ports/views.h"

namespace oms::process {

// Reads orders, their payments and reservations, and the provider's charges side by side, from the
// newest to the oldest, and compares them. Charges come window by window, so few are in memory at a
// time: those of one window, and those that were made long after their orders. It waits for each
// answer on the thread that runs it, and rests as long as it has worked, so that the shop goes
// first.
class BooksWalk {
 public:
  struct Parts {
    Views& views;
    Peers& peers;  // payments and stock
    PaymentProvider& provider;
    Clock& clock;
  };
  struct Period {
    Time since;  // of orders
    Time until;
  };

  struct Seen {
    std::vector<Finding> findings;  // at most `Reconciliation::findings_max`
    std::int64_t unlisted = 0;
    std::set<Id> in_motion;  // of `watched`
    std::int64_t orders = 0;
    std::int64_t charges = 0;
  };
  // Called now and then, with how far it has come.
  using OnProgress = std::function<void(int percent, const Seen& so_far)>;

  BooksWalk(Parts parts, Period period, Duration grace, std::stop_token stop)
      : parts_(parts), period_(period), grace_(grace), stop_(std::move(stop)) {}

  // Of these it tells whether they were in motion.
  void watch(std::set<Id> orders) { watched_ = std::move(orders); }

  // Errors: unavailable, also where it was stopped.
  Result<Seen> run(const OnProgress& on_progress);

 private:
  Result<bool> read_charges(Time since, Time until);
  Result<void> compare_orders(Time since);
  Result<void> read_orders();
  Result<void> compare_batch(const std::vector<OrderView>& orders);
  Result<void> look_at_rest();
  Result<bool> is_known(const Id& order);
  void add(std::vector<Finding> findings);

  template <class T, class Start>
  Result<T> await(Start start);
  void rest(Duration worked) const;

  Parts parts_;
  Period period_;
  Duration grace_;
  std::stop_token stop_;
  std::set<Id> watched_;
  std::unordered_map<Id, std::vector<ProviderCharge>> charges_;  // whose orders are still to come
  std::size_t charges_waiting_ = 0;
  std::vector<OrderView> orders_;  // read and not compared, the oldest first
  std::string last_order_;
  bool has_more_orders_ = true;
  Seen seen_;
};

}  // namespace oms::process
