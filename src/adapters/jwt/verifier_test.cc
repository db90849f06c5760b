// Which tokens are taken, and what is said of those that are not. The keys are made here: no secret
// is written down.
#include "adapters/jwt/verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "adapters/crypto/crypto.h"
#include "tests/support/base64url.h"

namespace oms::jwt {
namespace {

using testing::base64url;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t now_s = 1'700'000'000;
const Time now{now_s * 1000};
const std::string secret(32, 's');

// A private key for RS256, of which the set shows the public half.
class Signer {
 public:
  Signer() : key_(EVP_RSA_gen(2048)) {}
  ~Signer() { EVP_PKEY_free(key_); }
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  std::string sign(const std::string& text) const {
    auto* const context = EVP_MD_CTX_new();
    std::vector<std::uint8_t> signature(256);
    auto size = signature.size();
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_);
    EXPECT_EQ(EVP_DigestSign(context, signature.data(), &size, bytes.data(), bytes.size()), 1);
    EVP_MD_CTX_free(context);
    return {signature.begin(), signature.begin() + static_cast<std::ptrdiff_t>(size)};
  }
  std::string part(const char* name) const {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key_, name, &number);
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(BN_num_bytes(number)));
    BN_bn2bin(number, bytes.data());
    BN_free(number);
    return base64url(std::string{bytes.begin(), bytes.end()});
  }

 private:
  EVP_PKEY* key_;
};

const Signer& signer() {
  static const Signer made;
  return made;
}

std::string key_set() {
  return R"({"keys":[{"kty":"oct","kid":"h","k":")" + base64url(secret) +
         R"("},{"kty":"EC","kid":"x","crv":"P-256"},)" +
         R"({"kty":"RSA","kid":"r","use":"sig","alg":"RS256","n":")" +
         signer().part(OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
         signer().part(OSSL_PKEY_PARAM_RSA_E) + R"("}]})";
}

std::string signed_with_secret(const std::string& text) {
  const auto digest = HmacSha256{secret}.of({text});
  return {digest.begin(), digest.end()};
}

std::string token(const std::string& claims,
                  const std::string& header = R"({"alg":"HS256","kid":"h"})") {
  const auto text = base64url(header) + "." + base64url(claims);
  const bool is_rsa = header.find("RS256") != std::string::npos;
  return text + "." + base64url(is_rsa ? signer().sign(text) : signed_with_secret(text));
}

std::string claims(const std::string& more = {}, std::int64_t exp = now_s + 3600) {
  return R"({"sub":"c1","exp":)" + std::to_string(exp) + more + "}";
}

class Tokens : public ::testing::Test {
 protected:
  std::string refusal(const std::string& given) const {
    const auto identity = verifier.verify(given, now);
    if (identity) return "";
    EXPECT_EQ(identity.error().kind, ErrorKind::unauthorized);
    return identity.error().detail;
  }

  Settings settings{.audience = "shop", .issuer = "us"};
  Verifier lax{{}, Keys::parse(key_set()).value()};
  Verifier verifier{settings, Keys::parse(key_set()).value()};
  std::string ours = R"(,"iss":"us","aud":"shop")";
};

TEST_F(Tokens, SignedWithEitherAlgorithmNameTheirSubject) {
  for (const auto* header : {R"({"alg":"HS256","kid":"h"})", R"({"alg":"RS256","kid":"r"})"}) {
    const auto identity = lax.verify(token(claims(), header), now);
    ASSERT_TRUE(identity) << identity.error().detail;
    EXPECT_EQ(identity->subject, "c1");
    EXPECT_THAT(identity->scopes, IsEmpty());
  }
}

TEST_F(Tokens, CarryScopesAndRoles) {
  const auto identity = lax.verify(
      token(claims(R"(,"scope":"orders:read  stock:write","roles":["viewer","unknown"])")), now);
  ASSERT_TRUE(identity);
  EXPECT_THAT(identity->scopes,
              ElementsAre("orders:read", "stock:write", "orders:read", "stock:read", "audit:read"));
}

TEST_F(Tokens, AreForOneAudienceOrSeveral) {
  EXPECT_EQ(refusal(token(claims(ours))), "");
  EXPECT_EQ(refusal(token(claims(R"(,"iss":"us","aud":["other","shop"])"))), "");
}

TEST_F(Tokens, MayBeAMinuteOffForClocksAre) {
  EXPECT_EQ(refusal(token(claims(ours, now_s - 59))), "");
  EXPECT_EQ(refusal(token(claims(ours + R"(,"nbf":)" + std::to_string(now_s + 60)))), "");
}

