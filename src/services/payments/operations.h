#pragma once

#include "services/payments/records.h"

namespace oms::payments {

// What is asked of the provider. Each operation, and each refund by its number, has one idempotency
// key for the order's whole life, so that however often it is tried, it is done once.
PaymentOperation begin(const Payment& payment);  // make a link, charge or authorize
PaymentOperation expire_link(const Payment& payment);
PaymentOperation capture(const Payment& payment);
PaymentOperation release(const Payment& payment);
PaymentOperation refund(const Payment& payment, const Refund& refund);
PaymentOperation look_up(const Payment& payment);

}  // namespace oms::payments
