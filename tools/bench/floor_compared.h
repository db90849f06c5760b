#pragma once

#include <string_view>

#include "tools/bench/floor.h"
#include "tools/bench/session.h"

namespace oms::bench {

// What the server did beside what SQLite alone could write, just before and just after it: the
// machine's neighbors take their share of both. Does nothing unless it was asked for. What goes
// wrong here is reported, and does not take the server's own figures away.
class FloorCompared {
 public:
  FloorCompared(Session& session, Until until) : session_(session), until_(until) {}

  // Whether it must be known beforehand how large the server's commits are under this load.
  bool needs_trial() const;

  // In commits as large as the server's were in what the session measured last. `when`: "before" or
  // "after".
  void measure(std::string_view when);

  // `rate`: of the server, in orders a second.
  void report(double rate);

 private:
  Result<Floor> measure_in_folder(double rows_per_commit);

  Session& session_;
  Until until_;
  double sum_ = 0;
  int measured_ = 0;
};

}  // namespace oms::bench
