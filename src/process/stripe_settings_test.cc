#include "process/stripe_settings.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace oms::process {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class StripeSettings : public testing::Test {
 protected:
  StripeSettings() {
    std::filesystem::create_directories(settings_.data = folder_);
    settings_.stripe_url = "https://api.stripe.com/";
  }
  ~StripeSettings() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text, ::mode_t mode = 0600) {
    std::ofstream{folder_ / name} << text;
    ::chmod((folder_ / name).c_str(), mode);
  }
  Result<stripe::Settings> read(const std::vector<std::string>& environment) {
    return stripe_settings(settings_, environment, "http://shop.example");
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("oms_stripe_" + std::to_string(::getpid()));
  Settings settings_;
};

TEST_F(StripeSettings, ComeFromTheEnvironment) {
  const auto read_settings =
      read({"OMS_STRIPE_KEY=sk_test_1", "OMS_STRIPE_WEBHOOK_SECRETS=whsec_a, whsec_b"});
  ASSERT_TRUE(read_settings) << read_settings.error().detail;
  EXPECT_EQ(read_settings->key, "sk_test_1");
  EXPECT_THAT(read_settings->webhook_secrets, ElementsAre("whsec_a", "whsec_b"));
  EXPECT_EQ(read_settings->url, "https://api.stripe.com");
  EXPECT_EQ(read_settings->shop_url, "http://shop.example");
}

TEST_F(StripeSettings, ComeFromFilesThatOthersCannotRead) {
  write("stripe.key", "sk_test_2\n");
  write("stripe.secrets", "whsec_new\nwhsec_old\n");
  const auto read_settings = read({});
  ASSERT_TRUE(read_settings) << read_settings.error().detail;
  EXPECT_EQ(read_settings->key, "sk_test_2");
  EXPECT_THAT(read_settings->webhook_secrets, ElementsAre("whsec_new", "whsec_old"));
  write("stripe.key", "sk_test_2\n", 0644);
  EXPECT_THAT(read({}).error().detail, HasSubstr("chmod 600"));
}

TEST_F(StripeSettings, ComeByTheNamesOfStripesOwnToolsToo) {
  const auto read_settings =
      read({"STRIPE_API_KEY=rk_live_1", "STRIPE_WEBHOOK_SECRET=whsec_a,whsec_b"});
  ASSERT_TRUE(read_settings) << read_settings.error().detail;
  EXPECT_EQ(read_settings->key, "rk_live_1");
  EXPECT_THAT(read_settings->webhook_secrets, ElementsAre("whsec_a", "whsec_b"));
  EXPECT_EQ(read({"STRIPE_API_KEY=sk_test_theirs", "OMS_STRIPE_KEY=sk_test_ours",
                  "STRIPE_WEBHOOK_SECRET=whsec_a"})
                ->key,
            "sk_test_ours");
}

TEST_F(StripeSettings, ComeFromFilesThatAreNamed) {
  write("mounted.key", "sk_test_3\n");
  write("mounted.secrets", "whsec_new\nwhsec_old\n");
  const std::vector<std::string> environment{
      "OMS_STRIPE_KEY_FILE=" + (folder_ / "mounted.key").string(),
      "OMS_STRIPE_WEBHOOK_SECRETS_FILE=" + (folder_ / "mounted.secrets").string()};
  const auto read_settings = read(environment);
  ASSERT_TRUE(read_settings) << read_settings.error().detail;
  EXPECT_EQ(read_settings->key, "sk_test_3");
  EXPECT_THAT(read_settings->webhook_secrets, ElementsAre("whsec_new", "whsec_old"));
  std::filesystem::remove(folder_ / "mounted.key");
  EXPECT_THAT(read(environment).error().detail, HasSubstr("OMS_STRIPE_KEY_FILE names"));
}

TEST_F(StripeSettings, SayWhatIsMissingAndWhereItGoes) {
  EXPECT_THAT(read({}).error().detail, HasSubstr("OMS_STRIPE_KEY"));
  EXPECT_THAT(read({"OMS_STRIPE_KEY=sk_test_1"}).error().detail,
              HasSubstr("OMS_STRIPE_WEBHOOK_SECRET"));
}

TEST_F(StripeSettings, OfAnotherFormAreRefusedAndNotShown) {
  const std::string secrets = "OMS_STRIPE_WEBHOOK_SECRET=whsec_1";
  for (const auto* key : {"pk_test_secret", "sk_", "sk_test_secret,sk_test_2",
                          "sk_test_secret\r\nX", "secret", "whsec_secret"}) {
    const auto refused = read({"OMS_STRIPE_KEY=" + std::string{key}, secrets});
    ASSERT_FALSE(refused) << key;
    EXPECT_THAT(refused.error().detail,
                AllOf(HasSubstr("OMS_STRIPE_KEY"), HasSubstr("sk_ or rk_"),
                      Not(HasSubstr("secret,")), Not(HasSubstr("test_secret"))));
  }
  const auto refused =
      read({"OMS_STRIPE_KEY=sk_test_1", "OMS_STRIPE_WEBHOOK_SECRETS=whsec_1,we_2"});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, AllOf(HasSubstr("whsec_"), Not(HasSubstr("we_2"))));
}

TEST_F(StripeSettings, SayWhetherLinesNameStripesPrices) {
  const std::vector<std::string> environment{"OMS_STRIPE_KEY=sk_test_1",
                                             "OMS_STRIPE_WEBHOOK_SECRET=whsec_1"};
  EXPECT_FALSE(read(environment)->has_prices);
  settings_.stripe_prices = "catalogue";
  EXPECT_TRUE(read(environment)->has_prices);
}

}  // namespace
}  // namespace oms::process
