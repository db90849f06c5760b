#pragma once

#include <string_view>

#include "app/bench/floor.h"
#include "app/bench/session.h"

namespace oms::bench {

// What the server did beside what the store alone could write, just before and just after it: the
// machine's neighbors take their share of both. Does nothing unless it was asked for.
class FloorCompared {
 public:
  FloorCompared(Session& session, Until until) : session_(session), until_(until) {}

  // In commits as large as the server's were in what the session measured last. `when`: "before" or
  // "after".
  Result<void> measure(std::string_view when);

  // `rate`: of the server, in orders a second.
  void report(double rate);

 private:
  Session& session_;
  Until until_;
  double sum_ = 0;
  int measured_ = 0;
};

}  // namespace oms::bench
