#include "base/url.h"

#include <gmock/gmock.h>

namespace oms {
namespace {

using testing::HasSubstr;
using testing::Not;

Url parsed(std::string_view text) {
  auto url = Url::parse(text, 5672);
  EXPECT_TRUE(url.has_value()) << (url ? "" : url.error().detail);
  return url ? *url : Url{};
}

std::string refusal(std::string_view text) {
  const auto url = Url::parse(text, 5672);
  EXPECT_FALSE(url.has_value()) << text;
  return url ? "" : url.error().detail;
}

TEST(Url, HasAllItsParts) {
  const auto url = parsed("amqp://oms:p%40ss%2f%25@one:1,two/%2f?partitions=8&prefix=a%20b");
  EXPECT_EQ(url.scheme, "amqp");
  EXPECT_EQ(url.user, "oms");
  EXPECT_EQ(url.password, "p@ss/%");
  ASSERT_EQ(url.hosts.size(), 2U);
  EXPECT_EQ(url.hosts[0].name, "one");
  EXPECT_EQ(url.hosts[0].port, 1);
  EXPECT_EQ(url.hosts[1].port, 5672);
  EXPECT_EQ(url.path, "/");
  EXPECT_EQ(url.text("prefix", "oms"), "a b");
  EXPECT_EQ(url.text("cacert", "none"), "none");
  EXPECT_EQ(url.number("partitions", 1, 1, 64), 8);
}

TEST(Url, NeedsAHostAlone) {
  const auto url = parsed("kafka://broker");
  EXPECT_EQ(url.hosts.at(0).name, "broker");
  EXPECT_EQ(url.user, "");
  EXPECT_EQ(url.path, "");
}

TEST(Url, ARefusalSaysWhatIsWrong) {
  EXPECT_THAT(refusal("broker"), HasSubstr("scheme"));
  EXPECT_THAT(refusal("amqp://"), HasSubstr("host"));
  EXPECT_THAT(refusal("amqp://a,,b"), HasSubstr("host"));
  EXPECT_THAT(refusal("amqp://a:0"), HasSubstr("1 to 65535"));
  EXPECT_THAT(refusal("amqp://a:99999"), HasSubstr("\"a\""));
  EXPECT_THAT(refusal("amqp://a/%zz"), HasSubstr("path"));
  EXPECT_THAT(refusal("amqp://a?b=%"), HasSubstr("\"b\""));
  EXPECT_THAT(refusal("amqp://a?b=1&b=2"), HasSubstr("twice"));
  EXPECT_THAT(parsed("amqp://a?part=1").allow_only({"partitions"}).error().detail,
              HasSubstr("\"part\" is unknown; there are partitions"));
  for (const auto* const number : {"0", "65", "1.5", "", "x"}) {
    EXPECT_FALSE(parsed(std::string{"amqp://a?n="} + number).number("n", 1, 1, 64).has_value());
  }
}

TEST(Url, ThePasswordIsNeverShown) {
  EXPECT_EQ(parsed("amqp://oms:secret@a/v?x=1").without_password(), "amqp://a:5672/v");
  EXPECT_THAT(refusal("amqp://oms:secret%zz@a"), Not(HasSubstr("secret")));
  EXPECT_THAT(refusal("amqp://oms:secret@a:b"), Not(HasSubstr("secret")));
  EXPECT_THAT(refusal("amqp://oms:secret"), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace oms
