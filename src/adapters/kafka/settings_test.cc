#include "adapters/kafka/settings.h"

#include <gmock/gmock.h>

namespace oms::kafka {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string refusal(std::string_view url) {
  const auto settings = read_settings(url);
  EXPECT_FALSE(settings.has_value()) << url;
  return settings ? "" : settings.error().detail;
}

TEST(KafkaSettings, ComeFromTheUrl) {
  const auto settings = read_settings(
      "kafka://oms:se%2fcret@one:1,two?partitions=8&prefix=shop&security=sasl_ssl"
      "&mechanism=SCRAM-SHA-512&cacert=/ca.crt&min_retention_hours=48");
  ASSERT_TRUE(settings.has_value()) << settings.error().detail;
  EXPECT_EQ(settings->servers, "one:1,two:9092");
  EXPECT_EQ(settings->password, "se/cret");
  EXPECT_EQ(settings->mechanism, "SCRAM-SHA-512");
  EXPECT_EQ(settings->partitions, 8U);
  EXPECT_EQ(settings->min_retention, std::chrono::hours{48});
  EXPECT_EQ(settings->topic(ServiceName::stock), "shop.stock.v1");
  EXPECT_THAT(settings->shown, Not(HasSubstr("cret")));
}

TEST(KafkaSettings, HaveDefaults) {
  const auto settings = read_settings("kafka://localhost");
  ASSERT_TRUE(settings.has_value());
  EXPECT_EQ(settings->servers, "localhost:9092");
  EXPECT_EQ(settings->security, "plaintext");
  EXPECT_EQ(settings->partitions, 1U);
  EXPECT_EQ(settings->topic(ServiceName::orders), "oms.orders.v1");
}

TEST(KafkaSettings, ARefusalSaysWhatIsWrong) {
  EXPECT_THAT(refusal("amqp://a"), HasSubstr("kafka://"));
  EXPECT_THAT(refusal("kafka://a/b"), HasSubstr("no path"));
  EXPECT_THAT(refusal("kafka://a?partitions=6"), HasSubstr("power of two"));
  EXPECT_THAT(refusal("kafka://a?security=tls"), HasSubstr("\"tls\""));
  EXPECT_THAT(refusal("kafka://a?security=sasl_ssl"), HasSubstr("user and password"));
  EXPECT_THAT(refusal("kafka://u:secret@a"), HasSubstr("security=sasl_ssl"));
  EXPECT_THAT(refusal("kafka://u:secret@a"), Not(HasSubstr("secret")));
  EXPECT_THAT(refusal("kafka://a?min_retention_hours=0"), HasSubstr("min_retention_hours"));
}

}  // namespace
}  // namespace oms::kafka
