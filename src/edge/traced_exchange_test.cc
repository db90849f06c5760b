#include "edge/traced_exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Pair;

class Spans final : public Tracer {
 public:
  bool wants(const Trace& trace, const Id&, std::string_view) const override {
    return is_on && trace.is_sampled();
  }
  bool is_sampled(const Trace& trace, const Id&) const override { return trace.is_sampled(); }
  std::int64_t now_ns() const override { return 7; }
  SpanId make_span_id() override { return {0, 0, 0, 0, 0, 0, 0, ++last_}; }
  void add(Span span) override { spans.push_back(std::move(span)); }

  bool is_on = true;
  std::vector<Span> spans;

 private:
  std::uint8_t last_ = 0;
};

class Dropped final : public Exchange {
 public:
  void answer(HttpResponse) override {}
  void answer(Render render) override { render(); }
  void take_long() override {}
  std::shared_ptr<EventStream> start_stream() override { return nullptr; }
};

const std::string body = R"({"items":[{"productID":"1","quantity":1}]})";
const auto callers = *parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

class TracedExchange : public ::testing::Test {
 protected:
  // The message that the request makes, once its exchange is traced.
  Message sent(const std::string& method, const std::string& path, int status,
               const std::string& traceparent = {}) {
    HttpRequest request;
    request.method = method;
    request.path = path;
    if (!traceparent.empty()) request.headers.emplace_back("traceparent", traceparent);
    Request sample{method, path, method == "POST" ? body : ""};
    if (!traceparent.empty()) sample.with("traceparent", traceparent);
    auto plan = sample.plan();
    auto exchange = traced(std::make_unique<Dropped>(), plan, request, gateway_, &tracer_);
    exchange->answer(HttpResponse{.status = status});
    return std::get<Submit>(std::move(plan)).message;
  }

  Spans tracer_;
  const Gateway gateway_{settings()};
};

TEST_F(TracedExchange, APlacedOrderBeginsItsTrace) {
  const auto message = sent("POST", "/api/customers/c1/orders", 201);
  ASSERT_EQ(tracer_.spans.size(), 1U);
  const auto& span = tracer_.spans.front();
  EXPECT_EQ(span.trace, order_trace(message.order_id));
  EXPECT_EQ(span.parent, SpanId{});
  EXPECT_EQ(message.trace, span.trace) << "what it asks for hangs on it";
  EXPECT_EQ(span.name, "POST /api/customers/{customerID}/orders");
  EXPECT_THAT(span.attributes,
              Contains(Pair("http.response.status_code", SpanValue{std::int64_t{201}})));
  EXPECT_EQ(span.error, "");
}

TEST_F(TracedExchange, WhatIsAskedLaterHangsOnTheOrdersFirstSpan) {
  const auto id = Id{{0x65, 1}};
  const auto message = sent("POST", "/api/customers/c1/orders/" + id.text() + "/cancel", 500);
  ASSERT_EQ(tracer_.spans.size(), 1U);
  EXPECT_EQ(tracer_.spans.front().parent, order_trace(id).span_id);
  EXPECT_EQ(message.trace.trace_id, order_trace(id).trace_id);
  EXPECT_EQ(tracer_.spans.front().error, "500");
}

TEST_F(TracedExchange, ACallersTraceGoesOnAndTheOrdersOwnLinksToIt) {
  const auto message = sent("POST", "/api/customers/c1/orders", 201, to_traceparent(callers));
  ASSERT_EQ(tracer_.spans.size(), 2U);
  const auto& own = tracer_.spans.front();
  const auto& span = tracer_.spans.back();
  EXPECT_EQ(own.trace, order_trace(message.order_id));
  ASSERT_TRUE(own.link);
  EXPECT_EQ(own.link->trace_id, callers.trace_id);
  EXPECT_EQ(span.trace.trace_id, callers.trace_id);
  EXPECT_EQ(span.parent, callers.span_id);
  EXPECT_EQ(message.trace, span.trace);
}

TEST_F(TracedExchange, WhatNobodyWantsStaysAsItWas) {
  tracer_.is_on = false;
  const auto message = sent("POST", "/api/customers/c1/orders", 201);
  EXPECT_THAT(tracer_.spans, IsEmpty());
  EXPECT_EQ(message.trace, Trace{});
}

}  // namespace
}  // namespace oms::edge
