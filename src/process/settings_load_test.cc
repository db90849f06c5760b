#include "process/settings_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "process/settings_table.h"

namespace oms::process {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SettingsLoad : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("oms-settings-" + std::to_string(::getpid()) + "-" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    sources_.flags["data"] = folder_.string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write_file(std::string_view text, const char* name = "oms.toml") {
    std::ofstream{folder_ / name} << text;
  }
  Settings settings() {
    auto loaded = load_settings(sources_);
    EXPECT_TRUE(loaded) << to_text(loaded ? Problems{} : loaded.error());
    return loaded ? loaded->settings : Settings{};
  }
  Problems problems() {
    auto loaded = load_settings(sources_);
    return loaded ? Problems{} : loaded.error();
  }

  std::filesystem::path folder_;
  Sources sources_;
};

auto problem(const std::string& where, const std::string& what) {
  return AllOf(testing::Field("where", &Problem::where, HasSubstr(where)),
               testing::Field("what", &Problem::what, HasSubstr(what)));
}

TEST_F(SettingsLoad, TakesTheDefaults) {
  EXPECT_EQ(settings().kitchen.cooks, Settings{}.kitchen.cooks);
  EXPECT_EQ(settings().kitchen.preparation, std::nullopt);
}

TEST_F(SettingsLoad, OrderAloneIsAnsweredOnThisMachineOnly) {
  sources_.flags["listen-order"] = "0.0.0.0:9090";
  sources_.flags["allow-remote"] = "true";
  EXPECT_THAT(problems(), Contains(problem("listen-order", "of this machine")));
  sources_.flags["listen-order"] = "127.0.0.1:9090";
  EXPECT_EQ(settings().listen_order, "127.0.0.1:9090");
}

TEST_F(SettingsLoad, APrefixIsAPathAndACountryACode) {
  for (const char* wrong : {"shop", "/shop/", "/", "/a//b", "/a b", "/{x}"}) {
    sources_.flags["coordinator-prefix"] = wrong;
    EXPECT_THAT(problems(), Contains(problem("coordinator-prefix", "write a path"))) << wrong;
  }
  sources_.flags["coordinator-prefix"] = "/shop/v1";
  for (const char* wrong : {"49", "+", "+049", "+12345", "+4a"}) {
    sources_.flags["phone-country"] = wrong;
    EXPECT_THAT(problems(), Contains(problem("phone-country", "such as +49"))) << wrong;
  }
  sources_.flags["phone-country"] = "+49";
  EXPECT_EQ(settings().coordinator_prefix, "/shop/v1");
  EXPECT_EQ(settings().phone_country, "+49");
}

TEST_F(SettingsLoad, AFlagBeatsAVariableWhichBeatsTheFile) {
  write_file("cooks = 7\nkitchen_time = \"7s\"\ndelivery_time = \"7s\"\n");
  sources_.environment = {"OMS_COOKS=8", "OMS_KITCHEN_TIME=8s", "HOME=/root"};
  sources_.flags["cooks"] = "9";
  const auto loaded = load_settings(sources_);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->settings.kitchen.cooks, 9);
  EXPECT_EQ(loaded->settings.kitchen.preparation, Duration{8'000});
  EXPECT_EQ(loaded->settings.delivery.travel, Duration{7'000});
  EXPECT_EQ(loaded->origins.at("cooks"), "--cooks");
  EXPECT_EQ(loaded->origins.at("kitchen-time"), "OMS_KITCHEN_TIME");
  EXPECT_EQ(loaded->origins.at("delivery-time"), (folder_ / "oms.toml").string() + ":3");
  EXPECT_FALSE(loaded->origins.contains("delivery"));
}

TEST_F(SettingsLoad, ReadsHowLongAMealWaitsForItsCustomerFromEverySource) {
  EXPECT_EQ(settings().delivery.pickup, Duration{10'000});
  write_file("pickup_time = \"1m\"\n");
  EXPECT_EQ(settings().delivery.pickup, Duration{60'000});
  sources_.environment = {"OMS_PICKUP_TIME=30s"};
  EXPECT_EQ(settings().delivery.pickup, Duration{30'000});
  sources_.flags["pickup-time"] = "0";
  EXPECT_EQ(settings().delivery.pickup, Duration{0});
}

TEST_F(SettingsLoad, ReadsTheFileThatIsNamedRatherThanTheOneInTheDataFolder) {
  write_file("cooks = 1\n");
  write_file("cooks = 2\n", "other.toml");
  write_file("cooks = 3\n", "third.toml");
  sources_.environment = {"OMS_CONFIG=" + (folder_ / "other.toml").string()};
  EXPECT_EQ(settings().kitchen.cooks, 2);
  sources_.config = (folder_ / "third.toml").string();
  EXPECT_EQ(settings().kitchen.cooks, 3);
}

TEST_F(SettingsLoad, SendsStripesKeyOverTlsOrToThisMachine) {
  for (const auto* url : {"https://api.stripe.com", "http://127.0.0.1:12111"}) {
    sources_.flags["stripe-url"] = url;
    EXPECT_THAT(problems(), testing::IsEmpty()) << url;
  }
  sources_.flags["stripe-url"] = "http://provider.example:12111";
  EXPECT_THAT(problems(), testing::ElementsAre(problem("--stripe-url", "https://HOST")));
}

TEST_F(SettingsLoad, GivesNoLinkALongerLifeThanStripeDoes) {
  sources_.flags["payment-window"] = "23h30m";
  EXPECT_THAT(problems(), testing::IsEmpty());
  sources_.flags["payments"] = "stripe";
  EXPECT_THAT(problems(), testing::ElementsAre(problem("--payment-window", "24 hours")));
  sources_.flags["payment-window"] = "23h";
  EXPECT_THAT(problems(), testing::IsEmpty());
}

TEST_F(SettingsLoad, LeavesSecretsToWhoeverReadsThem) {
  sources_.environment = {"OMS_STRIPE_KEY=sk_test_1",
                          "OMS_STRIPE_WEBHOOK_SECRET=whsec_1",
                          "OMS_STRIPE_KEY_FILE=/run/secrets/key",
                          "OMS_STRIPE_WEBHOOK_SECRETS_FILE=/run/secrets/webhook",
                          "OMS_SMTP_PASSWORD=a",
                          "OMS_TWILIO_AUTH_TOKEN=b"};
  EXPECT_THAT(problems(), testing::IsEmpty());
}

TEST_F(SettingsLoad, TellsAllProblemsAtOnce) {
  write_file("cooks = 0\nkitchn = \"auto\"\npayments = \"stripes\"\nlisten = 1.5\n");
  sources_.environment = {"OMS_DELIVERY=maybe", "OMS_COKS=3"};
  sources_.flags["delivery-time"] = "5";
  sources_.flags["base-url"] = "shop.example";
  EXPECT_THAT(
      problems(),
      testing::UnorderedElementsAre(
          problem("--delivery-time", "500ms"), problem("OMS_DELIVERY", "auto or manual"),
          problem("OMS_COKS", "did you mean OMS_COOKS"), problem("oms.toml:1", "from 1 to 100000"),
          problem("oms.toml:2", "did you mean kitchen"),
          problem("oms.toml:3", "one of: simulated, stripe"), problem("oms.toml:4", "listen"),
          problem("--base-url", "http://HOST")));
}

TEST_F(SettingsLoad, ReadsMistakesInWeakerSourcesToo) {
  sources_.flags["cooks"] = "2";
  sources_.environment = {"OMS_COOKS=many"};
  EXPECT_THAT(problems(), ElementsAre(problem("OMS_COOKS", "'many' will not do")));
}

TEST_F(SettingsLoad, TellsWhereAFileIsNotToml) {
  write_file("cooks = 1\ncooks 2\n");
  EXPECT_THAT(problems(), ElementsAre(problem("oms.toml:2", "not TOML")));
}

TEST_F(SettingsLoad, AFileThatIsNamedMustBeThere) {
  sources_.config = (folder_ / "none.toml").string();
  EXPECT_THAT(problems(), ElementsAre(problem("none.toml", "no such file")));
}

TEST_F(SettingsLoad, TheDataFolderCannotMoveItself) {
  write_file("data = \"elsewhere\"\n");
  EXPECT_THAT(problems(), ElementsAre(problem("oms.toml:1", "take the line out")));
}

TEST_F(SettingsLoad, AnEmptyVariableIsNotThere) {
  sources_.environment = {"OMS_COOKS="};
  EXPECT_EQ(settings().kitchen.cooks, Settings{}.kitchen.cooks);
}

TEST_F(SettingsLoad, LeavesWhatKubernetesSetsAlone) {
  sources_.environment = {"OMS_SERVICE_HOST=10.0.0.1", "OMS_SERVICE_PORT=8080",
                          "OMS_PORT=tcp://10.0.0.1:8080", "OMS_PORT_8080_TCP_ADDR=10.0.0.1"};
  EXPECT_THAT(problems(), IsEmpty());
  sources_.environment = {"OMS_PORT=8080"};
  EXPECT_THAT(problems(), ElementsAre(problem("OMS_PORT", "no such setting")));
}

TEST_F(SettingsLoad, KnowsWhereTheShopIs) {
  EXPECT_EQ(settings().orders.zone.name, "UTC");
  sources_.flags["time-zone"] = "Mars/Olympus";
  EXPECT_THAT(problems(), ElementsAre(problem("--time-zone", "such as UTC or Europe/Berlin")));
}

TEST_F(SettingsLoad, ListensElsewhereOnlyWhenToldThatTheNetworkIsTrusted) {
  for (const auto* address : {"127.0.0.1:8080", "127.1.2.3:1", "localhost:0", "[::1]:8080"}) {
    sources_.flags["listen"] = address;
    EXPECT_THAT(problems(), IsEmpty()) << address;
  }
  for (const auto* address :
       {"10.0.0.1:80", "shop.example:80", "127.0.0.1.evil.example:80", "[fe80::1]:80"}) {
    sources_.flags["listen"] = address;
    EXPECT_THAT(problems(), ElementsAre(problem("--listen", "--allow-remote"))) << address;
  }
  sources_.environment = {"OMS_ALLOW_REMOTE=true"};
  EXPECT_TRUE(settings().allow_remote);
}

TEST_F(SettingsLoad, EveryAddressNeedsOneThatCustomersCanFollow) {
  sources_.flags["listen"] = "0.0.0.0:8080";
  sources_.flags["allow-remote"] = "true";
  EXPECT_THAT(problems(), ElementsAre(problem("--base-url", "cannot follow")));
  sources_.flags["base-url"] = "https://shop.example";
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(SettingsLoad, EveryAddressIsKnownHoweverItIsWritten) {
  sources_.flags["listen"] = "[0::0]:8080";
  sources_.flags["allow-remote"] = "true";
  EXPECT_THAT(problems(), ElementsAre(problem("--base-url", "cannot follow")));
}

TEST_F(SettingsLoad, ABaseUrlNamesAHost) {
  for (const auto* url : {"https://shop.example", "http://[::1]:8080", "http://10.0.0.7:80"}) {
    sources_.flags["base-url"] = url;
    EXPECT_THAT(problems(), IsEmpty()) << url;
  }
  for (const auto* url : {"shop.example", "http://", "http://:80", "http://a b", "http://a/",
                          "http://u@a", "http://a:x", "ftp://a"}) {
    sources_.flags["base-url"] = url;
    EXPECT_THAT(problems(), ElementsAre(problem("--base-url", "http://HOST"))) << url;
  }
}

TEST_F(SettingsLoad, AllowedHostsAreNamesWithoutSchemeAndPort) {
  sources_.flags["allow-host"] = "shop.example, 10.0.0.7";
  EXPECT_THAT(problems(), IsEmpty());
  sources_.flags["allow-host"] = "shop.example,http://b";
  EXPECT_THAT(problems(), ElementsAre(problem("--allow-host", "'http://b' is no host")));
}

TEST_F(SettingsLoad, AnIdleTimeoutIsASecondToADay) {
  sources_.flags["idle-timeout"] = "5m";
  EXPECT_EQ(settings().idle_timeout, Duration{300'000});
  sources_.flags["idle-timeout"] = "0";
  EXPECT_THAT(problems(), ElementsAre(problem("--idle-timeout", "at least 1s")));
  sources_.flags["idle-timeout"] = "25h";
  EXPECT_THAT(problems(), ElementsAre(problem("--idle-timeout", "at most")));
}

TEST_F(SettingsLoad, RefusesAddressesThatAreNone) {
  for (const auto* address : {"8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                              "127.0.0.1:70000", "::1:8080", "[::1:80"}) {
    sources_.flags["listen"] = address;
    EXPECT_THAT(problems(), Contains(problem("--listen", "write HOST:PORT"))) << address;
  }
}

TEST(SettingsTable, NamesAreUniqueAndSpelledAlike) {
  std::set<std::string> names;
  for (const auto& setting : all_settings()) {
    EXPECT_TRUE(names.insert(variable_of(setting)).second) << setting.name;
    EXPECT_EQ(setting.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string::npos);
    EXPECT_FALSE(setting.help.empty());
  }
  EXPECT_EQ(variable_of(*find_setting("kitchen-time")), "OMS_KITCHEN_TIME");
  EXPECT_EQ(toml_key_of(*find_setting("kitchen-time")), "kitchen_time");
}

TEST(SettingsTable, EachSettingReadsWhatItWrites) {
  for (const auto& setting : all_settings()) {
    Settings settings;
    const auto text = write_setting(setting, settings);
    EXPECT_TRUE(read_setting(setting, text, settings)) << setting.name << " = " << text;
    EXPECT_EQ(write_setting(setting, settings), text) << setting.name;
  }
}

TEST(SettingsTable, HoursAndDaysAreWhole) {
  Settings settings;
  EXPECT_TRUE(read_setting(*find_setting("retention"), "7d", settings));
  EXPECT_EQ(settings.retention_hours, 168);
  EXPECT_FALSE(read_setting(*find_setting("retention"), "90m", settings));
  EXPECT_FALSE(read_setting(*find_setting("retention"), "1h", settings));
  EXPECT_FALSE(read_setting(*find_setting("archive-after"), "36h", settings));
  EXPECT_EQ(settings.retention_hours, 168);
}

TEST_F(SettingsLoad, TakesNoTokensThatWereMadeForOthers) {
  sources_.flags["auth"] = "jwt";
  sources_.flags["auth-keys"] = "keys.json";
  EXPECT_THAT(problems(), ElementsAre(problem("--auth-audience", "needs --auth-audience")));
  sources_.flags["auth-audience"] = "shop";
  EXPECT_EQ(settings().auth_audience, "shop");
}

}  // namespace
}  // namespace oms::process
