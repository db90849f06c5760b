#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include "messages/metrics.h"
#include "ports/clock.h"
#include "ports/views.h"

namespace oms::process {

// What waits in a store: messages that were set aside, and orders under way by the step of their
// saga, the thousand oldest at most. It is read beside the work, every ten seconds while somebody
// asks: `families` never waits, and says what was seen last.
class StoreGauges {
 public:
  struct Kept {
    bool sagas = false;  // whether these live in the store
  };
  StoreGauges(Views& views, Clock& clock, Kept kept) : views_(views), clock_(clock), kept_(kept) {}

  // Any thread, until the views have stopped.
  std::vector<MetricFamily> families();

 private:
  void read();
  std::vector<MetricFamily> dead_letters() const;
  std::vector<MetricFamily> sagas() const;

  Views& views_;
  Clock& clock_;
  const Kept kept_;
  std::mutex mutex_;
  std::vector<MetricFamily> seen_;
  Time next_{};  // to be read again
  bool is_reading_ = false;
};

}  // namespace oms::process
