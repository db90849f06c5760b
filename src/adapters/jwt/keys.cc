#include "adapters/jwt/keys.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <boost/describe.hpp>
#include <cstdint>
#include <vector>

#include "adapters/crypto/crypto.h"
#include "codec/json_read.h"

namespace oms::jwt {
namespace {

constexpr std::size_t secret_bytes_min = 32;  // RFC 7518, 3.2: as long as the digest
constexpr int rsa_bits_min = 2048;            // RFC 7518, 3.3
constexpr std::size_t keys_max = 64;

struct KeyFields {
  std::string kty;
  std::string kid;
  std::string use;
  std::string alg;
  std::string k;
  std::string n;
  std::string e;
};
BOOST_DESCRIBE_STRUCT(KeyFields, (), (kty, kid, use, alg, k, n, e))

struct KeySet {
  std::vector<KeyFields> keys;
};
BOOST_DESCRIBE_STRUCT(KeySet, (), (keys))

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using BigNumber = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;

std::vector<std::uint8_t> bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

class SecretKey final : public Key {
 public:
  explicit SecretKey(std::string_view secret) : hmac_(secret) {}
  Algorithm algorithm() const override { return Algorithm::hs256; }
  bool has_signed(std::string_view text, std::string_view signature) const override {
    const auto expected = hmac_.of({text});
    const std::string bytes(expected.begin(), expected.end());
    return equal_in_constant_time(bytes, signature);
  }

 private:
  HmacSha256 hmac_;
};

class RsaKey final : public Key {
 public:
  explicit RsaKey(PublicKey key) : key_(std::move(key)) {}
  Algorithm algorithm() const override { return Algorithm::rs256; }
  bool has_signed(std::string_view text, std::string_view signature) const override {
    const DigestContext context{EVP_MD_CTX_new()};
    if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1) {
      return false;
    }
    const auto name = bytes_of(signature);
    const auto signed_text = bytes_of(text);
    return EVP_DigestVerify(context.get(), name.data(), name.size(), signed_text.data(),
                            signed_text.size()) == 1;
  }

 private:
  PublicKey key_;
};

BigNumber number_of(std::string_view base64url) {
  const auto text = from_base64url(base64url);
  if (!text || text->empty()) return nullptr;
  const auto bytes = bytes_of(*text);
  return BigNumber{BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)};
}

PublicKey rsa_key(const KeyFields& fields) {
  const auto modulus = number_of(fields.n);
  const auto exponent = number_of(fields.e);
  if (!modulus || !exponent || BN_num_bits(modulus.get()) < rsa_bits_min) return nullptr;
  const Builder builder{OSSL_PARAM_BLD_new()};
  const bool is_built =
      builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1;
  if (!is_built) return nullptr;
  const Parameters parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)};
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return PublicKey{made};
}

// Null: it is of a kind that is not used here.
Result<std::shared_ptr<const Key>> make_key(const KeyFields& fields, const std::string& pointer) {
  if (!fields.use.empty() && fields.use != "sig") return nullptr;
  if (fields.kty == "oct" && (fields.alg.empty() || fields.alg == "HS256")) {
    const auto secret = from_base64url(fields.k);
    if (!secret || secret->size() < secret_bytes_min) {
      return fail(ErrorKind::invalid,
                  "a secret for HS256 is at least 32 bytes, as base64url without padding",
                  pointer + "/k");
    }
    return std::make_shared<const SecretKey>(*secret);
  }
  if (fields.kty == "RSA" && (fields.alg.empty() || fields.alg == "RS256")) {
    auto key = rsa_key(fields);
    if (!key) {
      return fail(ErrorKind::invalid,
                  "a key for RS256 has n and e as base64url, and at least 2048 bits", pointer);
    }
    return std::make_shared<const RsaKey>(std::move(key));
  }
  return nullptr;
}

constexpr int digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-') return 62;
  return c == '_' ? 63 : -1;
}

}  // namespace

std::optional<std::string> from_base64url(std::string_view text) {
  constexpr unsigned bits_of_digit = 6;
  constexpr unsigned bits_of_byte = 8;
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * bits_of_digit / bits_of_byte);
  std::uint32_t window = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const int digit = digit_of(c);
    if (digit < 0) return std::nullopt;
    window = window << bits_of_digit | static_cast<std::uint32_t>(digit);
    bits += bits_of_digit;
    if (bits < bits_of_byte) continue;
    bits -= bits_of_byte;
    bytes.push_back(static_cast<char>(window >> bits & 0xff));
  }
  // Two texts must not stand for the same bytes.
  if ((window & ((1U << bits) - 1)) != 0) return std::nullopt;
  return bytes;
}

Result<Keys> Keys::parse(std::string_view json) {
  OMS_TRY(const auto set, read_json<KeySet>(json, Reading::lenient));
  if (set.keys.size() > keys_max) {
    return fail(ErrorKind::invalid, "a set has at most 64 keys", "/keys");
  }
  Keys keys;
  for (std::size_t i = 0; i < set.keys.size(); ++i) {
    const auto pointer = "/keys/" + std::to_string(i);
    OMS_TRY(auto key, make_key(set.keys[i], pointer));
    if (!key) continue;
    if (!keys.keys_.emplace(set.keys[i].kid, std::move(key)).second) {
      return fail(ErrorKind::invalid, "another key has this id", pointer + "/kid");
    }
  }
  if (keys.is_empty()) {
    return fail(ErrorKind::invalid, "the set has no key for RS256 or HS256", "/keys");
  }
  return keys;
}

const Key* Keys::find(std::string_view id) const {
  if (id.empty() && keys_.size() == 1) return keys_.begin()->second.get();
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : found->second.get();
}

}  // namespace oms::jwt
