#include "ports/broker_settings.h"

#include <gmock/gmock.h>

namespace oms {
namespace {

using testing::HasSubstr;

Result<BrokerSettings> read(std::string_view query) {
  return read_broker_settings(Url::parse("amqp://a?" + std::string{query}, 5672).value());
}
std::string refusal(std::string_view query) {
  const auto settings = read(query);
  EXPECT_FALSE(settings.has_value()) << query;
  return settings ? "" : settings.error().detail;
}

TEST(BrokerSettings, ComeFromTheUrl) {
  const auto settings = read("partitions=8&prefix=shop&cacert=/ca.crt&cert=/c&key=/k");
  ASSERT_TRUE(settings.has_value()) << settings.error().detail;
  EXPECT_EQ(settings->partitions, 8U);
  EXPECT_EQ(settings->prefix, "shop");
  EXPECT_EQ(settings->ca_file, "/ca.crt");
  EXPECT_EQ(settings->certificate_file, "/c");
  EXPECT_EQ(settings->key_file, "/k");
}

TEST(BrokerSettings, HaveDefaults) {
  const auto settings = read("");
  ASSERT_TRUE(settings.has_value()) << settings.error().detail;
  EXPECT_EQ(settings->partitions, 1U);
  EXPECT_EQ(settings->prefix, "oms");
  EXPECT_EQ(settings->ca_file, "");
}

TEST(BrokerSettings, ARefusalSaysWhatIsWrong) {
  EXPECT_THAT(refusal("partitions=6"), HasSubstr("power of two"));
  EXPECT_THAT(refusal("partitions=128"), HasSubstr("from 1 to 64"));
  EXPECT_THAT(refusal("prefix="), HasSubstr("prefix"));
  EXPECT_THAT(refusal("cert=x"), HasSubstr("both or neither"));
  EXPECT_THAT(refusal("key=x"), HasSubstr("both or neither"));
}

TEST(EventNames, AreGivenByType) {
  EXPECT_TRUE(read_event_names("")->empty());
  const auto names = read_event_names("order.created=orderCreatedEvent,inventory.low=low-1");
  ASSERT_TRUE(names);
  EXPECT_EQ(name_outside("order.created", *names), "orderCreatedEvent");
  EXPECT_EQ(name_outside("inventory.low", *names), "low-1");
  EXPECT_EQ(name_outside("order.paid", *names), "order.paid");
}

TEST(EventNames, ARefusalSaysWhatIsWrong) {
  using ::testing::HasSubstr;
  EXPECT_THAT(read_event_names("order.eaten=x").error().detail, HasSubstr("\"order.eaten\""));
  EXPECT_THAT(read_event_names("order.paid=a b").error().detail, HasSubstr("\"a b\""));
  EXPECT_THAT(read_event_names("order.paid").error().detail, HasSubstr("cannot be the name"));
  EXPECT_FALSE(read_event_names("order.paid=x,,order.ready=y"));
}

}  // namespace
}  // namespace oms
