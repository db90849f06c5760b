#include "edge/traced_exchange.h"

#include <string>
#include <utility>

#include "edge/routes.h"
#include "messages/log_levels.h"

namespace oms::edge {
namespace {

class TracedExchange final : public Exchange {
 public:
  TracedExchange(std::unique_ptr<Exchange> inner, Span span, Tracer& tracer)
      : inner_(std::move(inner)), span_(std::move(span)), tracer_(tracer) {}

  void answer(HttpResponse response) override {
    end(span_, response, tracer_);
    inner_->answer(std::move(response));
  }
  void answer(Render render) override {
    inner_->answer(
        [render = std::move(render), span = std::move(span_), tracer = &tracer_]() mutable {
          auto response = render();
          end(span, response, *tracer);
          return response;
        });
  }
  void take_long() override { inner_->take_long(); }
  std::shared_ptr<EventStream> start_stream() override { return inner_->start_stream(); }

 private:
  static void end(Span& span, const HttpResponse& response, Tracer& tracer) {
    constexpr int first_fault = 500;
    span.attributes.emplace_back("http.response.status_code", std::to_string(response.status));
    if (response.status >= first_fault) span.error = std::to_string(response.status);
    end_span(tracer, std::move(span));
  }

  std::unique_ptr<Exchange> inner_;
  Span span_;
  Tracer& tracer_;
};

Message* message_in(Plan& plan) {
  if (auto* submit = std::get_if<Submit>(&plan)) return &submit->message;
  if (auto* submit = std::get_if<SubmitUnless>(&plan)) return &submit->submit.message;
  return nullptr;
}

// An order whose caller has begun the trace: what its timers and webhooks do is in the order's own,
// which begins here and links to the caller's.
void begin_own_trace(const Span& span, Tracer& tracer) {
  auto own = span;
  own.trace = order_trace(span.order_id);
  own.parent = {};
  own.link = span.trace;
  own.attributes.clear();
  end_span(tracer, std::move(own));
}

}  // namespace

std::unique_ptr<Exchange> traced(std::unique_ptr<Exchange> exchange, Plan& plan,
                                 const HttpRequest& request, Tracer* tracer) {
  auto* const message = tracer != nullptr ? message_in(plan) : nullptr;
  if (message == nullptr || message->order_id.is_nil()) return exchange;
  const bool has_caller = message->trace != Trace{};
  const auto parent = has_caller ? message->trace : order_trace(message->order_id);
  const auto match = find_route(request.method, request.path);
  if (match.route == nullptr) return exchange;
  const std::string route{match.route->pattern};
  auto span = begin_span(tracer, gateway_log, request.method + " " + route, SpanKind::server,
                         parent, message->order_id);
  if (!span) return exchange;
  span->attributes = {{"http.request.method", request.method},
                      {"http.route", route},
                      {"url.scheme", "http"},
                      {"oms.order.id", message->order_id.text()}};
  const bool places = std::holds_alternative<PlaceOrder>(message->payload);
  if (places && has_caller) begin_own_trace(*span, *tracer);
  if (places && !has_caller) {
    span->trace = parent;
    span->parent = {};
  }
  message->trace = span->trace;
  return std::make_unique<TracedExchange>(std::move(exchange), *std::move(span), *tracer);
}

}  // namespace oms::edge
