#pragma once

#include <cstdint>

#include "adapters/simulated/settings.h"
#include "base/id.h"

namespace oms::simulated {

// Decides by the seed which call goes wrong.
class Faults {
 public:
  explicit Faults(const Settings& settings)
      : seed_(settings.seed),
        duplicate_percent_(settings.duplicate_percent),
        time_out_percent_(settings.time_out_percent) {}

  enum class Fate { answered, lost_answer, lost_request };

  // Of the next operation.
  Fate next_operation() {
    if (time_out_percent_ == 0) return Fate::answered;
    const auto roll = mix(seed_ + ++operations_);
    if (!within(roll, time_out_percent_)) return Fate::answered;
    return (roll >> 60) % 2 == 0 ? Fate::lost_answer : Fate::lost_request;
  }

  // Whether this event is told twice.
  bool is_doubled(const Id& session_id, std::int64_t number) const {
    if (duplicate_percent_ == 0) return false;
    const auto id = static_cast<std::uint64_t>(std::hash<Id>{}(session_id));
    return within(mix(seed_ ^ mix(id + static_cast<std::uint64_t>(number))), duplicate_percent_);
  }

 private:
  // The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
  static constexpr std::uint64_t mix(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
  }
  static bool within(std::uint64_t roll, int percent) {
    return static_cast<int>(roll % 100) < percent;
  }

  std::uint64_t seed_;
  std::uint64_t operations_ = 0;
  int duplicate_percent_;
  int time_out_percent_;
};

}  // namespace oms::simulated
