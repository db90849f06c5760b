#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oms::gateway {

// A strong entity tag: the order's version, which rises with each change that its page shows.
std::string etag_of(std::int64_t version);

// Whether an If-None-Match ("\"7\", W/\"8\"", or "*") names this tag. As RFC 9110 has it for this
// header, a weak tag matches too.
bool matches_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace oms::gateway
