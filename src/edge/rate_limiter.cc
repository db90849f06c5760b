#include "edge/rate_limiter.h"

#include <algorithm>
#include <utility>

#include "edge/problem.h"

namespace oms::edge {
namespace {

constexpr std::int64_t us_per_ms = 1000;
constexpr std::int64_t window_us = 60'000'000;
constexpr std::int64_t ms_per_second = 1000;
constexpr std::size_t clients_max = 65'536;

Duration in_ms(std::int64_t us) {
  return Duration{(us + us_per_ms - 1) / us_per_ms};
}

std::string seconds_text(Duration span) {
  return std::to_string((span.count() + ms_per_second - 1) / ms_per_second);
}

class TellingExchange final : public Exchange {
 public:
  TellingExchange(std::unique_ptr<Exchange> inner, const RateLimiter::Allowance& allowance,
                  std::int64_t per_minute)
      : inner_(std::move(inner)), allowance_(allowance), per_minute_(per_minute) {}

  void answer(HttpResponse response) override {
    tell_allowance(allowance_, per_minute_, response);
    inner_->answer(std::move(response));
  }
  void answer(Render render) override {
    inner_->answer(
        [render = std::move(render), allowance = allowance_, per_minute = per_minute_]() mutable {
          auto response = render();
          tell_allowance(allowance, per_minute, response);
          return response;
        });
  }
  void take_long() override { inner_->take_long(); }
  std::shared_ptr<EventStream> start_stream() override { return inner_->start_stream(); }

 private:
  std::unique_ptr<Exchange> inner_;
  RateLimiter::Allowance allowance_;
  std::int64_t per_minute_;
};

}  // namespace

RateLimiter::Allowance RateLimiter::take(std::string_view client, Time now) {
  const auto now_us = now.unix_ms * us_per_ms;
  const auto price_us = window_us / per_minute_;
  const std::scoped_lock lock{mutex_};
  if (paid_at_us_.size() >= clients_max) forget_the_idle(now_us);
  auto& paid_at = paid_at_us_[std::string{client}];
  // The clock may have been set back: nobody waits for it to come again.
  paid_at = std::clamp(paid_at, now_us, now_us + window_us);
  const auto owed_us = paid_at - now_us;
  if (owed_us + price_us > window_us) {
    return {.is_allowed = false, .reset = in_ms(owed_us + price_us - window_us)};
  }
  paid_at = now_us + owed_us + price_us;
  return {.remaining = (window_us - owed_us - price_us) / price_us,
          .reset = in_ms(owed_us + price_us)};
}

void RateLimiter::forget_the_idle(std::int64_t now_us) {
  std::erase_if(paid_at_us_, [&](const auto& client) { return client.second <= now_us; });
  // So many at once are no clients: each begins again.
  if (paid_at_us_.size() >= clients_max) paid_at_us_.clear();
}

void tell_allowance(const RateLimiter::Allowance& allowance, std::int64_t per_minute,
                    HttpResponse& response) {
  response.headers.emplace_back("RateLimit-Policy",
                                "\"client\";q=" + std::to_string(per_minute) + ";w=60");
  response.headers.emplace_back("RateLimit", "\"client\";r=" + std::to_string(allowance.remaining) +
                                                 ";t=" + seconds_text(allowance.reset));
}

HttpResponse too_many_requests(const RateLimiter::Allowance& allowance, std::int64_t per_minute) {
  auto response = problem(problem_type(ErrorKind::rate_limited),
                          "at most " + std::to_string(per_minute) +
                              " requests a minute; the next one may come in " +
                              seconds_text(allowance.reset) + " s");
  response.headers.emplace_back("Retry-After", seconds_text(allowance.reset));
  tell_allowance(allowance, per_minute, response);
  return response;
}

std::unique_ptr<Exchange> telling_allowance(std::unique_ptr<Exchange> inner,
                                            const RateLimiter::Allowance& allowance,
                                            std::int64_t per_minute) {
  return std::make_unique<TellingExchange>(std::move(inner), allowance, per_minute);
}

}  // namespace oms::edge
