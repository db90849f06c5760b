#include "edge/request_meter.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "edge/routes.h"

namespace oms::edge {
namespace {

class MeteredExchange final : public Exchange {
 public:
  MeteredExchange(std::unique_ptr<Exchange> inner, const Route* route, RequestMeter& meter)
      : inner_(std::move(inner)), route_(route), meter_(meter) {}

  void answer(HttpResponse response) override {
    note(response.status);
    inner_->answer(std::move(response));
  }
  void answer(Render render) override {
    inner_->answer([render = std::move(render), route = route_, meter = &meter_,
                    begun_ns = begun_ns_]() mutable {
      auto response = render();
      meter->note(route, response.status, RequestMeter::now_ns() - begun_ns);
      return response;
    });
  }
  void take_long() override { inner_->take_long(); }
  std::shared_ptr<EventStream> start_stream() override {
    constexpr int begun = 200;
    note(begun);
    return inner_->start_stream();
  }

 private:
  void note(int status) { meter_.note(route_, status, RequestMeter::now_ns() - begun_ns_); }

  std::unique_ptr<Exchange> inner_;
  const Route* route_;
  RequestMeter& meter_;
  const std::int64_t begun_ns_ = RequestMeter::now_ns();
};

}  // namespace

RequestMeter::RequestMeter() : counts_(std::make_unique<Counts[]>(routes().size() + 1)) {}

std::unique_ptr<Exchange> RequestMeter::metered(std::unique_ptr<Exchange> exchange,
                                                const Route* route) {
  return std::make_unique<MeteredExchange>(std::move(exchange), route, *this);
}

void RequestMeter::note(const Route* route, int status, std::int64_t ns) {
  const auto at =
      route != nullptr ? static_cast<std::size_t>(route - routes().data()) : routes().size();
  auto& counts = counts_[at];
  const auto of = static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1);
  counts.answers.at(of).fetch_add(1, std::memory_order_relaxed);
  counts.seconds.observe(ns);
}

std::int64_t RequestMeter::now_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

std::vector<MetricFamily> RequestMeter::families() const {
  MetricFamily answers{.name = "oms_http_requests_total",
                       .help = "Requests that were answered, by route and class of status",
                       .type = MetricType::counter};
  MetricFamily seconds{.name = "oms_http_request_duration_seconds",
                       .help = "From a request's arrival to its answer, by route",
                       .type = MetricType::histogram};
  const auto all = routes();
  for (std::size_t at = 0; at <= all.size(); ++at) {
    const auto& counts = counts_[at];
    if (counts.seconds.is_empty()) continue;
    const bool is_known = at < all.size();
    const std::vector<MetricLabel> labels{
        {.name = "method", .value = std::string{is_known ? all[at].method : "other"}},
        {.name = "route", .value = std::string{is_known ? all[at].pattern : "other"}}};
    counts.seconds.add_to(seconds, labels);
    for (std::size_t of = 0; of < classes; ++of) {
      const auto count = counts.answers.at(of).load(std::memory_order_relaxed);
      if (count == 0) continue;
      auto own = labels;
      own.push_back({.name = "code", .value = std::to_string(of + 1) + "xx"});
      answers.samples.push_back({.suffix = {},
                                 .labels = std::move(own),
                                 .value = static_cast<double>(count)});  // not money
    }
  }
  return {std::move(answers), std::move(seconds)};
}

}  // namespace oms::edge
