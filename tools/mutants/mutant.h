#pragma once

#include <cstdlib>
#include <string_view>

// Only the copy of the tree that scripts/mutants builds has this file, as base/mutant.h.
namespace oms {

// Whether this planted fault is the one that the environment names, for the whole run.
inline bool mutant(std::string_view fault) {
  static const char* const named = std::getenv("OMS_MUTANT");
  return named != nullptr && fault == named;
}

}  // namespace oms
