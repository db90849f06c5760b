#pragma once

#include <optional>

#include "services/payments/operations.h"

namespace oms::payments {

// The closed link that the provider's answer is about, or null.
const ClosedLink* link_of(const ClosedLinks* closed, const PaymentOutcome& outcome);

// Another one. It is looked at once more, as every link that is closed.
void add_closed(std::optional<ClosedLinks>& closed, const Payment& payment,
                const PaymentSettings& settings, Now now, Decision& decision);

// What the message changes about closed links. None: it is not about them.
std::optional<Decision> decide_closed(const Message& message, const ClosedLinks& closed,
                                      const PaymentSettings& settings, Now now);

}  // namespace oms::payments
