#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "tools/bench/histogram.h"
#include "tools/bench/loop.h"

namespace oms::bench {

// What was counted of one kind of thing: how often, how long it took, how it ended.
class Tally {
 public:
  static constexpr std::size_t statuses = 600;

  // `expected`: the statuses that are as they should be; every other makes the run a failure.
  explicit Tally(std::string name, std::initializer_list<std::size_t> expected = {});

  // Forgets all but the unexpected, and counts per second from `now`.
  void begin(Nanos now);
  // What comes later no longer counts, unless it is unexpected.
  void end(Nanos now);

  void add(int status, Nanos took, Nanos now);
  void add_lost() { ++lost_; }

  const std::string& name() const { return name_; }
  const Histogram& durations() const { return durations_; }
  // Of each whole second: in the last one, which is over before it is full, less would be seen.
  std::vector<std::uint32_t> each_second() const;
  const std::array<std::uint64_t, statuses>& by_status() const { return by_status_; }
  std::uint64_t lost() const { return lost_; }
  std::uint64_t unexpected() const { return unexpected_ + lost_; }
  std::uint64_t total() const { return total_; }  // from the very beginning
  double seconds() const;
  double rate() const;
  // Of the whole seconds, the middle one: what was sustained.
  double sustained() const;

 private:
  std::string name_;
  std::bitset<statuses> expected_;
  Histogram durations_;
  std::vector<std::uint32_t> each_second_;
  std::array<std::uint64_t, statuses> by_status_{};
  std::uint64_t lost_ = 0;
  std::uint64_t unexpected_ = 0;
  std::uint64_t total_ = 0;
  bool is_open_ = true;
  Nanos began_ = 0;
  Nanos ended_ = 0;
};

}  // namespace oms::bench
