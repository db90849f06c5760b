#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/crypto/crypto.h"
#include "base/result.h"
#include "base/time.h"

namespace oms::stripe {

// Stripe's signature over a webhook's raw body, `t=<seconds>,v1=<hex>`: HMAC-SHA-256 with the
// endpoint's secret over the time, a dot and the body. Any thread.
class WebhookSignature {
 public:
  // While a secret is being replaced, both are given: the new one, which signs, comes first.
  explicit WebhookSignature(const std::vector<std::string>& secrets);

  // The value of the `Stripe-Signature` header.
  std::string sign(std::string_view body, Time now) const;

  // Good if any of the header's v1 signatures is by any of our secrets, and not older than five
  // minutes, so that a copied webhook is worth nothing soon. All failures are `invalid`.
  Result<void> check(std::string_view header, std::string_view body, Time now) const;

 private:
  std::vector<HmacSha256> keys_;
};

}  // namespace oms::stripe
