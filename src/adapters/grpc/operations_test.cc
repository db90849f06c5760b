// What is asked of each process that the registry knows.
#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/grpc/grpc_fixture.h"
#include "adapters/grpc/samples.h"

namespace oms::grpc_api {
namespace {

using namespace fakes;

class Operations : public GrpcTest {};

TEST_F(Operations, EachProcessIsAskedWhatItCountsAndCountsOnce) {
  process_ = std::make_unique<Process>();
  Process other;
  process().counted = samples::filled<ProcessMetrics>();
  process().counted.process = "aa";
  other.counted.process = "bb";
  const auto both = std::vector{process().address(), other.address()};
  for (const auto service : shop_services) registry_.set(service, {process().address()});
  registry_.set(ServiceName::stock, both);
  client_ = connect([](ServiceName service) { return service; });
  auto gathered = client().metrics().gather();
  std::ranges::sort(gathered.processes, {}, &ProcessMetrics::process);
  ASSERT_EQ(gathered.processes.size(), 2U);
  EXPECT_TRUE(json::same(gathered.processes[0], process().counted));
  EXPECT_TRUE(json::same(gathered.processes[1], other.counted));
  EXPECT_TRUE(gathered.unreached.empty());
  const auto gone = other.address();
  other.server->stop();
  gathered = client().metrics().gather();
  EXPECT_EQ(gathered.processes.size(), 1U);
  EXPECT_EQ(gathered.unreached, std::vector{gone});
}

TEST_F(Operations, TheLogsOfAllProcessesChangeTheirLevels) {
  process_ = std::make_unique<Process>();
  Process other;
  process().levels = {{{.service = "process", .level = LogLevel::info},
                       {.service = "orders", .level = LogLevel::warn}}};
  other.levels = {{{.service = "process", .level = LogLevel::info},
                   {.service = "stock", .level = LogLevel::debug}}};
  for (const auto service : shop_services) registry_.set(service, {process().address()});
  registry_.set(ServiceName::stock, {other.address()});
  client_ = connect([](ServiceName service) { return service; });
  const LogLevels wanted{{{.service = "stock", .level = LogLevel::debug}}};
  auto gathered = client().logs().set_levels(wanted);
  EXPECT_EQ(other.levels_wanted, std::vector{wanted});
  EXPECT_FALSE(process().levels_wanted.empty());
  EXPECT_EQ(gathered.levels.levels.size(), 3U) << "each service once";
  EXPECT_TRUE(gathered.unreached.empty());
  const auto gone = other.address();
  other.server->stop();
  gathered = client().logs().set_levels({});
  EXPECT_EQ(gathered.levels, process().levels);
  EXPECT_EQ(gathered.unreached, std::vector{gone});
}

}  // namespace
}  // namespace oms::grpc_api
