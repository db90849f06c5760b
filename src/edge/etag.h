#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oms::edge {

// A strong entity tag: the version of an order or item, which rises with each change of it.
std::string etag_of(std::int64_t version);

// Whether an If-None-Match ("\"7\", W/\"8\"", or "*") names this tag. As RFC 9110 has it for this
// header, a weak tag matches too.
bool matches_etag(std::string_view if_none_match, std::string_view etag);

// The versions that an If-Match names; empty for "*", which any version matches, and where there is
// no such header. A weak tag, or one that no version has, matches none: it stands as -1.
std::vector<std::int64_t> versions_of(std::string_view if_match);

}  // namespace oms::edge
