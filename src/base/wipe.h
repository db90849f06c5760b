#pragma once

#include <span>
#include <string>

namespace oms {

// Overwrites a secret before its memory goes back, in a way that is not optimized away.
inline void wipe(std::span<char> secret) {
  for (volatile char& c : secret) c = 0;
}

// All that the text has ever had room for, and empties it: what a move or an assignment has left
// behind its end goes as well.
inline void wipe(std::string& secret) {
  secret.resize(secret.capacity());
  wipe(std::span<char>{secret});
  secret.clear();
}

}  // namespace oms
