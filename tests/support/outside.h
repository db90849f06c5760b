#pragma once

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

// For tests of what is outside of this process.
namespace oms::testing {

// Empty where the variable is not set.
inline std::string environment(const char* name) {
  const auto* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

template <class Condition>
bool wait_until(Condition condition, std::chrono::seconds at_most = std::chrono::seconds{60}) {
  const auto end = std::chrono::steady_clock::now() + at_most;
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return condition();
}

}  // namespace oms::testing
