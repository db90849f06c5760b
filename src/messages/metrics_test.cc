#include "messages/metrics.h"

#include <gmock/gmock.h>

namespace oms {
namespace {

MetricFamily orders(double placed, double refused) {
  return {.name = "orders_total",
          .help = "Orders",
          .type = MetricType::counter,
          .samples = {{.suffix = {}, .labels = {{"state", "placed"}}, .value = placed},
                      {.suffix = {}, .labels = {{"state", "refused"}}, .value = refused}}};
}

MetricFamily gauge(std::string name, double value) {
  return {.name = std::move(name),
          .help = "What \\ is\nthere",
          .type = MetricType::gauge,
          .samples = {{.suffix = {}, .labels = {}, .value = value}}};
}

TEST(Metrics, OfSeveralProcessesAreAddedUp) {
  const auto all =
      merged({{.process = "a", .services = {}, .families = {orders(1, 2)}},
              {.process = "b", .services = {}, .families = {gauge("queue", 3), orders(10, 20)}}});
  EXPECT_EQ(prometheus_text(all),
            "# HELP orders_total Orders\n# TYPE orders_total counter\n"
            "orders_total{state=\"placed\"} 11\norders_total{state=\"refused\"} 22\n"
            "# HELP queue What \\\\ is\\nthere\n# TYPE queue gauge\nqueue 3\n");
}

TEST(Metrics, OfTimesAndAgesTheGreatestCounts) {
  for (const auto* name : {"last_run_timestamp_seconds", "oldest_age_seconds"}) {
    const auto all = merged({{.process = "a", .services = {}, .families = {gauge(name, 7)}},
                             {.process = "b", .services = {}, .families = {gauge(name, 5)}}});
    EXPECT_EQ(all.at(0).samples.at(0).value, 7) << name;
  }
}

TEST(Metrics, OfHistogramsAreAddedBucketByBucket) {
  const MetricFamily took{.name = "took_seconds",
                          .help = "How long",
                          .type = MetricType::histogram,
                          .samples = {{.suffix = "_bucket", .labels = {{"le", "0.1"}}, .value = 1},
                                      {.suffix = "_bucket", .labels = {{"le", "+Inf"}}, .value = 2},
                                      {.suffix = "_sum", .labels = {}, .value = 0.25},
                                      {.suffix = "_count", .labels = {}, .value = 2}}};
  const auto all = merged({{.process = "a", .services = {}, .families = {took}},
                           {.process = "b", .services = {}, .families = {took}}});
  EXPECT_EQ(prometheus_text(all),
            "# HELP took_seconds How long\n# TYPE took_seconds histogram\n"
            "took_seconds_bucket{le=\"0.1\"} 2\ntook_seconds_bucket{le=\"+Inf\"} 4\n"
            "took_seconds_sum 0.5\ntook_seconds_count 4\n");
}

TEST(Metrics, EscapeWhatALabelMayHold) {
  auto odd = orders(1, 1);
  odd.samples.resize(1);
  odd.samples[0].labels = {{"state", "a\"b\\c\nd"}};
  EXPECT_THAT(prometheus_text({odd}), testing::HasSubstr(R"({state="a\"b\\c\nd"} 1)"));
}

}  // namespace
}  // namespace oms
