#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "ports/peers.h"
#include "ports/store.h"
#include "runtime/services.h"

namespace oms::runtime {

// Reads these records, which are sorted.
using Look = std::function<Result<std::vector<Found>>(std::span<const Key>)>;

// Those of the orders, which are sorted, that are over for the service: it keeps nothing of them,
// or nothing that it still has to act on. What a newer version has written is not over.
Result<std::vector<Id>> orders_over(const Service& service, const std::vector<Id>& ids,
                                    const Look& look);

// A question about orders that is put to several services, here or elsewhere, at once.
class OverForAll {
 public:
  // The orders, sorted.
  explicit OverForAll(std::vector<Id> ids) : ids_(std::move(ids)) { state_->over = ids_; }

  // Puts it to one of them more. One that fails to answer holds every order back.
  void ask(ServiceName to, const Services& services, const Look& look, Peers* peers);

  // True once all have answered. Then `over` are those that are over for all of them.
  bool is_answered() const;
  std::vector<Id> over() const;

 private:
  struct State {
    std::mutex mutex;
    std::vector<Id> over;  // sorted
    std::size_t open = 0;
  };
  static void hear(State& state, const Result<std::vector<Id>>& over);

  std::vector<Id> ids_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace oms::runtime
