#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "edge/gateway.h"
#include "ports/changes.h"
#include "ports/exchange.h"

namespace oms::edge {

// The followers of each order, and the versions that they have seen. Every event is the whole
// order, history included, so a follower that catches up after a break has missed nothing. A stream
// whose time is over ends at the next event, which it does not show. Any thread. It must outlive
// the streams.
class StreamHub final : public ChangeSink {
 public:
  // Begins to watch. What has been committed since `follow.after` must then be offered by `show`.
  void follow(const Follow& follow, std::shared_ptr<EventStream> stream);

  // Sends the order to the followers that have not seen this version of it.
  void show(const OrderView& order);

  bool is_wanted() const override { return size() > 0; }
  void order_changed(const OrderView& order, std::int64_t since) override;
  // Ends all streams: their readers come back, and begin with how things stand.
  void changes_missed() override { close_all(); }

  void close_all();
  std::size_t size() const { return watched_.load(std::memory_order_relaxed); }

 private:
  struct Watcher {
    std::shared_ptr<EventStream> stream;
    std::int64_t seen = 0;
    std::vector<OrderStatus> only = {};
    std::optional<Time> until = {};
  };
  static bool is_over(const Watcher& watcher, const OrderView& order);
  void show_to_all(const OrderView& order, std::int64_t since);
  void show_to_its_own(const OrderView& order, EventStream::Frame& frame);
  void forget_closed();
  void count();

  std::mutex mutex_;
  std::unordered_multimap<Id, Watcher> by_order_;
  std::vector<Watcher> of_all_;
  std::atomic<std::size_t> watched_{0};
};

}  // namespace oms::edge
