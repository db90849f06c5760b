#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace oms {

// Who a caller has proved to be.
struct Identity {
  std::string subject;              // of a customer: the customer's id
  std::vector<std::string> scopes;  // "orders:read"; of a customer mostly none
  std::optional<Time> expires_at = {};
};

// Vouches for callers.
class Identities {
 public:
  virtual ~Identities() = default;

  // The bearer of this token, by the wall clock. Any thread; never waits for anybody. Errors:
  // unauthorized, with what is wrong of the token and never the token itself.
  virtual Result<Identity> verify(std::string_view token, Time now) const = 0;
};

}  // namespace oms
