#include "adapters/rabbitmq/settings.h"

#include <gmock/gmock.h>

namespace oms::rabbitmq {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string refusal(std::string_view url) {
  const auto settings = read_settings(url);
  EXPECT_FALSE(settings.has_value()) << url;
  return settings ? "" : settings.error().detail;
}

TEST(RabbitmqSettings, ComeFromTheUrl) {
  const auto settings = read_settings(
      "amqps://oms:se%2fcret@one:1,two/%2f?partitions=8&prefix=shop&cacert=/ca.crt&cert=/c&key=/k");
  ASSERT_TRUE(settings.has_value()) << settings.error().detail;
  EXPECT_EQ(settings->hosts.size(), 2U);
  EXPECT_EQ(settings->hosts[1].port, 5671);
  EXPECT_EQ(settings->vhost, "/");
  EXPECT_EQ(settings->password, "se/cret");
  EXPECT_TRUE(settings->is_secure);
  EXPECT_EQ(settings->ca_file, "/ca.crt");
  EXPECT_EQ(settings->partitions, 8U);
  EXPECT_EQ(settings->queue(ServiceName::stock, 3), "shop.stock.3");
  EXPECT_THAT(settings->shown, Not(HasSubstr("cret")));
}

TEST(RabbitmqSettings, HaveDefaults) {
  const auto settings = read_settings("amqp://localhost");
  ASSERT_TRUE(settings.has_value());
  EXPECT_EQ(settings->hosts[0].port, 5672);
  EXPECT_EQ(settings->vhost, "/");
  EXPECT_EQ(settings->user, "guest");
  EXPECT_EQ(settings->partitions, 1U);
  EXPECT_EQ(settings->queue(ServiceName::orders, 0), "oms.orders.0");
}

TEST(RabbitmqSettings, ARefusalSaysWhatIsWrong) {
  EXPECT_THAT(refusal("http://a"), HasSubstr("amqp://"));
  EXPECT_THAT(refusal("amqp://a?partitions=3"), HasSubstr("power of two"));
  EXPECT_THAT(refusal("amqp://a?parts=1"), HasSubstr("\"parts\" is unknown"));
}

}  // namespace
}  // namespace oms::rabbitmq
