#include "process/stripe_settings.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace oms::process {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

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

TEST_F(StripeSettings, SayWhatIsMissingAndWhereItGoes) {
  EXPECT_THAT(read({}).error().detail, HasSubstr("OMS_STRIPE_KEY"));
  EXPECT_THAT(read({"OMS_STRIPE_KEY=sk_test_1"}).error().detail,
              HasSubstr("OMS_STRIPE_WEBHOOK_SECRET"));
}

}  // namespace
}  // namespace oms::process
