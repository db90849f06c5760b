#pragma once

#include <optional>
#include <vector>

#include "messages/message.h"
#include "messages/reconciliation.h"
#include "services/service.h"

// Compares what the services have on record with each other and with the payment provider's books.
// It is no service: it owns no record and decides no message. It sees what services show to others,
// and what it repairs it repairs by the messages that they take anyway.
namespace oms::reconciliation {

// All that is known of one order.
struct Books {
  const OrderView& order;
  const PaymentFacts* payment = nullptr;          // null: none is kept
  const ReservationFacts* reservation = nullptr;  // the same
  std::vector<ProviderCharge> charges;            // that name it
};

// How the books of an order differ. None while it is in motion, for then they may: it has changed
// within `grace`, a change of it is under way, or the provider is being asked.
std::optional<std::vector<Finding>> compare(const Books& books, Now now, Duration grace);

// Of a charge that names an order which is neither here nor archived. None while it is in motion.
std::optional<Finding> unknown_order(const ProviderCharge& charge, Now now, Duration grace);

// The message that repairs it, if any does.
std::optional<Payload> repair_of(const Finding& finding);

// Those of the first look that the second has found, too, as that has found them.
std::vector<Finding> standing_in_both(const std::vector<Finding>& first,
                                      std::vector<Finding> second);

}  // namespace oms::reconciliation
