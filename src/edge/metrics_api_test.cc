// /api/admin/metrics.
#include "edge/metrics_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;

const std::string path = "/api/admin/metrics";

TEST(ShopMetrics, AreForOperators) {
  EXPECT_EQ(Request("GET", path).answer().status, 401);
  const auto plan = Request{"GET", path}.by_operator().plan();
  EXPECT_TRUE(std::holds_alternative<ShowMetrics>(plan));
}

TEST(ShopMetrics, AreAddedUpOverAllProcesses) {
  const auto placed = [](double value) {
    return MetricFamily{.name = "orders_total",
                        .help = "Orders \"placed\"",
                        .type = MetricType::counter,
                        .samples = {{.suffix = {}, .labels = {{"face", "web"}}, .value = value}}};
  };
  const GatheredMetrics gathered{
      .processes = {{.process = "aa", .services = {"gateway"}, .families = {placed(1)}},
                    {.process = "bb", .services = {"orders", "stock"}, .families = {placed(2.5)}}},
      .unreached = {"127.0.0.1:2001"}};
  EXPECT_EQ(metrics(gathered).body,
            R"({"processes":[{"process":"aa","services":["gateway"]},)"
            R"({"process":"bb","services":["orders","stock"]}],"unreached":["127.0.0.1:2001"],)"
            R"("metrics":[{"name":"orders_total","type":"counter","help":"Orders \"placed\"",)"
            R"("samples":[{"name":"orders_total","labels":{"face":"web"},"value":3.5}]}]})");
}

}  // namespace
}  // namespace oms::edge
