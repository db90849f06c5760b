#include "base/mail_address.h"

#include <gtest/gtest.h>

#include <string>

namespace oms {
namespace {

TEST(MailAddress, IsWhatAMailCanBeSentTo) {
  for (const auto* good : {"a@b", "ann.lee+food@example.com", "o'neil@x-y.example", "a/b@c.de"}) {
    EXPECT_TRUE(is_mail_address(good)) << good;
  }
  EXPECT_TRUE(is_mail_address(std::string(252, 'a') + "@b"));
}

TEST(MailAddress, MayBeInAnyScript) {
  for (const auto* good : {"zoë@example.com", "用户@例子.广告", "ann@bücher.example"}) {
    EXPECT_TRUE(is_mail_address(good)) << good;
  }
  for (const auto* bad : {"a\u00A0b@c.de", "a\u202E@b.de", "a\u200B@b.de", "a\u3000b@c.de",
                          "a\u0085b@c.de", "a@b.de\uFEFF"}) {
    EXPECT_FALSE(is_mail_address(bad)) << bad;
  }
}

TEST(MailAddress, HasNothingThatMeansSomethingInAHeader) {
  for (const auto* bad :
       {"", "@", "a@", "@b", "ab", "<a@b.de>", "a b@c.de", "a@b.de\r\nBcc: x@y.z", "\"a\"@b.de",
        "a@b@c.de", "a@@b.de", "a,b@c.de", "a@b;c", "a@[10.0.0.1]", "a\\b@c.de"}) {
    EXPECT_FALSE(is_mail_address(bad)) << bad;
  }
  EXPECT_FALSE(is_mail_address(std::string(253, 'a') + "@b"));
}

}  // namespace
}  // namespace oms
