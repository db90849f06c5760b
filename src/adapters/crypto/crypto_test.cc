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

}  // namespace
}  // namespace oms
