// A service that stands in the enumeration is at home in both wirings, wherever it stands there.
#include "process/service_set.h"

#include <gtest/gtest.h>

#include "codec/json_names.h"

namespace oms::process {
namespace {

class EveryService : public ::testing::TestWithParam<ServiceName> {};

TEST_P(EveryService, IsDecidedHereWhereAllLiveTogether) {
  const ServiceSet all{Settings{}};
  EXPECT_NE(all.services().named(GetParam()), nullptr);
  EXPECT_FALSE(all.services().is_elsewhere(GetParam()));
}

TEST_P(EveryService, IsAtHomeInOneGroupAndReachedThroughTheBrokerFromAllOthers) {
  int homes = 0;
  for (const auto& group : groups_apart()) {
    const ServiceSet set{Settings{}, group};
    const auto names = set.services().names();
    const bool is_home = std::ranges::find(names, GetParam()) != names.end();
    EXPECT_EQ(set.services().is_elsewhere(GetParam()), !is_home);
    homes += is_home ? 1 : 0;
  }
  EXPECT_EQ(homes, 1);
}

TEST_P(EveryService, SaysOfWhichRecordsItIsDoneWithAnOrderWhen) {
  const ServiceSet all{Settings{}};
  const auto* service = all.services().named(GetParam());
  const auto owned = service->owns();
  EXPECT_FALSE(service->retention().empty());
  for (const auto& kept : service->retention()) {
    EXPECT_NE(std::ranges::find(owned, kept.type), owned.end()) << kept.type->table;
  }
}

INSTANTIATE_TEST_SUITE_P(Names, EveryService, ::testing::ValuesIn(shop_services),
                         [](const auto& name) { return std::string{json::name_of(name.param)}; });

// The runtime's own are nobody's to reach.
TEST(ServiceSet, TheRuntimesOwnNamesNeverLieBehindABroker) {
  const ServiceSet some{Settings{}, {ServiceName::stock}};
  for (const auto name : {ServiceName::world, ServiceName::dead_letters, ServiceName::replicas}) {
    EXPECT_FALSE(some.services().is_elsewhere(name));
  }
}

}  // namespace
}  // namespace oms::process
