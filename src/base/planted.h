#pragma once

#include <string_view>

// Faults that are planted on purpose, to see that the simulation finds them: `if
// (planted::is("oversell"))` at the place where such a mistake might be made. Only a build with
// OMS_PLANTED has them, one at a time; in every other they are constant and leave no trace.
namespace oms::planted {

#ifdef OMS_PLANTED
inline std::string_view name;  // of the one that is switched on, before any thread is started
inline bool is(std::string_view fault) {
  return fault == name;
}
#else
constexpr bool is(std::string_view) {
  return false;
}
#endif

}  // namespace oms::planted
