#pragma once

#include <string>

#include "messages/notifications.h"

namespace oms::notifications {

struct Wording {
  std::string subject;
  std::string text;
};

// What the customer reads.
Wording wording_of(const OrderAnnounced& announced, const Id& order_id);

// "Ring 1, 89073 Ulm, Germany"; empty: there is none
std::string address_text(const Address& address);

// "9.00 USD", "900 JPY"
std::string money_text(MinorUnits amount, std::string_view currency);

}  // namespace oms::notifications
