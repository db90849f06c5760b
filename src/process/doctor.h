#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "process/settings.h"

namespace oms::process {

// One thing that the settings name, and whether it can be used.
struct Examined {
  enum class State { works, fails, unused };
  BOOST_DESCRIBE_NESTED_ENUM(State, works, fails, unused)

  std::string what;   // "store"
  std::string where;  // "postgres://oms:***@db/oms"
  State state = State::works;
  std::string detail;  // what was seen
  std::string cure;    // of what fails: what to do
};
BOOST_DESCRIBE_STRUCT(Examined, (), (what, where, state, detail, cure))

// Tries all that a server with these settings would use, one after the other, ten seconds each at
// most, and changes nothing: no layout is brought up to date, no queue declared, nothing sent.
// `on_begin` hears what is tried next.
std::vector<Examined> examine(const Settings& settings,
                              const std::function<void(std::string_view what)>& on_begin);

}  // namespace oms::process
