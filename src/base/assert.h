#pragma once

#include <stdexcept>

namespace oms {

class BrokenAssertion : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace oms

// What holds whatever comes from outside, or this program is wrong. It is asked in release builds,
// too, so it has no place in hot loops. What a rule breaks becomes a dead letter; elsewhere the
// process ends, before anything that is wrong is written or sent.
#define OMS_ASSERT(condition, words) \
  (static_cast<bool>(condition) ? static_cast<void>(0) : throw oms::BrokenAssertion{words})
