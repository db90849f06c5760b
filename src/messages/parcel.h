#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/cloud_event.h"
#include "messages/envelope.h"

namespace oms {

// What a broker carries as one message: envelopes of one publication for one mailbox and partition.
// A broker's costs go by message, not by envelope.
struct Parcel {
  ServiceName to = ServiceName::world;  // whose mailbox it is
  std::size_t partition = 0;
  std::string body;                 // a JSON array of envelopes
  std::vector<std::size_t> places;  // theirs in the publication
  // Of a public event, which goes to `world` by itself; the body is what it says.
  std::optional<CloudEventHead> event = {};
};

// No parcel is longer, but for one that holds a single envelope.
inline constexpr std::size_t parcel_bytes_max = std::size_t{256} * 1024;

// In their order. `partitions` is a power of two, at most 64.
std::vector<Parcel> pack(std::span<const Envelope> envelopes, std::size_t partitions);

struct Unpacked {
  std::vector<Envelope> envelopes;
  std::string error;  // of what could not be read, if anything: the rest is there
};
Unpacked unpack(std::string_view body);

}  // namespace oms
