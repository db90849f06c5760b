#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "tools/simulate/world.h"

namespace oms::simulate {

// Many seeds, one after the other on each of `jobs` threads. Each run is on one thread alone.
struct Campaign {
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 10;
  int orders = 200;
  std::optional<Wiring> wiring = {};  // none: as the seed says
  int jobs = 1;
  bool twice = false;  // each seed again, told aloud, to see that it does the same
  bool stops_at_first = false;
  // How many seeds are done. Called from any of the threads, one at a time.
  std::function<void(std::uint64_t)> on_progress = {};
};

// A seed in which a rule was broken.
struct Failure {
  std::uint64_t seed = 0;
  Violation violation;
};

// What came of them all.
struct Totals {
  std::uint64_t runs = 0;
  Endings endings;
  Marks marks;
  std::uint64_t commits = 0;
  std::uint64_t crashes = 0;
  std::uint64_t calls = 0;
  Duration simulated{0};
  Duration longest_rest{0};       // from healing until nothing was under way
  std::vector<Failure> failures;  // by seed

  void add(const Outcome& outcome);
};

Totals run(const Campaign& campaign);

}  // namespace oms::simulate
