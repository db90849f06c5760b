#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/curl/client.h"
#include "adapters/otlp/settings.h"
#include "ports/tracer.h"

namespace oms {

// Sends spans to a collector by OTLP/HTTP in JSON (OpenTelemetry Protocol 1.x), in batches on a
// thread of its own. Of more than `queue_max` that wait the newest are dropped, and counted; so is
// a batch that the collector does not take: 429, 502, 503, 504 and no answer are tried again, as it
// says when (Retry-After), until the batch's time is over.
class OtlpExporter final : public Tracer {
 public:
  struct Counts {
    std::uint64_t exported = 0;
    std::uint64_t dropped = 0;
  };

  // `warn` hears, now and then, that the collector does not take spans. On any thread.
  OtlpExporter(otlp::Settings settings, std::function<void(const std::string&)> warn);
  // What waits is sent, within two seconds. Whatever is left then is dropped.
  ~OtlpExporter() override;
  OtlpExporter(const OtlpExporter&) = delete;
  OtlpExporter& operator=(const OtlpExporter&) = delete;

  bool wants(const Trace& trace, const Id& order_id, std::string_view) const override {
    return is_sampled(trace, order_id);
  }
  bool is_sampled(const Trace& trace, const Id& order_id) const override;
  std::int64_t now_ns() const override;
  SpanId make_span_id() override;
  void add(Span span) override;

  Counts counts() const;

 private:
  using Steady = std::chrono::steady_clock;
  struct Waiting;

  void run(const std::stop_token& stop);
  void send(std::vector<Span> batch, const std::stop_token& stop);
  std::optional<Result<HttpResponse>> post(curl::Call call, const std::stop_token& stop);

  const otlp::Settings settings_;
  const std::function<void(const std::string&)> warn_;
  std::atomic<std::uint64_t> next_id_;
  std::atomic<std::uint64_t> exported_{0};
  std::atomic<std::uint64_t> dropped_{0};
  bool is_in_trouble_ = false;  // of the thread
  mutable std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Span> waiting_;
  Steady::time_point ends_at_{};  // once it is to stop; written before it is told so
  curl::Client client_;
  std::jthread thread_;
};

namespace otlp {

// The body of one export: the spans of each service with a resource of their own.
std::string to_json(const Settings& settings, const std::vector<Span>& spans);

// Whether a collector takes what is sent to it: an export of nothing. Errors: `unavailable`.
Result<void> try_collector(const Settings& settings);

}  // namespace otlp
}  // namespace oms
