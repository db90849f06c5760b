#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "process/log_format.h"
#include "runtime/runtime.h"

namespace oms::process {

inline constexpr auto payment_alarm_kinds =
    static_cast<std::size_t>(PaymentAlarm::Kind::unknown_payment) + 1;

// Tells the operator of public events that somebody should look into: an item that is low or has
// run out, an order that is later than promised, money that moved unasked; and of each message that
// was set aside.
// One thread calls `observe`; any may read the counts.
class Alarms {
 public:
  using Tell =
      std::function<void(ServiceName service, const std::string& text, const LogSubject& subject)>;
  // `fail` tells what somebody must deal with.
  Alarms(Tell warn, Tell fail) : warn_(std::move(warn)), fail_(std::move(fail)) {}

  // The records whose events it needs.
  static bool follows(const RecordType& type);

  void observe(const runtime::Committed& committed);

  std::uint64_t stock_low() const { return stock_low_; }
  std::uint64_t stock_out() const { return stock_out_; }
  std::uint64_t promises_missed() const { return promises_missed_; }
  std::uint64_t payment_alarms(PaymentAlarm::Kind kind) const {
    return payment_alarms_.at(static_cast<std::size_t>(kind));
  }

 private:
  void observe(const PublicEvent& event);

  Tell warn_;
  Tell fail_;
  std::atomic<std::uint64_t> stock_low_{0};
  std::atomic<std::uint64_t> stock_out_{0};
  std::atomic<std::uint64_t> promises_missed_{0};
  std::array<std::atomic<std::uint64_t>, payment_alarm_kinds> payment_alarms_{};
};

}  // namespace oms::process