TEST_F(Tokens, ThatAreNotGoodAreRefusedWithTheReason) {
  auto tampered = token(claims(ours));
  tampered[tampered.size() / 2] = tampered[tampered.size() / 2] == 'A' ? 'B' : 'A';
  const auto good = token(claims(ours));
  struct Row {
    std::string given;
    const char* why;
  };
  const std::vector<Row> rows{
      {"", "three parts"},
      {"a.b", "three parts"},
      {good + ".x", "three parts"},
      {"%." + good.substr(good.find('.') + 1), "base64url"},
      {std::string(9'000, 'a'), "8192"},
      {tampered, "signature is wrong"},
      {good.substr(0, good.rfind('.') + 1), "signature is wrong"},
      {token(claims(ours), R"({"alg":"none"})"), "key that is not known"},
      {token(claims(ours), R"({"alg":"none","kid":"h"})"), "not that of its key"},
      {token(claims(ours), R"({"alg":"HS256","kid":"r"})"), "not that of its key"},
      {token(claims(ours), R"({"alg":"HS256","kid":"z"})"), "key that is not known"},
      {token(claims(ours), R"({"alg":"HS256","kid":"h","crit":["x"]})"), "not known here"},
      {token(claims(ours, now_s - 60)), "expired"},
      {token(claims(ours, -1)), "expired"},
      {token(R"({"sub":"c1","iss":"us","aud":"shop"})"), "when it expires"},
      {token(claims(ours + R"(,"nbf":)" + std::to_string(now_s + 61))), "not valid yet"},
      {token(claims(R"(,"iss":"them","aud":"shop")")), "another issuer"},
      {token(claims(R"(,"iss":"us","aud":"them")")), "another audience"},
      {token(claims(R"(,"iss":"us")")), "another audience"},
      {token(R"({"sub":"","exp":)" + std::to_string(now_s + 9) + ours + "}"), "no subject"},
      {token(R"({"sub":7})"), "cannot be read at /sub: "},
      {token(claims(ours + R"(,"roles":"admin")")), "cannot be read at /roles: "},
      {token(R"({"sub":"c1","iss":"us","aud":"shop","exp":"1800000000"})"), "exp is no number"},
      {token(R"({"sub":"c1","iss":"us","aud":"shop","exp":[]})"), "exp is no number"},
      {token(R"({"sub":"c1","iss":"us","aud":"shop","exp":-1e999})"), "expired"},
      {token(claims(ours + R"(,"nbf":"soon")")), "nbf is no number"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(refusal(row.given), HasSubstr(row.why)) << row.given.substr(0, 80);
    if (row.given.size() > 20) {
      EXPECT_THAT(refusal(row.given), ::testing::Not(HasSubstr(row.given)));
    }
  }
}

TEST_F(Tokens, TellTheirTimesAsAnyNumberOfSeconds) {
  const auto with_exp = [&](const std::string& exp) {
    return token(R"({"sub":"c1","exp":)" + exp + ours + "}");
  };
  for (const auto* exp : {"1700003600", "1700003600.5", "1.7000036e9", "1e999"}) {
    EXPECT_EQ(refusal(with_exp(exp)), "") << exp;
  }
  const auto identity = verifier.verify(with_exp("1700003600.5"), now);
  EXPECT_EQ(identity->expires_at, (Time{1'700'003'660'500})) << "and a minute, for clocks differ";
}

TEST_F(Tokens, OfAnUnknownKeyAskForTheKeysAgain) {
  int asked = 0;
  settings.on_unknown_key = [&](Time at) {
    EXPECT_EQ(at, now);
    ++asked;
  };
  const Verifier asking{settings, Keys::parse(key_set()).value()};
  EXPECT_TRUE(asking.verify(token(claims(ours)), now));
  EXPECT_FALSE(asking.verify(token(claims(ours), R"({"alg":"HS256"})"), now));
  EXPECT_EQ(asked, 0);
  EXPECT_FALSE(asking.verify(token(claims(ours), R"({"alg":"HS256","kid":"new"})"), now));
  EXPECT_EQ(asked, 1);
}

TEST_F(Tokens, OfKeysThatWereReplacedAreRefused) {
  const auto good = token(claims(ours));
  EXPECT_EQ(refusal(good), "");
  verifier.use(Keys::parse(R"({"keys":[{"kty":"oct","kid":"h","k":")" +
                           base64url(std::string(32, 't')) + R"("}]})")
                   .value());
  EXPECT_THAT(refusal(good), HasSubstr("signature"));
}

TEST(KeySets, ThatCannotBeUsedAreRefused) {
  for (const auto* json :
       {"", "[]", R"({"keys":[]})", R"({"keys":[{"kty":"oct","kid":"a","k":"c2hvcnQ"}]})",
        R"({"keys":[{"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"}]})",
        R"({"keys":[{"kty":"RSA","kid":"a","n":"!","e":"AQAB"}]})",
        R"({"keys":[{"kty":"oct","use":"enc","k":"AAAA"}]})"}) {
    EXPECT_FALSE(Keys::parse(json)) << json;
  }
}

TEST(Base64Url, HasOneTextForEachBytes) {
  EXPECT_EQ(from_base64url("Zm9v"), "foo");
  EXPECT_EQ(from_base64url("_-8"), "\xff\xef");
  for (const auto* text : {"Zm9vY", "Zm9=", "Zm+v", "Zg==", "Zh"}) {
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace oms::jwt
