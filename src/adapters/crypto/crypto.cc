#include "adapters/crypto/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace oms {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

void require(bool good) {
  if (!good) throw std::runtime_error("OpenSSL does not work: check its installation");
}

// Fetched once: OpenSSL 3 looks an algorithm up by name each time that it is not given one, which
// takes longer than the digest of a webhook.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  require(fetched != nullptr);
  return fetched;
}

class Digester {
 public:
  void begin() { require(EVP_DigestInit_ex(context_.get(), algorithm(), nullptr) == 1); }
  void add(const void* data, std::size_t size) {
    require(EVP_DigestUpdate(context_.get(), data, size) == 1);
  }
  Sha256 end() {
    Sha256 digest{};
    require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
    return digest;
  }

  // Contexts are dear to make and cheap to use again.
  static Digester& of_this_thread() {
    thread_local Digester digester;
    return digester;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, FreeContext> context_{EVP_MD_CTX_new()};
};

}  // namespace

Sha256 sha256(std::initializer_list<std::string_view> parts) {
  auto& digester = Digester::of_this_thread();
  digester.begin();
  for (const auto part : parts) digester.add(part.data(), part.size());
  return digester.end();
}

HmacSha256::HmacSha256(std::string_view key) {
  std::array<char, block_size> block{};
  if (key.size() <= block_size) {
    std::ranges::copy(key, block.begin());
  } else {
    std::ranges::copy(sha256(key), block.begin());
  }
  for (std::size_t i = 0; i < block_size; ++i) {
    inner_[i] = static_cast<char>(block[i] ^ 0x36);
    outer_[i] = static_cast<char>(block[i] ^ 0x5C);
  }
  wipe(block);
}

HmacSha256::~HmacSha256() {
  wipe(inner_);
  wipe(outer_);
}

Sha256 HmacSha256::of(std::initializer_list<std::string_view> parts) const {
  auto& digester = Digester::of_this_thread();
  digester.begin();
  digester.add(inner_.data(), inner_.size());
  for (const auto part : parts) digester.add(part.data(), part.size());
  const auto inside = digester.end();
  digester.begin();
  digester.add(outer_.data(), outer_.size());
  digester.add(inside.data(), inside.size());
  return digester.end();
}

Sha1 hmac_sha1(std::string_view key, std::string_view text) {
  Sha1 digest{};
  unsigned size = digest.size();
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  require(HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), bytes, text.size(),
               digest.data(), &size) != nullptr);
  return digest;
}

std::string to_base64(std::span<const std::uint8_t> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  // It writes a zero behind the text, where the string has one already.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                  static_cast<int>(bytes.size()));
  return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

void fill_random(std::span<std::uint8_t> bytes) {
  require(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

}  // namespace oms
