#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "adapters/stripe/circuit_breaker.h"
#include "base/time.h"

namespace oms::stripe {

// The version of Stripe's API that this adapter was written for. Webhook endpoints must have it
// too.
inline constexpr const char* api_version = "2026-08-26.dahlia";

struct Settings {
  std::string key;                           // "sk_…"; never in a log
  std::vector<std::string> webhook_secrets;  // "whsec_…"; two while one replaces the other
  std::string url = "https://api.stripe.com";
  std::string shop_url;  // where customers come back to
  // Lines name Stripe's prices, by the items' price ids; else each brings its own price data.
  bool has_prices = false;

  std::size_t in_flight_max = 32;
  Duration connect_timeout{3'000};
  Duration call_timeout{8'000};        // of one attempt
  Duration operation_timeout{25'000};  // of an operation, with all its calls
  int attempts_max = 3;                // of one call
  Duration first_pause{500};           // between them; then twice as long, and so on
  Duration longest_pause{5'000};
  CircuitBreaker::Limits breaker = {};
  // Told once when Stripe has stopped answering and once when it answers again, and why it refuses
  // to make a session: text for the log. On any thread.
  std::function<void(const std::string&)> warn = {};
};

}  // namespace oms::stripe
