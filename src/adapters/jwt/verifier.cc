#include "adapters/jwt/verifier.h"

#include <algorithm>
#include <array>
#include <boost/describe.hpp>
#include <charconv>
#include <vector>

#include "codec/json_read.h"

namespace oms::jwt {
namespace {

struct Header {
  std::string alg;
  std::string kid;
  std::vector<std::string> crit;
};
BOOST_DESCRIBE_STRUCT(Header, (), (alg, kid, crit))

// Times are numbers of seconds (RFC 7519: NumericDate). `aud` is a text or a list of them.
struct Claims {
  std::string iss;
  std::string sub;
  std::optional<JsonText> aud;
  std::optional<JsonText> exp;
  std::optional<JsonText> nbf;
  std::string scope;
  std::vector<std::string> roles;
};
BOOST_DESCRIBE_STRUCT(Claims, (), (iss, sub, aud, exp, nbf, scope, roles))

struct Role {
  std::string_view name;
  std::string_view scopes;
};

// Named sets of scopes, for who hands tokens out to people.
constexpr std::array roles{
    Role{"viewer", "orders:read stock:read audit:read"},
    Role{"staff", "orders:read orders:operate stock:read"},
    Role{"manager",
         "orders:read orders:operate refunds:write stock:read stock:write customers:write "
         "audit:read"},
    Role{"admin",
         "orders:read orders:operate refunds:write stock:read stock:write customers:write "
         "sagas:operate system:operate audit:read"},
};

std::unexpected<Error> refuse(std::string detail) {
  return fail(ErrorKind::unauthorized, std::move(detail));
}

template <class Part>
Result<Part> read_part(std::string_view base64url, const char* name) {
  const auto json = from_base64url(base64url);
  if (!json) return refuse(std::string{"the token's "} + name + " is not base64url");
  auto part = read_json<Part>(*json, Reading::lenient);
  if (part) return part;
  const auto& error = part.error();
  if (error.pointer.empty()) return refuse(std::string{"the token's "} + name + " cannot be read");
  return refuse(std::string{"the token's "} + name + " cannot be read at " + error.pointer + ": " +
                error.detail);
}

void add_words(std::string_view text, std::vector<std::string>& words) {
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

bool is_for(const std::optional<JsonText>& aud, const std::string& audience) {
  if (!aud) return false;
  if (const auto one = read_json<std::string>(aud->text, Reading::strict)) return *one == audience;
  const auto many = read_json<std::vector<std::string>>(aud->text, Reading::strict);
  return many && std::ranges::find(*many, audience) != many->end();
}

// What is beyond all times that a clock may show is as good as its bound.
Result<Time> time_of(const JsonText& claim, const char* name) {
  constexpr double latest_ms = 1e15;
  const auto& text = claim.text;
  double seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = !text.empty() && read.ptr == text.data() + text.size();
  if (!is_number || read.ec == std::errc::invalid_argument) {
    return refuse(std::string{"the token's "} + name + " is no number of seconds");
  }
  if (read.ec != std::errc{}) {  // beyond what a double holds
    seconds = text.starts_with('-') || text.contains("e-") ? 0 : latest_ms;
  }
  return Time{static_cast<std::int64_t>(std::clamp(seconds * 1000, 0.0, latest_ms))};
}

// The end of the time that it is good for.
Result<Time> check_times(const Claims& claims, Duration skew, Time now) {
  if (!claims.exp) return refuse("the token does not say when it expires: it has no exp");
  OMS_TRY(const auto expires, time_of(*claims.exp, "exp"));
  if (expires + skew <= now) return refuse("the token has expired: sign in again");
  if (claims.nbf) {
    OMS_TRY(const auto begins, time_of(*claims.nbf, "nbf"));
    if (begins - skew > now) return refuse("the token is not valid yet");
  }
  return expires + skew;
}

Result<void> check(const Claims& claims, const Settings& settings) {
  if (!settings.issuer.empty() && claims.iss != settings.issuer) {
    return refuse("the token is from another issuer");
  }
  if (!settings.audience.empty() && !is_for(claims.aud, settings.audience)) {
    return refuse("the token is for another audience");
  }
  if (claims.sub.empty()) return refuse("the token names no subject");
  return {};
}

}  // namespace

Verifier::Verifier(Settings settings, Keys keys) : settings_(std::move(settings)) {
  use(std::move(keys));
}

void Verifier::use(Keys keys) {
  keys_.store(std::make_shared<const Keys>(std::move(keys)));
}

Result<Identity> Verifier::verify(std::string_view token, Time now) const {
  if (token.size() > token_bytes_max) return refuse("the token is longer than 8192 bytes");
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) {
    return refuse("the token is no signed JWT: it has three parts");
  }
  OMS_TRY(const auto header, read_part<Header>(token.substr(0, first), "header"));
  if (!header.crit.empty()) return refuse("the token asks for what is not known here");
  const auto keys = keys_.load();
  const auto* key = keys->find(header.kid);
  if (key == nullptr) {
    if (settings_.on_unknown_key && !header.kid.empty()) settings_.on_unknown_key(now);
    return refuse("the token is signed with a key that is not known");
  }
  const auto* const expected = key->algorithm() == Algorithm::hs256 ? "HS256" : "RS256";
  if (header.alg != expected) return refuse("the token's algorithm is not that of its key");
  const auto signature = from_base64url(token.substr(second + 1));
  if (!signature || !key->has_signed(token.substr(0, second), *signature)) {
    return refuse("the token's signature is wrong");
  }
  OMS_TRY(const auto claims,
          read_part<Claims>(token.substr(first + 1, second - first - 1), "body"));
  OMS_TRY(const auto expires, check_times(claims, settings_.clock_skew, now));
  OMS_CHECK(check(claims, settings_));
  Identity identity{.subject = claims.sub, .expires_at = expires};
  add_words(claims.scope, identity.scopes);
  for (const auto& role : roles) {
    if (std::ranges::find(claims.roles, role.name) == claims.roles.end()) continue;
    add_words(role.scopes, identity.scopes);
  }
  return identity;
}

}  // namespace oms::jwt
