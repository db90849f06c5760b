#pragma once

#include <functional>
#include <span>
#include <vector>

#include "messages/events.h"
#include "ports/store.h"
#include "runtime/services.h"

namespace oms::runtime {

class Batch;

// Room for the events of one record in one commit.
inline constexpr std::int64_t event_numbers_per_commit = 1000;

// Adds what the record's service announces of a change. An event's number is the row's version, in
// thousands, and its place among those of the commit: so no row counts them, and in no process and
// after no restart does one come twice. `at`: by the wall clock.
void announce(const Services& services, const Change& change, const Trace& trace, Time at,
              std::vector<PublicEvent>& events);

struct Announcing {
  const Services& services;
  const std::function<bool(const RecordType&)>& is_followed;  // none: all are
  Time at;                                                    // by the wall clock
};

// The public events of a commit: of each changed record that is followed, and what no record tells.
std::vector<PublicEvent> announce(const Announcing& announcing, const Batch& batch,
                                  std::span<const Change> changes);

}  // namespace oms::runtime
