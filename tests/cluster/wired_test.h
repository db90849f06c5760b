#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cluster/cluster.h"

namespace oms::cluster {

// A test that runs on each wiring whose servers are there; `--gtest_filter=*/sqlite_rabbitmq`.
class WiredTest : public ::testing::TestWithParam<Wiring> {
 protected:
  void SetUp() override {
    if (const auto why = why_skipped(GetParam()); !why.empty()) GTEST_SKIP() << why;
  }
};

inline auto all_wirings() {
  return ::testing::Values(Wiring{.store = "sqlite", .broker = "rabbitmq"},
                           Wiring{.store = "postgres", .broker = "rabbitmq"},
                           Wiring{.store = "postgres", .broker = "kafka"});
}

inline std::string name_of(const ::testing::TestParamInfo<Wiring>& info) {
  return info.param.name();
}

// How the shops of these tests work: an operator cooks, so that each state lasts until a test has
// seen it, and the rest is quick.
inline const std::vector<std::string> cooked_by_hand{
    "--kitchen", "manual", "--delivery-time", "50ms", "--pickup-time", "500ms"};

// The shop that all tests of a wiring share; each uses customers of its own.
Cluster& shared_cluster(const Wiring& wiring);

}  // namespace oms::cluster
