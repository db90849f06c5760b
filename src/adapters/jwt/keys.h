#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oms::jwt {

enum class Algorithm { hs256, rs256 };

// One key that signs tokens: RFC 7517.
class Key {
 public:
  virtual ~Key() = default;
  virtual Algorithm algorithm() const = 0;
  // Whether this is the signature over the text. Any thread.
  virtual bool has_signed(std::string_view text, std::string_view signature) const = 0;
};

// A set of keys (JWKS) by their ids. Keys of kinds that are not used here, and those that are for
// encryption, are passed over.
class Keys {
 public:
  // Errors: invalid, where the text is no set of keys, or one of them cannot be used.
  static Result<Keys> parse(std::string_view json);

  // A token that names no key is signed with the only one. Null: there is none.
  const Key* find(std::string_view id) const;
  bool is_empty() const { return keys_.empty(); }

 private:
  std::map<std::string, std::shared_ptr<const Key>, std::less<>> keys_;
};

// Base64 for URLs, without padding (RFC 4648, 5). None: it is something else.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace oms::jwt
