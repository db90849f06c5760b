#include "process/roles.h"

#include <gmock/gmock.h>

#include <set>

namespace oms::process {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using enum ServiceName;

Result<Roles> read(const std::vector<std::string>& words) {
  return read_roles(words);
}

TEST(Roles, AServiceBringsThoseWhoShareItsHome) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"orders"}, {"coordinator"}, {"coordinator", "orders"}, {"orders", "orders"}}) {
    const auto roles = read(words);
    ASSERT_TRUE(roles) << roles.error().detail;
    EXPECT_THAT(roles->homes, ElementsAre(ElementsAre(orders, coordinator)));
    EXPECT_EQ(roles->name(), "orders");
    EXPECT_TRUE(roles->have(coordinator));
    EXPECT_FALSE(roles->have(stock));
  }
}

TEST(Roles, SeveralHomesMayShareAProcess) {
  const auto roles = read({"stock", "kitchen"});
  ASSERT_TRUE(roles) << roles.error().detail;
  EXPECT_EQ(roles->homes.size(), 2U);
  EXPECT_EQ(roles->name(), "stock+kitchen");
}

TEST(Roles, EveryServiceHasAHomeWithAPortOfItsOwn) {
  std::set<int> ports;
  for (const auto& word : all_roles()) {
    const auto roles = read({word});
    ASSERT_TRUE(roles) << roles.error().detail;
    if (roles->is_gateway) continue;
    ports.insert(grpc_port(roles->homes.front()));
    EXPECT_EQ(admin_port(*roles), grpc_port(roles->homes.front()) + 1000);
  }
  EXPECT_EQ(ports.size(), groups_apart().size());
  EXPECT_EQ(admin_port(*read({"gateway"})), 9080);
}

TEST(Roles, AreRefusedWithThoseThatThereAre) {
  EXPECT_THAT(read({"till"}).error().detail, HasSubstr("there is no role 'till'; there are: "));
  EXPECT_THAT(read({"world"}).error().detail, HasSubstr("kitchen"));
  EXPECT_THAT(read({}).error().detail, HasSubstr("gateway"));
  EXPECT_THAT(read({"gateway", "stock"}).error().detail, HasSubstr("a process of its own"));
}

TEST(DefaultRegistry, KnowsEveryHome) {
  EXPECT_EQ(default_registry(),
            "static:orders=127.0.0.1:2000,payments=127.0.0.1:2001,stock=127.0.0.1:2002,"
            "kitchen=127.0.0.1:2003,delivery=127.0.0.1:2005,notifications=127.0.0.1:2006");
}

class OwnSettings : public testing::Test {
 protected:
  Settings own(const ServiceGroup& home, std::size_t homes = 1) {
    auto made = settings_of(home, homes, settings_);
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return made ? *made : Settings{};
  }
  std::string refusal() {
    auto made = settings_of({stock}, 2, settings_);
    return made ? "none" : made.error().detail;
  }
  Settings settings_{.data = "./data/{service}"};
};

TEST_F(OwnSettings, NameTheHomeWhereTheyAskForIt) {
  settings_.store = "postgres://127.0.0.1/oms_{service}?application_name={service}";
  const auto made = own({stock}, 2);
  EXPECT_EQ(made.data, "./data/stock");
  EXPECT_EQ(made.store, "postgres://127.0.0.1/oms_stock?application_name=stock");
  EXPECT_EQ(made.grpc_listen, "127.0.0.1:2002");
  EXPECT_EQ(gateway_settings(settings_).data, "./data/gateway");
}

TEST_F(OwnSettings, OfOneHomeAreTakenAsTheyStand) {
  settings_ = {.data = "/var/oms", .store = "sqlite:/var/oms/a.db", .grpc_listen = "127.0.0.1:1"};
  const auto made = own({stock});
  EXPECT_EQ(made.data, "/var/oms");
  EXPECT_EQ(made.store, "sqlite:/var/oms/a.db");
  EXPECT_EQ(made.grpc_listen, "127.0.0.1:1");
}

TEST_F(OwnSettings, OfSeveralHomesMustDiffer) {
  settings_.store = "sqlite:/var/oms/a.db";
  EXPECT_THAT(refusal(), HasSubstr("--store"));
  settings_.store = "";
  settings_.grpc_listen = "127.0.0.1:1";
  EXPECT_THAT(refusal(), HasSubstr("--grpc-listen"));
  settings_.grpc_listen = "";
  settings_.advertise = "oms:2000";
  EXPECT_THAT(refusal(), HasSubstr("--advertise"));
  settings_.advertise = "";
  settings_.data = "/var/oms";
  EXPECT_THAT(refusal(), HasSubstr("--data"));
}

}  // namespace
}  // namespace oms::process
