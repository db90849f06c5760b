// One order is one trace, in one process and through seven: read back from Jaeger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <set>

#include "tests/cluster/cluster.h"
#include "tests/cluster/jaeger.h"
#include "tests/support/json_field.h"
#include "tests/support/outside.h"

namespace oms::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Le;
using ::testing::SizeIs;

const std::vector<std::string> quick{"--kitchen-time", "50ms", "--delivery-time", "50ms"};
const std::vector<std::string> all_services{"gateway",  "orders",  "coordinator", "stock",
                                            "payments", "kitchen", "delivery",    "notifications"};

class Traces : public ::testing::Test {
 protected:
  Traces() {
    // The processes inherit them.
    const auto url = testing::environment("TEST_JAEGER");
    ::setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    ::setenv("OTEL_BSP_SCHEDULE_DELAY", "100", 1);            // NOLINT(concurrency-mt-unsafe)
  }
  ~Traces() override {
    ::unsetenv("OTEL_EXPORTER_OTLP_ENDPOINT");  // NOLINT(concurrency-mt-unsafe)
    ::unsetenv("OTEL_BSP_SCHEDULE_DELAY");      // NOLINT(concurrency-mt-unsafe)
  }
  void SetUp() override {
    if (jaeger_.empty()) GTEST_SKIP() << "it needs Jaeger: `scripts/servers up jaeger`";
  }

  // Of an order that was placed, paid, cooked and delivered, once all is told.
  SeenTrace whole_trace(const Shop& shop) const {
    const auto placed = shop.send(
        "POST", "/api/customers/c1/orders",
        R"({"customer":{"name":"Ann","email":"ann@example.com","phoneNumber":"+15551234567"},)"
        R"("items":[{"productID":"1","quantity":2}],"fulfilment":"delivery"})");
    const auto order = testing::field(placed.body, "orderID");
    EXPECT_EQ(pay(shop.await_link("c1", order)), 200);
    shop.await_status("c1", order, "completed");
    SeenTrace seen;
    const auto is_whole = [&] {
      seen = trace_of(jaeger_, order);
      return seen.names.contains("email completed") && seen.names.contains("sms completed") &&
             seen.orphans().empty();
    };
    EXPECT_TRUE(testing::wait_until(is_whole, 20s));
    std::cout << "  " << seen.spans.size() << " spans of " << seen.services.size() << " services\n";
    const std::set<std::string> ids{seen.spans.begin(), seen.spans.end()};
    EXPECT_EQ(ids.size(), seen.spans.size()) << "each span has an id of its own";
    return seen;
  }

 private:
  const std::string jaeger_ = testing::environment("TEST_JAEGER_CONSOLE");
};

TEST_F(Traces, AnOrderInOneProcessIsOneTrace) {
  const Embedded shop{quick};
  const auto seen = whole_trace(shop.shop());
  EXPECT_THAT(seen.orphans(), IsEmpty());
  EXPECT_EQ(seen.parents.size() + 1, seen.spans.size()) << "it has one beginning";
  EXPECT_THAT(seen.spans, SizeIs(AllOf(Ge(40), Le(60)))) << "what a meal takes";
  EXPECT_THAT(seen.services, IsSupersetOf(all_services));
  EXPECT_THAT(seen.names,
              IsSupersetOf({"POST /api/customers/{customerID}/orders", "decide PlaceOrder",
                            "provider create_link", "take provider event", "decide PrepareOrder",
                            "email paid", "email completed"}));
}

TEST_F(Traces, AnOrderThroughSevenProcessesIsOneTrace) {
  const Wiring wiring{.store = "sqlite", .broker = "rabbitmq"};
  if (const auto why = why_skipped(wiring); !why.empty()) GTEST_SKIP() << why;
  const Cluster cluster{{.wiring = wiring, .flags = quick}};
  const auto seen = whole_trace(cluster.shop());
  EXPECT_THAT(seen.orphans(), IsEmpty());
  EXPECT_EQ(seen.parents.size() + 1, seen.spans.size()) << "it has one beginning";
  EXPECT_THAT(seen.spans, SizeIs(AllOf(Ge(95), Le(130)))) << "sent and received, too";
  EXPECT_THAT(seen.services, IsSupersetOf(all_services));
  EXPECT_THAT(seen.names,
              IsSupersetOf({"POST /api/customers/{customerID}/orders", "oms.v1.Orders/PlaceOrder",
                            "decide PlaceOrder", "send stock", "receive ReserveStock",
                            "decide ReserveStock", "provider create_link", "take provider event",
                            "email completed"}));
}

}  // namespace
}  // namespace oms::cluster
