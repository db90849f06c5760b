#include "adapters/crypto/crypto.h"

#include <gtest/gtest.h>

namespace oms {
namespace {

TEST(Sha256, MatchesThePublishedExamples) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, TakesPartsAsOneText) {
  EXPECT_EQ(sha256({"a", "", "bc"}), sha256("abc"));
}

TEST(HmacSha256, MatchesRfc4231) {
  EXPECT_EQ(to_hex(HmacSha256{"Jefe"}.of({"what do ya want ", "for nothing?"})),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(HmacSha256{std::string(131, '\xaa')}.of(
                {"Test Using Larger Than Block-Size Key - Hash Key First"})),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(EqualInConstantTime, ComparesLikeAnyComparison) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("same", "same"));
  EXPECT_FALSE(equal_in_constant_time("same", "sama"));
  EXPECT_FALSE(equal_in_constant_time("same", "same "));
}

TEST(FillRandom, DoesNotRepeatItself) {
  std::array<std::uint8_t, 16> first{};
  std::array<std::uint8_t, 16> second{};
  fill_random(first);
  fill_random(second);
  EXPECT_NE(first, second);
}

TEST(Wipe, LeavesNothing) {
  std::string secret = "4242424242424242";
  wipe(std::span<char>{secret});
  EXPECT_EQ(secret, std::string(16, '\0'));
}

// RFC 2202, tests 1 and 2.
TEST(HmacSha1, IsAsRfc2202HasIt) {
  EXPECT_EQ(to_hex(hmac_sha1(std::string(20, '\x0b'), "Hi There")),
            "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(to_hex(hmac_sha1("Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

// RFC 4648, 10.
TEST(Base64, IsAsRfc4648HasIt) {
  const auto encoded = [](std::string_view text) {
    return to_base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encoded("\xFF\xFE"), "//4=");
}

}  // namespace
}  // namespace oms
