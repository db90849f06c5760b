#pragma once

#include <cstdint>
#include <string_view>

namespace oms {

// What is shared out between replicas, by order. A broker may have fewer partitions, a power of
// two: then several of these lie in one of its own.
inline constexpr std::int64_t partition_count = 64;
std::int64_t partition_of(std::string_view id);

}  // namespace oms
