#pragma once

#include <string>
#include <string_view>

#include "edge/gateway.h"

namespace oms::edge {

// Who has sent a request, as far as they have proved it.
struct Caller {
  Identity identity;         // nobody's: without a subject
  bool is_operator = false;  // has the operator's token, and with it every scope
  bool must_prove = false;   // `--auth`: a customer is whom their token names
  std::string_view scope;  // of what is asked: with it the caller acts for others; empty: none does

  bool has_scope(std::string_view wanted) const;
  // Errors: forbidden, for who has signed in without it, else unauthorized.
  Result<void> check_scope(std::string_view wanted, std::string pointer = {}) const;

  // Whether what is asked may concern anybody.
  bool acts_for_others() const { return !must_prove || has_scope(scope); }
  // Whether what belongs to that customer may be shown to this caller, or done in their name.
  bool speaks_for(std::string_view customer_id) const;
  // The same for what the body says at that pointer. Errors: forbidden.
  Result<void> check_name(std::string_view customer_id, std::string pointer) const;

  // Whose orders alone may be changed; empty: anyone's.
  std::string only() const { return acts_for_others() ? "" : identity.subject; }
};

// By the request's bearer token. Errors: unauthorized, for a token that is not good.
Result<Caller> caller_of(const HttpRequest& request, const GatewaySettings& settings, Time now);

}  // namespace oms::edge
