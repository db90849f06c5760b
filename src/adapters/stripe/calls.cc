#include "adapters/stripe/calls.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "adapters/crypto/crypto.h"

namespace oms::stripe {
namespace {

std::string_view header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

std::uint64_t random_seed() {
  std::array<std::uint8_t, 8> bytes{};
  fill_random(bytes);
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

bool may_help(int status) {
  return status == 409 || status == 429 || status >= 500;
}

}  // namespace

Calls::Calls(const Settings& settings)
    : settings_(settings),
      breaker_(settings.breaker),
      chance_(random_seed()),
      client_(
          {.in_flight_max = settings.in_flight_max, .connect_timeout = settings.connect_timeout}) {}

void Calls::send(Wanted wanted, Then then) {
  attempt(std::move(wanted), 1, std::move(then));
}

void Calls::attempt(Wanted wanted, int number, Then then) {
  const auto left = std::chrono::duration_cast<Duration>(wanted.deadline - Steady::now());
  if (left <= Duration{0}) {
    return then(fail(ErrorKind::unavailable, "Stripe was not asked: the time is up"));
  }
  const auto pass = breaker_.pass(Steady::now());
  if (pass == CircuitBreaker::Pass::refused) {
    return then(
        fail(ErrorKind::unavailable, "Stripe was not asked: it has not answered for a while"));
  }
  curl::Call call{
      .method = wanted.method,
      .url = settings_.url + wanted.path,
      .headers = {{"Authorization", "Bearer " + settings_.key}, {"Stripe-Version", api_version}},
      .body = wanted.form,
      .timeout = std::min(left, settings_.call_timeout)};
  if (wanted.method == "POST") {
    call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    if (!wanted.key.empty()) call.headers.emplace_back("Idempotency-Key", wanted.key);
  }
  client_.send(std::move(call), [this, wanted = std::move(wanted), number, pass,
                                 then = std::move(then)](Result<HttpResponse> result) mutable {
    report(pass, result);
    const bool is_unknown = !result || may_help(result->status);
    const auto pause = pause_before(number + 1, result);
    if (is_final(result) || number >= settings_.attempts_max ||
        Steady::now() + pause >= wanted.deadline) {
      if (result && is_unknown) {
        result = fail(ErrorKind::unavailable, "Stripe answered " + std::to_string(result->status));
      }
      return then(std::move(result));
    }
    client_.after(pause,
                  [this, wanted = std::move(wanted), number, then = std::move(then)]() mutable {
                    attempt(std::move(wanted), number + 1, std::move(then));
                  });
  });
}

// One that says 429 is alive.
void Calls::report(CircuitBreaker::Pass pass, const Result<HttpResponse>& result) {
  const bool has_failed = !result || result->status >= 500;
  const auto change = has_failed ? breaker_.failed(pass, Steady::now()) : breaker_.succeeded();
  if (!settings_.warn || change == CircuitBreaker::Change::none) return;
  if (change == CircuitBreaker::Change::closed) return settings_.warn("Stripe answers again");
  settings_.warn(
      "Stripe at " + settings_.url + " does not answer (" +
      (result ? "status " + std::to_string(result->status) : result.error().detail) +
      "): payments wait, and it is tried again now and then; see https://status.stripe.com");
}

bool Calls::is_final(const Result<HttpResponse>& result) const {
  if (!result) return false;
  const auto advice = header(*result, "stripe-should-retry");
  if (advice == "true") return false;
  if (advice == "false") return true;
  return !may_help(result->status);
}

// From half of it to all of it, so that those who were refused together do not come together.
Duration Calls::pause_before(int attempt, const Result<HttpResponse>& result) {
  auto most = settings_.first_pause;
  for (int i = 2; i < attempt && most < settings_.longest_pause; ++i) most *= 2;
  most = std::min(most, settings_.longest_pause);
  chance_ = chance_ * 6364136223846793005ULL + 1442695040888963407ULL;
  const auto half = most.count() / 2;
  Duration pause{half +
                 static_cast<std::int64_t>((chance_ >> 33) % static_cast<std::uint64_t>(half + 1))};
  if (!result) return pause;
  const auto wanted = header(*result, "retry-after");
  std::int64_t seconds = 0;
  std::from_chars(wanted.data(), wanted.data() + wanted.size(), seconds);
  return std::max(pause, std::min(Duration{seconds * 1000}, settings_.longest_pause));
}

}  // namespace oms::stripe
