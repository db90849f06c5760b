#include "edge/traced_exchange.h"

#include <string>
#include <utility>

#include "messages/log_levels.h"

namespace oms::edge {
namespace {

constexpr int ok = 200;
constexpr int fault = 500;

// A span that ends with the answer; as a fault where there is none.
class OpenSpan {
 public:
  OpenSpan(Span span, Tracer& tracer) : span_(std::move(span)), tracer_(&tracer) {}
  OpenSpan(OpenSpan&& other) noexcept
      : span_(std::move(other.span_)), tracer_(std::exchange(other.tracer_, nullptr)) {}
  OpenSpan(const OpenSpan&) = delete;
  OpenSpan& operator=(const OpenSpan&) = delete;
  OpenSpan& operator=(OpenSpan&&) = delete;
  ~OpenSpan() { end(fault); }

  void end(int status) {
    auto* const tracer = std::exchange(tracer_, nullptr);
    if (tracer == nullptr) return;
    span_.attributes.emplace_back("http.response.status_code", status);
    if (status >= fault) span_.error = std::to_string(status);
    end_span(*tracer, std::move(span_));
  }

 private:
  Span span_;
  Tracer* tracer_;  // null: it has ended
};

class TracedExchange final : public Exchange {
 public:
  TracedExchange(std::unique_ptr<Exchange> inner, OpenSpan span)
      : inner_(std::move(inner)), span_(std::move(span)) {}

  void answer(HttpResponse response) override {
    span_.end(response.status);
    inner_->answer(std::move(response));
  }
  void answer(Render render) override {
    inner_->answer([render = std::move(render), span = std::move(span_)]() mutable {
      auto response = render();
      span.end(response.status);
      return response;
    });
  }
  void take_long() override { inner_->take_long(); }
  std::shared_ptr<EventStream> start_stream() override {
    span_.end(ok);
    return inner_->start_stream();
  }

 private:
  std::unique_ptr<Exchange> inner_;
  OpenSpan span_;
};

Message* message_in(Plan& plan) {
  if (auto* submit = std::get_if<Submit>(&plan)) return &submit->message;
  if (auto* submit = std::get_if<SubmitUnless>(&plan)) return &submit->submit.message;
  return nullptr;
}

// A request without a caller's trace that changes no order is in none.
Trace parent_of(const Message* message, const HttpRequest& request) {
  if (const auto callers = parse_traceparent(request.header("traceparent"))) return *callers;
  return message != nullptr ? order_trace(message->order_id) : Trace{};
}

Span span_of(const HttpRequest& request, const Gateway& gateway, const Trace& parent,
             const Id& order_id, Tracer& tracer) {
  const auto route = gateway.pattern_of(request);
  Span span{.service = std::string{gateway_log},
            .name = route.empty() ? request.method : request.method + " " + route,
            .kind = SpanKind::server,
            .trace = begun_in(parent, tracer.make_span_id()),
            .parent = parent.span_id,
            .order_id = order_id,
            .begin_ns = tracer.now_ns()};
  span.attributes = {{"http.request.method", request.method}, {"url.scheme", "http"}};
  if (!route.empty()) span.attributes.emplace_back("http.route", route);
  if (!order_id.is_nil()) span.attributes.emplace_back("oms.order.id", order_id.text());
  return span;
}

// An order whose caller has begun the trace: what its timers and webhooks do is in the order's own,
// which begins here.
void begin_own_trace(Span span, const std::optional<Trace>& callers, Tracer& tracer) {
  span.trace = order_trace(span.order_id);
  span.parent = {};
  span.link = callers;
  end_span(tracer, std::move(span));
}

}  // namespace

std::unique_ptr<Exchange> traced(std::unique_ptr<Exchange> exchange, Plan& plan,
                                 const HttpRequest& request, const Gateway& gateway,
                                 Tracer* tracer) {
  if (tracer == nullptr || std::holds_alternative<Webhook>(plan)) return exchange;
  auto* const message = message_in(plan);
  const auto order_id = message != nullptr ? message->order_id : Id{};
  const auto parent = parent_of(message, request);
  const bool is_wanted = tracer->wants(parent, order_id, gateway_log);
  const bool places = message != nullptr && std::holds_alternative<PlaceOrder>(message->payload);
  const bool has_caller = places && message->trace != Trace{};
  const bool begins_own = has_caller && tracer->wants(order_trace(order_id), order_id, gateway_log);
  if (!is_wanted && !begins_own) return exchange;
  auto span = span_of(request, gateway, parent, order_id, *tracer);
  if (begins_own) {
    begin_own_trace(span, is_wanted ? std::optional{span.trace} : std::nullopt, *tracer);
  }
  if (!is_wanted) return exchange;
  if (places && !has_caller) {
    span.trace = parent;
    span.parent = {};
  }
  if (message != nullptr) message->trace = span.trace;
  return std::make_unique<TracedExchange>(std::move(exchange), OpenSpan{std::move(span), *tracer});
}

}  // namespace oms::edge
