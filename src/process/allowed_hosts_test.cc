#include "process/allowed_hosts.h"

#include <gtest/gtest.h>

namespace oms::process {
namespace {

TEST(AllowedHosts, AreLoopbackByDefault) {
  const AllowedHosts hosts{Settings{}};
  for (const auto* host : {"localhost", "shop.localhost", "127.0.0.1", "127.1.2.3", "[::1]"}) {
    EXPECT_TRUE(hosts.allows(host)) << host;
  }
  for (const auto* host : {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example",
                           "10.0.0.1", "0.0.0.0", "[fe80::1]"}) {
    EXPECT_FALSE(hosts.allows(host)) << host;
  }
  EXPECT_TRUE(hosts.allows("")) << "HTTP/1.0 without Host: no browser";
  EXPECT_EQ(hosts.text(), "localhost, *.localhost, 127.0.0.0/8, [::1]");
}

TEST(AllowedHosts, AreThoseOfTheSettingsToo) {
  const AllowedHosts hosts{Settings{.listen = "10.0.0.7:8080",
                                    .base_url = "https://Shop.Example.:8443",
                                    .allow_host = "oms.default.svc, [FE80::0:1]"}};
  for (const auto* host :
       {"10.0.0.7", "shop.example", "oms.default.svc", "[fe80::1]", "localhost"}) {
    EXPECT_TRUE(hosts.allows(host)) << host;
  }
  EXPECT_FALSE(hosts.allows("10.0.0.8"));
  EXPECT_FALSE(hosts.allows("a.shop.example"));
  EXPECT_EQ(hosts.text(),
            "localhost, *.localhost, 127.0.0.0/8, [::1], 10.0.0.7, shop.example, oms.default.svc, "
            "[fe80::1]");
}

TEST(AllowedHosts, AreAllAddressesButNoNamesWhereAllAddressesAreListenedOn) {
  for (const auto* listen : {"0.0.0.0:8080", "[::]:8080", "[0::0]:8080"}) {
    const AllowedHosts hosts{Settings{.listen = listen, .base_url = "http://shop.example"}};
    EXPECT_TRUE(hosts.allows("192.168.1.5")) << "a probe calls the container's address";
    EXPECT_TRUE(hosts.allows("[fe80::1]"));
    EXPECT_TRUE(hosts.allows("shop.example"));
    EXPECT_FALSE(hosts.allows("evil.example"));
    EXPECT_FALSE(hosts.allows("192.168.1.5.evil.example"));
  }
}

TEST(AllowedHosts, AreThoseWhosePagesMayWrite) {
  const AllowedHosts hosts{
      Settings{.listen = "0.0.0.0:8080", .base_url = "https://shop.example", .allow_host = "b.c"}};
  for (const auto* origin : {"https://shop.example", "http://shop.example:81", "http://B.C",
                             "http://localhost:3000", "http://10.0.0.7:8080"}) {
    EXPECT_TRUE(hosts.allows_origin(origin, "10.0.0.7")) << origin;
  }
  for (const auto* origin : {"null", "", "https://evil.example", "http://10.0.0.8", "shop.example",
                             "https://shop.example.evil.example", "https://"}) {
    EXPECT_FALSE(hosts.allows_origin(origin, "10.0.0.7")) << origin;
  }
}

TEST(HostNames, AreReadFromAList) {
  EXPECT_EQ(read_host_names("")->size(), 0U);
  EXPECT_EQ(*read_host_names("A.example , [::1],10.0.0.7"),
            (std::vector<std::string>{"a.example", "[::1]", "10.0.0.7"}));
  for (const auto* text : {"http://a", "a:80", "a:", "a,,b", "a/", "*", "*.a.example", ":80"}) {
    EXPECT_FALSE(read_host_names(text)) << text;
  }
}

}  // namespace
}  // namespace oms::process
