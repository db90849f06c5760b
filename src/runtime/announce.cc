#include "runtime/announce.h"

namespace oms::runtime {

std::vector<PublicEvent> announce(const Announcing& announcing, const Batch& batch,
                                  std::span<const Change> changes) {
  auto events = batch.unrecorded;
  for (const auto& change : changes) {
    const auto& type = *change.key.type;
    if (!change.record) continue;  // forgotten: what it was has been told
    if (announcing.is_followed && !announcing.is_followed(type)) continue;
    const auto* service = announcing.services.owner_of(type);
    if (service == nullptr) continue;
    const auto first = events.size();
    service->announce(change.before ? &change.before : nullptr, change.record, events);
    const auto version = static_cast<std::int64_t>(change.expected) + 1;
    auto number = version * event_numbers_per_commit;
    for (auto i = first; i < events.size(); ++i) {
      auto& event = events[i];
      event.source = service->name();
      event.number = ++number;
      event.trace = batch.trace_of(change.key);
      if (event.time == Time{}) event.time = announcing.at;
    }
  }
  return events;
}

}  // namespace oms::runtime
