#include "edge/caller.h"

#include <algorithm>

#include "edge/words.h"

namespace oms::edge {
namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// `prefix` is in lower case.
bool starts_with_word(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::ranges::equal(text.substr(0, prefix.size()), prefix, {}, lower);
}

// Takes as long for a token that is nearly right as for one that is not, so that it cannot be
// found out byte by byte.
bool same_secret(std::string_view given, std::string_view secret) {
  if (secret.empty()) return false;
  unsigned difference = given.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    difference |= static_cast<unsigned>(static_cast<unsigned char>(given[i]) ^
                                        static_cast<unsigned char>(secret[i % secret.size()]));
  }
  return difference == 0;
}

}  // namespace

bool Caller::has_scope(std::string_view wanted) const {
  return is_operator || std::ranges::find(identity.scopes, wanted) != identity.scopes.end();
}

Result<void> Caller::check_scope(std::string_view wanted, std::string pointer) const {
  if (has_scope(wanted)) return {};
  if (identity.subject.empty()) {
    return fail(ErrorKind::unauthorized, "this needs the operator's token", std::move(pointer));
  }
  return fail(ErrorKind::forbidden, std::string{"your token lacks the scope "}.append(wanted),
              std::move(pointer));
}

bool Caller::speaks_for(std::string_view customer_id) const {
  return acts_for_others() || (!identity.subject.empty() && identity.subject == customer_id);
}

Result<void> Caller::check_name(std::string_view customer_id, std::string pointer) const {
  if (speaks_for(customer_id)) return {};
  return fail(ErrorKind::forbidden, "your token is another customer's", std::move(pointer));
}

Result<Caller> caller_of(const HttpRequest& request, const GatewaySettings& settings, Time now) {
  constexpr std::string_view scheme = "bearer ";
  Caller caller{.must_prove = settings.identities != nullptr};
  const auto authorization = request.header("authorization");
  if (!starts_with_word(authorization, scheme)) return caller;
  const auto token = authorization.substr(scheme.size());
  caller.is_operator = same_secret(token, settings.operator_token);
  if (caller.is_operator || !caller.must_prove) return caller;
  OMS_TRY(caller.identity, settings.identities->verify(token, now));
  // A customer's id, and what goes on record: in no store and no log it may be anything else.
  if (!is_name(caller.identity.subject)) {
    return fail(ErrorKind::unauthorized,
                std::string{"the token's sub is no customer's id, which "}.append(name_rule));
  }
  return caller;
}

}  // namespace oms::edge
