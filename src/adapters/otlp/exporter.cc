#include "adapters/otlp/exporter.h"

#include <pthread.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>
#include <future>

#include "adapters/crypto/crypto.h"
#include "base/mix.h"

namespace oms {
namespace {

using std::chrono::milliseconds;

constexpr int doublings_max = 6;
constexpr milliseconds first_pause{500};
constexpr milliseconds pause_max{30'000};
constexpr milliseconds flushed_within{2'000};

std::uint64_t random_number() {
  std::uint64_t number = 0;
  std::array<std::uint8_t, sizeof number> bytes{};
  fill_random(bytes);
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

curl::Call call_of(const otlp::Settings& settings, std::string body) {
  curl::Call call{.method = "POST",
                  .url = settings.url,
                  .headers = settings.headers,
                  .body = std::move(body),
                  .timeout = settings.call_timeout};
  call.headers.emplace_back("Content-Type", "application/json");
  return call;
}

Result<HttpResponse> answer_to(curl::Client& client, curl::Call call) {
  std::promise<Result<HttpResponse>> answered;
  client.send(std::move(call),
              [&](Result<HttpResponse> answer) { answered.set_value(std::move(answer)); });
  return answered.get_future().get();
}

bool is_taken(const Result<HttpResponse>& answer) {
  return answer && answer->status >= 200 && answer->status < 300;
}

// As the protocol says; a collector that is away may be back.
bool may_be_taken_later(const Result<HttpResponse>& answer) {
  if (!answer) return true;
  const auto status = answer->status;
  return status == 429 || status == 502 || status == 503 || status == 504;
}

milliseconds pause_before(int attempt, const Result<HttpResponse>& answer) {
  if (answer) {
    for (const auto& [name, value] : answer->headers) {
      int seconds = 0;
      const auto read = std::from_chars(value.data(), value.data() + value.size(), seconds);
      if (name == "retry-after" && read.ec == std::errc{} && seconds >= 0) {
        return std::min(pause_max, milliseconds{std::chrono::seconds{seconds}});
      }
    }
  }
  return first_pause * (1 << std::min(attempt, doublings_max));
}

std::string trouble_of(const Result<HttpResponse>& answer) {
  return answer ? "it answers " + std::to_string(answer->status) : answer.error().detail;
}

}  // namespace

OtlpExporter::OtlpExporter(otlp::Settings settings, std::function<void(const std::string&)> warn)
    : settings_(std::move(settings)),
      warn_(std::move(warn)),
      next_id_(random_number()),
      client_({.in_flight_max = 1}),
      thread_([this](const std::stop_token& stop) { run(stop); }) {
  ::pthread_setname_np(thread_.native_handle(), "oms-otlp");
}

OtlpExporter::~OtlpExporter() {
  ends_at_ = Steady::now() + flushed_within;
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

bool OtlpExporter::is_sampled(const Trace& trace, const Id& order_id) const {
  if (trace.trace_id == Trace{}.trace_id) return false;
  const bool is_callers = order_id.is_nil() || !is_derived(trace, order_id);
  if (is_callers && settings_.obeys_callers) return trace.is_sampled();
  return is_among(trace, settings_.sampled_of_4_billion);
}

std::int64_t OtlpExporter::now_ns() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

SpanId OtlpExporter::make_span_id() {
  auto number = mix(next_id_.fetch_add(1, std::memory_order_relaxed));
  if (number == 0) number = mix(next_id_.fetch_add(1, std::memory_order_relaxed));
  SpanId id{};
  std::memcpy(id.data(), &number, sizeof number);
  return id;
}

void OtlpExporter::add(Span span) {
  {
    const std::scoped_lock lock{mutex_};
    if (waiting_.size() >= settings_.queue_max) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    waiting_.push_back(std::move(span));
    if (waiting_.size() != settings_.batch_max) return;
  }
  arrived_.notify_one();
}

OtlpExporter::Counts OtlpExporter::counts() const {
  return {.exported = exported_.load(), .dropped = dropped_.load()};
}

void OtlpExporter::run(const std::stop_token& stop) {
  while (true) {
    std::vector<Span> batch;
    {
      std::unique_lock lock{mutex_};
      arrived_.wait_for(lock, stop, settings_.schedule_delay,
                        [&] { return waiting_.size() >= settings_.batch_max; });
      while (!waiting_.empty() && batch.size() < settings_.batch_max) {
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
    if (batch.empty() && stop.stop_requested()) return;
    if (!batch.empty()) send(std::move(batch), stop);
  }
}

// Of a call under way; it may be answered when nobody waits for it any more.
struct OtlpExporter::Waiting {
  std::mutex mutex;
  std::condition_variable_any answered;
  std::optional<Result<HttpResponse>> answer;
};

// None where this ends first.
std::optional<Result<HttpResponse>> OtlpExporter::post(curl::Call call,
                                                       const std::stop_token& stop) {
  const auto waiting = std::make_shared<Waiting>();
  client_.send(std::move(call), [waiting](Result<HttpResponse> answer) {
    const std::scoped_lock lock{waiting->mutex};
    waiting->answer = std::move(answer);
    waiting->answered.notify_one();
  });
  const auto is_answered = [&] { return waiting->answer.has_value(); };
  std::unique_lock lock{waiting->mutex};
  if (!waiting->answered.wait(lock, stop, is_answered)) {
    waiting->answered.wait_until(lock, ends_at_, is_answered);
  }
  return std::move(waiting->answer);
}

void OtlpExporter::send(std::vector<Span> batch, const std::stop_token& stop) {
  const auto body = otlp::to_json(settings_, batch);
  const auto given_up_at = Steady::now() + settings_.export_timeout;
  for (int attempt = 0;; ++attempt) {
    const bool is_last = stop.stop_requested();
    const auto answered = post(call_of(settings_, body), stop);
    if (!answered) break;
    const auto& answer = *answered;
    if (is_taken(answer)) {
      exported_.fetch_add(batch.size(), std::memory_order_relaxed);
      if (std::exchange(is_in_trouble_, false)) warn_("the collector of traces takes spans again");
      return;
    }
    if (!std::exchange(is_in_trouble_, true)) {
      warn_("the collector of traces at " + settings_.url +
            " takes no spans: " + trouble_of(answer) + "; those that do not fit are dropped");
    }
    const auto again_at = Steady::now() + pause_before(attempt, answer);
    if (is_last || !may_be_taken_later(answer) || again_at > given_up_at) break;
    std::unique_lock lock{mutex_};
    arrived_.wait_until(lock, stop, again_at, [] { return false; });
  }
  dropped_.fetch_add(batch.size(), std::memory_order_relaxed);
}

Result<void> otlp::try_collector(const Settings& settings) {
  curl::Client client;
  const auto answer = answer_to(client, call_of(settings, to_json(settings, {})));
  if (is_taken(answer)) return {};
  return fail(ErrorKind::unavailable, trouble_of(answer));
}

}  // namespace oms
