#include "adapters/http/authority.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace oms::http1 {
namespace {

std::string host_of(std::string_view text) {
  const auto authority = parse_authority(text);
  return authority ? authority->host : "malformed";
}

TEST(Authority, OfOneHostIsWrittenInOneWay) {
  EXPECT_EQ(host_of("Shop.Example"), "shop.example");
  EXPECT_EQ(host_of("shop.example."), "shop.example");
  EXPECT_EQ(host_of("shop_1.example:8080"), "shop_1.example");
  EXPECT_EQ(host_of("127.0.0.1:80"), "127.0.0.1");
  EXPECT_EQ(host_of("[0:0::0:1]:80"), "[::1]");
  EXPECT_EQ(host_of("[FE80::A]"), "[fe80::a]");
  EXPECT_EQ(host_of("[::ffff:127.0.0.1]"), "127.0.0.1");
}

TEST(Authority, HasAPortOrNone) {
  EXPECT_EQ(parse_authority("a:8080")->port, 8080);
  EXPECT_EQ(parse_authority("[::1]:0")->port, 0);
  EXPECT_EQ(parse_authority("a")->port, std::nullopt);
  EXPECT_EQ(parse_authority("a:")->port, std::nullopt);
}

TEST(Authority, ThatIsMalformedIsNone) {
  for (const std::string_view text : {"",
                                      ":80",
                                      ".",
                                      "a..",
                                      "a b",
                                      "a/",
                                      "a b/",
                                      "user@a",
                                      "a:80:90",
                                      "a:x",
                                      "a:-1",
                                      "a:65536",
                                      "a:8 0",
                                      "::1",
                                      "[::1",
                                      "[::1]x",
                                      "[]",
                                      "[1.2.3.4]",
                                      "[fe80::1%25eth0]",
                                      "a%2",
                                      "a%zz",
                                      "caf\xc3\xa9.example",
                                      "a\\b",
                                      "a,b:c",
                                      "http://a"}) {
    EXPECT_EQ(host_of(text), "malformed") << text;
  }
}

TEST(Authority, KnowsLoopbackFromNamesThatLookLikeIt) {
  for (const auto* host : {"localhost", "shop.localhost", "127.0.0.1", "127.255.0.9", "[::1]"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const auto* host : {"127.0.0.1.evil.example", "127.evil.example", "127.0.0", "127.0.0.256",
                           "localhost.evil.example", "notlocalhost", "10.0.0.1", "[::2]", ""}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

TEST(Authority, KnowsAddressesFromNames) {
  EXPECT_TRUE(is_address("10.0.0.1"));
  EXPECT_TRUE(is_address("[fe80::1]"));
  EXPECT_FALSE(is_address("10.0.0.1.evil.example"));
  EXPECT_FALSE(is_address("1"));
  EXPECT_TRUE(is_wildcard("0.0.0.0"));
  EXPECT_TRUE(is_wildcard(host_of("[0:0::0]:80")));
  EXPECT_FALSE(is_wildcard("[::1]"));
}

}  // namespace
}  // namespace oms::http1
