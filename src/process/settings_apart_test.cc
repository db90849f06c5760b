// The settings of processes apart: what is refused, and what is shown of their URLs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "process/settings_load.h"
#include "process/settings_table.h"

namespace oms::process {
namespace {

using testing::HasSubstr;
using testing::Not;

class SettingsApart : public testing::Test {
 protected:
  SettingsApart() { sources_.flags["data"] = "/nonexistent"; }

  std::string problems() {
    const auto loaded = load_settings(sources_);
    return loaded ? std::string{} : to_text(loaded.error());
  }
  std::string problems_with(const std::string& name, const std::string& value) {
    sources_.flags[name] = value;
    return problems();
  }

  Sources sources_;
};

TEST_F(SettingsApart, AStoreIsAFileOrADatabase) {
  EXPECT_EQ(problems_with("store", "sqlite:./a.db"), "");
  EXPECT_EQ(problems_with("store", "postgres://oms:secret@127.0.0.1:5432/oms_{service}"), "");
  EXPECT_THAT(problems_with("store", "sqlite:"), HasSubstr("--store"));
  EXPECT_THAT(problems_with("store", "postgres://oms:se%cret@a/b"), HasSubstr("%XX"));
}

TEST_F(SettingsApart, NoProblemRepeatsAPassword) {
  for (const auto* url : {"mysql://oms:hunter2@127.0.0.1/oms", "postgres://oms:hunter2%@a/b",
                          "postgres://a/b?passwort=hunter2"}) {
    EXPECT_THAT(problems_with("store", url), Not(HasSubstr("hunter2"))) << url;
    EXPECT_NE(problems(), "") << url;
  }
  sources_.flags.erase("store");
  for (const auto* url : {"http://oms:hunter2@127.0.0.1", "amqp://oms:hunter2@127.0.0.1:x",
                          "kafka://oms:hunter2@127.0.0.1?security=loud"}) {
    EXPECT_THAT(problems_with("broker", url), Not(HasSubstr("hunter2"))) << url;
    EXPECT_NE(problems(), "") << url;
  }
}

TEST_F(SettingsApart, ABrokerIsOneOfTwoKinds) {
  EXPECT_EQ(problems_with("broker", "amqp://127.0.0.1"), "");
  EXPECT_EQ(problems_with("broker", "amqps://oms:secret@a:5671,b:5671/shop"), "");
  EXPECT_EQ(problems_with("broker", "kafka://127.0.0.1:9092?partitions=2"), "");
  EXPECT_THAT(problems_with("broker", "local"), HasSubstr("amqp://"));
}

TEST_F(SettingsApart, ARegistryNamesServices) {
  EXPECT_EQ(problems_with("registry", "static:orders=127.0.0.1:2000"), "");
  EXPECT_EQ(problems_with("registry", "dns:oms-{service}.shop.svc:2000"), "");
  EXPECT_THAT(problems_with("registry", "static:till=127.0.0.1:1"), HasSubstr("till"));
  EXPECT_THAT(problems_with("registry", "zookeeper:2181"), HasSubstr("static:"));
}

TEST_F(SettingsApart, OtherMachinesAreAnsweredUnencryptedOnlyWhereTheNetworkIsTrusted) {
  EXPECT_THAT(problems_with("grpc-listen", "0.0.0.0:2000"), HasSubstr("--tls-cert"));
  sources_.flags["tls-cert"] = "cert.pem";
  sources_.flags["tls-key"] = "key.pem";
  EXPECT_EQ(problems(), "");
  EXPECT_THAT(problems_with("admin-listen", "0.0.0.0:3000"), HasSubstr("--admin-listen"));
  EXPECT_THAT(problems_with("webhook-listen", "10.0.0.1:8081"), HasSubstr("--webhook-listen"));
  EXPECT_EQ(problems_with("allow-remote", "true"), "");
}

TEST_F(SettingsApart, CertificatesGoTogether) {
  EXPECT_THAT(problems_with("tls-cert", "cert.pem"), HasSubstr("--tls-key"));
  EXPECT_EQ(problems_with("tls-key", "key.pem"), "");
  EXPECT_THAT(problems_with("grpc-peers", "oms-orders"), HasSubstr("--tls-ca"));
  EXPECT_EQ(problems_with("tls-ca", "ca.pem"), "");
}

TEST_F(SettingsApart, OthersCannotReachEveryAddress) {
  EXPECT_EQ(problems_with("advertise", "oms-orders.shop.svc:2000"), "");
  EXPECT_THAT(problems_with("advertise", "0.0.0.0:2000"), HasSubstr("--advertise"));
}

TEST(WithoutPassword, LeavesEverythingElse) {
  EXPECT_EQ(without_password("postgres://oms:secret@db:5432/oms"),
            "postgres://oms:***@db:5432/oms");
  EXPECT_EQ(without_password("postgres://oms@db/oms?password=secret&sslmode=require"),
            "postgres://oms@db/oms?password=***&sslmode=require");
  EXPECT_EQ(without_password("amqp://oms:s@e/c:ret@a:1,b:2/v"), "amqp://oms:***@a:1,b:2/v");
  EXPECT_EQ(without_password("kafka://127.0.0.1:9092"), "kafka://127.0.0.1:9092");
  EXPECT_EQ(without_password("sqlite:./data/oms.db"), "sqlite:./data/oms.db");
  EXPECT_EQ(without_password("oms:secret@db"), "oms:***@db");
  EXPECT_EQ(without_password(""), "");
}

TEST(WithoutPassword, IsHowUrlsAreShown) {
  Settings settings;
  settings.broker = "amqp://oms:secret@127.0.0.1";
  settings.store = "postgres://oms:secret@127.0.0.1/oms";
  for (const auto* name : {"broker", "store"}) {
    EXPECT_THAT(show_setting(*find_setting(name), settings), HasSubstr("oms:***@127.0.0.1"));
  }
  EXPECT_EQ(show_setting(*find_setting("listen"), settings), settings.listen);
}

}  // namespace
}  // namespace oms::process
