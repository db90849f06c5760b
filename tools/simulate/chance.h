#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/time.h"

namespace oms::simulate {

// The one source of chance. It is SplitMix64 (Steele, Lea and Flood, 2014) and nothing of the
// standard library's, whose distributions may differ from one compiler to the next.
class Chance {
 public:
  explicit constexpr Chance(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() { return mixed(state_ += 0x9E3779B97F4A7C15ULL); }

  // A number below `bound`, which is small: the bias of the remainder does not matter here.
  constexpr std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  constexpr std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  constexpr Duration between(Duration low, Duration high) {
    return Duration{between(low.count(), high.count())};
  }
  constexpr bool one_in(std::uint64_t n) { return below(n) == 0; }

  template <class T, std::size_t n>
  constexpr const T& pick(const std::array<T, n>& choices) {
    return choices[below(n)];
  }

  // A stream of its own for a part of the world, so that leaving another part out does not change
  // what becomes of this one.
  constexpr Chance fork(std::uint64_t part) const {
    return Chance{mixed(state_ ^ mixed(part + 0xD1B54A32D192ED03ULL))};
  }

  static constexpr std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
  }

 private:
  std::uint64_t state_;
};

}  // namespace oms::simulate
