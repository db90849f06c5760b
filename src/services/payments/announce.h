#pragma once

#include "messages/events.h"
#include "services/payments/records.h"

namespace oms::payments {

// An event about so much of a payment. `provider_id`: of the refund or dispute.
PublicEvent event_about(const Payment& payment, EventType type, MinorUnits amount,
                        std::string provider_id = {});

}  // namespace oms::payments
