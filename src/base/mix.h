#pragma once

#include <cstdint>

namespace oms {

// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): every input bit reaches every output.
// No two inputs give the same, and only 0 gives 0.
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

}  // namespace oms
