#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "ports/clock.h"
#include "ports/payment_provider.h"
#include "process/event_intake.h"
#include "process/outage_log.h"

namespace oms::process {

// Asks the provider on a thread of its own what has happened, at once and then every so often, and
// has taken in what has not come by webhook. That costs one call for a hundred events, however many
// links are open, and finds a lost webhook within twice `every`. Windows overlap, for clocks differ
// and events may be listed late; an outage of the provider is made up for after it.
class EventFeed {
 public:
  struct Parts {
    PaymentProvider& provider;
    EventIntake& intake;
    Clock& clock;
    std::function<void(const std::string&)> warn;
  };
  struct Counts {
    std::uint64_t passes = 0;  // that came to their end
    std::uint64_t failures = 0;
    std::uint64_t recovered = 0;  // events about our orders that no webhook had brought here
  };

  // `every`: above 0.
  EventFeed(Parts parts, Duration every);
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;
  ~EventFeed();

  // Once.
  void begin();
  // Ends a pass under way.
  void stop();

  Counts counts() const;

 private:
  void loop(const std::stop_token& stop);
  Result<void> pass(const std::stop_token& stop);
  Result<void> take(std::vector<Message> events, const std::stop_token& stop);

  Parts parts_;
  const Duration every_;
  OutageLog log_;
  Time covered_until_;          // all before it was taken in
  std::size_t unreadable_ = 0;  // of the last pass
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Counts counts_;
  std::jthread thread_;
};

}  // namespace oms::process
