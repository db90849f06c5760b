#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "adapters/jwt/keys.h"
#include "ports/identities.h"

namespace oms::jwt {

struct Settings {
  std::string audience;  // that a token must be for; empty: any
  std::string issuer;    // that must have made it; empty: any
  Duration clock_skew = std::chrono::seconds{60};
  // Told of a token whose key is not in the set: another key may sign by now. Any thread.
  std::function<void(Time now)> on_unknown_key = {};
};

// JSON Web Tokens (RFC 7519), signed with HS256 or RS256 by a key of the set, and as long as they
// last: `sub` and `exp` must be there; `nbf` and `aud` are checked. Scopes are those of `scope`
// (RFC 8693), and those that the roles of `roles` stand for. The key says which algorithm it is
// for, not the token (RFC 8725, 3.1).
class Verifier final : public Identities {
 public:
  Verifier(Settings settings, Keys keys);

  Result<Identity> verify(std::string_view token, Time now) const override;

  // From now on these. Any thread.
  void use(Keys keys);

 private:
  Settings settings_;
  std::atomic<std::shared_ptr<const Keys>> keys_;
};

// The longest token that is looked at.
inline constexpr std::size_t token_bytes_max = 8192;

}  // namespace oms::jwt
