#pragma once

#include "services/payments/records.h"
#include "services/payments/service.h"

namespace oms::payments {

// What is asked of the provider. Each operation, and each refund by its number, has one idempotency
// key for the order's whole life, so that however often it is tried, it is done once.
PaymentOperation begin(const Payment& payment);  // make a link, charge or authorize
PaymentOperation expire_link(const Payment& payment);
PaymentOperation capture(const Payment& payment);
PaymentOperation release(const Payment& payment);
PaymentOperation refund(const Payment& payment, const Refund& refund);
PaymentOperation look_up(const Payment& payment);

// Of a link that was closed. The number of its refund is the link's, below zero.
PaymentOperation refund(const ClosedLinks& closed, const ClosedLink& link);
PaymentOperation look_up(const ClosedLinks& closed, const ClosedLink& link);
PaymentOperation expire_link(const ClosedLinks& closed, const ClosedLink& link);

// How long the provider is given, and when it may have forgotten an operation's key: past that it
// is asked before the operation is repeated.
Duration pause_before_retry(const PaymentSettings& settings, std::int32_t attempt);
inline constexpr Duration key_lifetime = std::chrono::hours{23};

}  // namespace oms::payments
