#include "adapters/stripe/webhook_signature.h"

#include <gtest/gtest.h>

namespace oms::stripe {
namespace {

constexpr Time now{1'700'000'000'500};
constexpr std::string_view body = R"({"id":"evt_1"})";

// Computed with: printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
const std::string known =
    "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";

class Signature : public testing::Test {
 protected:
  bool is_good(std::string_view header, std::string_view of_body = body, Time at = now) const {
    return signature_.check(header, of_body, at).has_value();
  }
  WebhookSignature signature_{{"whsec_test"}};
};

TEST_F(Signature, IsTheOneThatStripeComputes) {
  EXPECT_EQ(signature_.sign(body, now), known);
}

TEST_F(Signature, IsAccepted) {
  EXPECT_TRUE(is_good(known));
}

TEST_F(Signature, CoversEveryByteOfTheBody) {
  EXPECT_FALSE(is_good(known, R"({"id":"evt_2"})"));
  EXPECT_FALSE(is_good(known, R"({"id":"evt_1"} )"));
  EXPECT_FALSE(is_good(known, ""));
}

TEST_F(Signature, CoversTheTime) {
  EXPECT_FALSE(is_good("t=1700000001" + known.substr(known.find(','))));
  EXPECT_FALSE(is_good("t=01700000000" + known.substr(known.find(','))));
}

TEST_F(Signature, OfAnotherSecretIsRefused) {
  EXPECT_FALSE(is_good(WebhookSignature{{"whsec_other"}}.sign(body, now)));
}

TEST_F(Signature, OlderThanFiveMinutesIsRefused) {
  using std::chrono::seconds;
  EXPECT_TRUE(is_good(known, body, now + seconds{300}));
  EXPECT_FALSE(is_good(known, body, now + seconds{301}));
}

TEST_F(Signature, FromAheadOfOurClockIsAccepted) {
  EXPECT_TRUE(is_good(known, body, now - std::chrono::hours{1}));
}

TEST_F(Signature, MayBeAnyOfSeveral) {
  const auto other = WebhookSignature{{"whsec_other"}}.sign(body, now);
  EXPECT_TRUE(is_good(other + known.substr(known.find(','))));
  EXPECT_TRUE(is_good(known + other.substr(other.find(','))));
  EXPECT_TRUE(is_good(known + ",v0=1234"));
}

TEST_F(Signature, ByTheOldSecretIsAcceptedDuringARotation) {
  const WebhookSignature rotating{{"whsec_new", "whsec_test"}};
  EXPECT_TRUE(rotating.check(known, body, now));
  EXPECT_FALSE(is_good(rotating.sign(body, now)));
}

TEST_F(Signature, OfAnotherShapeIsRefused) {
  for (const std::string_view header :
       {"", ",", "t=", "t=1700000000", "v1=00", "t=abc,v1=00", "t=-1,v1=00", "t=1 ,v1=00",
        "t=99999999999999999999,v1=00", "t=1700000000,v1=", "t=1700000000;v1=00", "v1", "t"}) {
    const auto checked = signature_.check(header, body, now);
    ASSERT_FALSE(checked) << header;
    EXPECT_EQ(checked.error().kind, ErrorKind::invalid);
  }
}

TEST_F(Signature, NeedsASecret) {
  EXPECT_THROW(WebhookSignature({}), std::invalid_argument);
  EXPECT_THROW(WebhookSignature({"whsec_test", ""}), std::invalid_argument);
}

}  // namespace
}  // namespace oms::stripe
