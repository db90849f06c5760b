#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/time.h"

namespace oms::simulated {

// How the simulated provider behaves. As it stands it never fails.
struct Settings {
  std::string path;      // of its ledger
  std::string base_url;  // of the pages: "http://127.0.0.1:8080"
  bool has_api = false;  // it is served over HTTP, too

  // Faults, the same in every run with the same seed and the same calls.
  std::uint64_t seed = 0;
  int duplicate_percent = 0;  // webhooks told twice
  int time_out_percent = 0;   // operations whose answer is lost; half of them are never done
  Duration delay{0};          // of every webhook
  Duration late{5'000};       // of the webhook of a charge whose answer was lost

  // A webhook that is not confirmed with 2xx is told again after `first_retry`, then after twice
  // as long, and so on up to `longest_retry`; for three days, as Stripe does.
  Duration first_retry{200};
  Duration longest_retry{60'000};

  // Transactions begin at least this far apart, so that they fill up when there is much to do.
  Duration pause{1};
  std::size_t max_waiting = 8192;    // checkout requests, operations; past it 503, `unknown`
  std::size_t max_in_flight = 1024;  // webhooks; past it they wait in the ledger
};

}  // namespace oms::simulated
