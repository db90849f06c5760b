#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.h"
#include "messages/http.h"
#include "ports/exchange.h"

namespace oms::edge {

// How many requests one client may send: so many a minute, all at once if it likes. Any thread.
class RateLimiter {
 public:
  // 0: as many as it likes.
  explicit RateLimiter(std::int64_t per_minute) : per_minute_(per_minute) {}

  struct Allowance {
    bool is_allowed = true;
    std::int64_t remaining = 0;  // that may follow at once
    Duration reset{};            // until all may; where it is refused: until the next one may
  };
  Allowance take(std::string_view client, Time now);

  bool is_on() const { return per_minute_ > 0; }
  std::int64_t per_minute() const { return per_minute_; }

 private:
  void forget_the_idle(std::int64_t now_us);

  const std::int64_t per_minute_;
  std::mutex mutex_;
  // When each client has paid for all that it has sent (the generic cell rate algorithm), in
  // microseconds. Bounded: who has paid is as if it had never been there.
  std::unordered_map<std::string, std::int64_t> paid_at_us_;
};

// RateLimit-Policy and RateLimit, as draft-ietf-httpapi-ratelimit-headers has them.
void tell_allowance(const RateLimiter::Allowance& allowance, std::int64_t per_minute,
                    HttpResponse& response);

// 429, with when to come again.
HttpResponse too_many_requests(const RateLimiter::Allowance& allowance, std::int64_t per_minute);

// Answers as `inner` does, and tells the client what it has left.
std::unique_ptr<Exchange> telling_allowance(std::unique_ptr<Exchange> inner,
                                            const RateLimiter::Allowance& allowance,
                                            std::int64_t per_minute);

}  // namespace oms::edge
