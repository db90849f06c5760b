#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace oms {

// How much of one kind of effect its adapter takes at a time, and for how long. As it stands: what
// suits a provider on the network.
struct EffectLimits {
  std::size_t in_flight_max = 32;
  std::size_t queue_max = 16'384;                // of what waits for one of these places
  Duration deadline = std::chrono::seconds{30};  // then nothing more is expected of the answer

  // Whom the adapter asks, as traces tell it; empty: nobody outside of this process.
  std::string server_address = {};
  std::int64_t server_port = 0;
};

// With the server of that URL, as far as it can be read.
EffectLimits limits_at(std::string_view url, EffectLimits limits);

}  // namespace oms
