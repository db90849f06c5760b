// Spans on their way to a collector, and to the log; the collector is the test's own.
#include "process/tracing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>

#include "adapters/http/test_server.h"
#include "tests/support/outside.h"

namespace oms::process {
namespace {

using namespace std::chrono_literals;
using oms::testing::wait_until;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

Result<std::optional<otlp::Settings>> read(std::vector<std::string> environment) {
  environment.emplace_back("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318/");
  return otlp_settings(environment);
}
std::string refusal(std::vector<std::string> environment) {
  const auto settings = read(std::move(environment));
  EXPECT_FALSE(settings);
  return settings ? "" : settings.error().detail;
}

TEST(TracingSettings, WithoutACollectorItIsOff) {
  EXPECT_FALSE(*otlp_settings({}));
  EXPECT_FALSE(*otlp_settings({"OTEL_EXPORTER_OTLP_ENDPOINT="}));
  EXPECT_FALSE(*read({"OTEL_SDK_DISABLED=true"}));
  EXPECT_FALSE(*read({"OTEL_SDK_DISABLED=True"})) << "in any case, as the specification has it";
  EXPECT_FALSE(*read({"OTEL_TRACES_EXPORTER=none"}));
}

TEST(TracingSettings, ComeFromTheVariablesOfTheSpecification) {
  const auto settings =
      read({"OTEL_EXPORTER_OTLP_HEADERS=api-key=a%20b, x=y", "OTEL_SERVICE_NAME=shop",
            "OTEL_RESOURCE_ATTRIBUTES=service.name=other,zone=eu",
            "OTEL_EXPORTER_OTLP_TIMEOUT=7000", "OTEL_BSP_SCHEDULE_DELAY=100",
            "OTEL_BSP_MAX_QUEUE_SIZE=10", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=20"});
  ASSERT_TRUE(settings && *settings);
  const auto& read = **settings;
  EXPECT_EQ(read.url, "http://127.0.0.1:4318/v1/traces");
  EXPECT_THAT(read.headers, ElementsAre(Pair("api-key", "a b"), Pair("x", "y")));
  EXPECT_EQ(read.service_name, "shop");
  EXPECT_THAT(read.attributes, ElementsAre(Pair("zone", "eu")));
  EXPECT_EQ(read.call_timeout, 7000ms);
  EXPECT_EQ(read.schedule_delay, 100ms);
  EXPECT_EQ(read.queue_max, 10U);
  EXPECT_EQ(read.batch_max, 10U) << "a batch is no bigger than the queue";
}

TEST(TracingSettings, TheOneForTracesGoesFirstAndIsTakenAsItStands) {
  EXPECT_EQ((*read({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://other/in"}))->url,
            "http://other/in");
}

TEST(TracingSettings, ASamplerIsOneOfTheSpecifications) {
  const auto all = std::uint64_t{1} << 32;
  EXPECT_EQ((*read({}))->sampled_of_4_billion, all);
  EXPECT_TRUE((*read({}))->obeys_callers);
  EXPECT_EQ((*read({"OTEL_TRACES_SAMPLER=always_off"}))->sampled_of_4_billion, 0U);
  const auto ratio = read({"OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=0.25"});
  EXPECT_EQ((*ratio)->sampled_of_4_billion, all / 4);
  EXPECT_FALSE((*ratio)->obeys_callers);
}

TEST(TracingSettings, WhatCannotBeIsRefusedByTheVariablesName) {
  EXPECT_THAT(refusal({"OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}),
              AllOf(HasSubstr("OTEL_EXPORTER_OTLP_PROTOCOL=grpc"), HasSubstr("http/json")));
  EXPECT_THAT(refusal({"OTEL_TRACES_SAMPLER=jaeger_remote"}), HasSubstr("traceidratio"));
  EXPECT_THAT(refusal({"OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=2"}),
              HasSubstr("OTEL_TRACES_SAMPLER_ARG"));
  EXPECT_THAT(refusal({"OTEL_BSP_MAX_QUEUE_SIZE=many"}), HasSubstr("OTEL_BSP_MAX_QUEUE_SIZE"));
  EXPECT_THAT(refusal({"OTEL_EXPORTER_OTLP_HEADERS=secret"}), Not(HasSubstr("secret")));
  EXPECT_THAT(refusal({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=collector:4318"}), HasSubstr("URL"));
}

class TracingTest : public ::testing::Test {
 protected:
  Tracing& open(std::vector<std::string> more = {}) {
    more.push_back("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:" +
                   std::to_string(collector_.port()));
    more.emplace_back("OTEL_BSP_SCHEDULE_DELAY=20");
    tracing_ = *Tracing::open(more, "aa");
    return *tracing_;
  }
  Span span(const char* name = "work") const {
    return {.service = "orders",
            .name = name,
            .trace = order_trace(order_),
            .order_id = order_,
            .begin_ns = 1,
            .end_ns = 2};
  }
  std::string taken() const {
    const std::scoped_lock lock{mutex_};
    return taken_;
  }
  void answer(const HttpRequest& request, HttpExchange exchange) {
    ++asked_;
    if (is_hanging_) {
      const std::scoped_lock lock{mutex_};
      return unanswered_.push_back(std::move(exchange));
    }
    const int status = is_busy_ ? 502 : next_status_.exchange(200);
    if (status == 200) {
      const std::scoped_lock lock{mutex_};
      taken_ += request.path + request.body;
    }
    HttpResponse response{.status = status, .body = "{}"};
    if (status == 503) response.headers.emplace_back("Retry-After", "0");
    exchange.answer(std::move(response));
  }

  const Id order_ = *Id::parse("65a000000000000000000001");
  mutable std::mutex mutex_;
  std::string taken_;
  std::atomic<int> asked_{0};
  std::atomic<int> next_status_{200};
  std::atomic<bool> is_hanging_{false};
  std::atomic<bool> is_busy_{false};
  std::vector<HttpExchange> unanswered_;
  TestServer collector_{
      [this](HttpRequest request, HttpExchange exchange) { answer(request, std::move(exchange)); }};
  std::unique_ptr<Tracing> tracing_;
};

TEST_F(TracingTest, SpansReachTheCollector) {
  auto& tracing = open();
  ASSERT_TRUE(tracing.wants(order_trace(order_), order_, "orders"));
  tracing.add(span());
  EXPECT_TRUE(wait_until([&] { return tracing.counts()->exported == 1; }));
  EXPECT_THAT(taken(), AllOf(HasSubstr("/v1/traces"), HasSubstr(R"("name":"work")")));
}

TEST_F(TracingTest, WhatWaitsIsSentAtTheEnd) {
  auto& tracing = open({"OTEL_BSP_SCHEDULE_DELAY=600000"});
  tracing.add(span("last"));
  tracing_.reset();
  EXPECT_THAT(taken(), HasSubstr("last"));
}

TEST_F(TracingTest, ACollectorThatHangsDoesNotHoldUpTheEnd) {
  is_hanging_ = true;
  auto& tracing = open({"OTEL_BSP_MAX_EXPORT_BATCH_SIZE=1"});
  for (int i = 0; i < 10; ++i) tracing.add(span());
  ASSERT_TRUE(wait_until([&] { return asked_ == 1; }));
  const auto begin = std::chrono::steady_clock::now();
  tracing_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
  const std::scoped_lock lock{mutex_};
  unanswered_.clear();  // the collector's own end waits for them
}

TEST_F(TracingTest, ABatchIsGivenUpWhenItsTimeIsOver) {
  is_busy_ = true;
  auto& tracing = open({"OTEL_BSP_EXPORT_TIMEOUT=50"});
  tracing.add(span());
  EXPECT_TRUE(wait_until([&] { return tracing.counts()->dropped == 1; }, 2s));
}

TEST_F(TracingTest, EachSpanHasAnIdOfItsOwn) {
  auto& tracing = open();
  std::set<SpanId> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(tracing.make_span_id());
  EXPECT_EQ(ids.size(), 1000U);
  EXPECT_FALSE(ids.contains(SpanId{}));
}

TEST_F(TracingTest, ACollectorThatIsBusyIsAskedAgain) {
  next_status_ = 503;
  auto& tracing = open();
  tracing.add(span());
  EXPECT_TRUE(wait_until([&] { return tracing.counts()->exported == 1; }));
  EXPECT_EQ(asked_, 2);
}

TEST_F(TracingTest, WhatACollectorRefusesIsDroppedAndCounted) {
  next_status_ = 400;
  auto& tracing = open();
  tracing.add(span());
  EXPECT_TRUE(wait_until([&] { return tracing.counts()->dropped == 1; }));
  EXPECT_EQ(asked_, 1);
}

TEST_F(TracingTest, WhatFindsNoPlaceIsDroppedAndCounted) {
  auto& tracing = open({"OTEL_BSP_SCHEDULE_DELAY=600000", "OTEL_BSP_MAX_QUEUE_SIZE=100",
                        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=100"});
  next_status_ = 400;
  for (int i = 0; i < 400; ++i) tracing.add(span());
  EXPECT_GE(tracing.counts()->dropped, 100U);
}

TEST_F(TracingTest, ACallerSaysWhetherItsTraceIsWanted) {
  const auto sampled =
      *parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  auto unsampled = sampled;
  unsampled.flags = 0;
  auto& tracing = open({"OTEL_TRACES_SAMPLER=parentbased_always_off"});
  EXPECT_TRUE(tracing.wants(sampled, order_, "orders"));
  EXPECT_FALSE(tracing.wants(unsampled, order_, "orders"));
  EXPECT_FALSE(tracing.wants(order_trace(order_), order_, "orders"));
  EXPECT_FALSE(tracing.wants(Trace{}, Id{}, "orders"));
}

TEST_F(TracingTest, AndAlsoWhereNoOrderIsConcerned) {
  const auto unsampled =
      *parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
  EXPECT_FALSE(open().wants(unsampled, Id{}, "stock"));
  EXPECT_TRUE(open({"OTEL_TRACES_SAMPLER=always_on"}).wants(unsampled, Id{}, "stock"));
}

TEST_F(TracingTest, WhatOnlyTheLogWantsIsNotSent) {
  const auto unsampled =
      *parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
  auto& tracing = open({"OTEL_TRACES_SAMPLER=parentbased_always_off"});
  ASSERT_TRUE(set_log_levels(*read_log_levels("info,gateway=debug,orders=debug")));
  ASSERT_TRUE(tracing.wants(unsampled, Id{}, "gateway")) << "by the log";
  auto read = span("GET /api/menu");
  read.service = "gateway";
  read.trace = unsampled;
  read.order_id = Id{};
  tracing.add(read);
  auto decided = span("decide PlaceOrder");
  tracing.add(decided);
  EXPECT_TRUE(set_log_levels(*read_log_levels("info")));
  tracing_.reset();
  EXPECT_EQ(taken(), "");
}

TEST_F(TracingTest, AServiceThatTellsAllHasItsSpansInTheLog) {
  const auto tracing = *Tracing::open({}, "aa");
  EXPECT_FALSE(tracing->wants(order_trace(order_), order_, "orders"));
  ASSERT_TRUE(set_log_levels({{{.service = "orders", .level = LogLevel::debug}}}));
  EXPECT_TRUE(tracing->wants(order_trace(order_), order_, "orders"));
  EXPECT_FALSE(tracing->wants(order_trace(order_), order_, "stock"));
  ::testing::internal::CaptureStderr();
  {
    const auto log = Log::open({.log = "json", .log_level = "info,orders=debug"});
    tracing->add(span("decide PlaceOrder"));
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("\"message\":\"decide PlaceOrder, 0.00 ms\""),
                    HasSubstr("\"order_id\":\"65a000000000000000000001\"")));
  EXPECT_TRUE(set_log_levels(*read_log_levels("info")));
}

}  // namespace
}  // namespace oms::process
