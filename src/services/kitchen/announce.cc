// What others may follow of a ticket: the order tells all else.
#include "services/kitchen/service.h"

namespace oms::kitchen {

void KitchenService::announce(const Record* before, const Record& after,
                              std::vector<PublicEvent>& events) const {
  const auto* ticket = after.as<Ticket>();
  if (ticket == nullptr || !ticket->missed) return;
  const auto* known = before != nullptr ? before->as<Ticket>() : nullptr;
  if (known != nullptr && known->missed) return;
  events.push_back({.type = EventType::kitchen_promise_missed,
                    .subject = ticket->id.text(),
                    .data = PromiseMissed{.order_number = ticket->order_number}});
}

}  // namespace oms::kitchen
