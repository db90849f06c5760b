#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "runtime/runtime.h"

namespace oms::app {

// Tells the operator of what services only announce: an item that is low or has run out, an order
// that is later than promised. One thread calls `observe`; any may read the counts.
class Alarms {
 public:
  using Tell = std::function<void(const std::string&)>;
  explicit Alarms(Tell tell) : tell_(std::move(tell)) {}

  void observe(const runtime::Committed& committed);

  std::uint64_t stock_low() const { return stock_low_; }
  std::uint64_t stock_out() const { return stock_out_; }
  std::uint64_t promises_missed() const { return promises_missed_; }

 private:
  Tell tell_;
  std::atomic<std::uint64_t> stock_low_{0};
  std::atomic<std::uint64_t> stock_out_{0};
  std::atomic<std::uint64_t> promises_missed_{0};
};

}  // namespace oms::app
