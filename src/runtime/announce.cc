#include "runtime/announce.h"

#include "runtime/batch.h"

namespace oms::runtime {

void announce(const Services& services, const Change& change, const Trace& trace, Time at,
              std::vector<PublicEvent>& events) {
  if (!change.record) return;  // forgotten: what it was has been told
  const auto* service = services.owner_of(*change.key.type);
  if (service == nullptr) return;
  const auto first = events.size();
  service->announce(change.before ? &change.before : nullptr, change.record, events);
  const auto version = static_cast<std::int64_t>(change.expected) + 1;
  auto number = version * event_numbers_per_commit;
  for (auto i = first; i < events.size(); ++i) {
    auto& event = events[i];
    event.source = service->name();
    event.number = ++number;
    event.trace = trace;
    if (event.time == Time{}) event.time = at;
  }
}

std::vector<PublicEvent> announce(const Announcing& announcing, const Batch& batch,
                                  std::span<const Change> changes) {
  auto events = batch.unrecorded;
  for (const auto& change : changes) {
    if (announcing.is_followed && !announcing.is_followed(*change.key.type)) continue;
    announce(announcing.services, change, batch.trace_of(change.key), announcing.at, events);
  }
  return events;
}

}  // namespace oms::runtime
