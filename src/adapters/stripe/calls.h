#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "adapters/curl/client.h"
#include "adapters/stripe/circuit_breaker.h"
#include "adapters/stripe/settings.h"
#include "base/result.h"

namespace oms::stripe {

// Calls to Stripe's API, each repeated a few times where that is safe and may help: after 409, 429,
// 5xx and a lost connection, unless `Stripe-Should-Retry` says otherwise. A repeated POST has the
// same idempotency key, so it is done once. Everything may be called from any thread; what is
// `then` is called on the client's.
class Calls {
 public:
  using Steady = std::chrono::steady_clock;
  // What Stripe has said (a status below 500, but 409 and 429), or `unavailable`: nobody knows
  // whether it was done.
  using Then = std::move_only_function<void(Result<HttpResponse>)>;

  explicit Calls(const Settings& settings);

  struct Wanted {
    std::string method = "GET";
    std::string path;  // "/v1/refunds", with its query
    std::string form = {};
    std::string key = {};              // idempotency key of a POST
    Steady::time_point deadline = {};  // of all attempts
  };
  void send(Wanted wanted, Then then);

 private:
  void attempt(Wanted wanted, int number, Then then);
  void report(CircuitBreaker::Pass pass, const Result<HttpResponse>& result);
  bool is_final(const Result<HttpResponse>& result) const;
  Duration pause_before(int attempt, const Result<HttpResponse>& result);

  const Settings settings_;
  CircuitBreaker breaker_;
  std::uint64_t chance_;  // of the client's thread
  curl::Client client_;   // the last: its thread uses the others
};

}  // namespace oms::stripe
