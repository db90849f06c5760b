#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "messages/message.h"

namespace oms {

// Reads a W3C `traceparent` ("00-<32 hex>-<16 hex>-<2 hex>", lower case). None if it is malformed
// or an id is all zero: then the request simply has no trace. Of a later version only these four
// parts are read, as the recommendation wants.
std::optional<Trace> parse_traceparent(std::string_view text);

std::string to_traceparent(const Trace& trace);

}  // namespace oms
