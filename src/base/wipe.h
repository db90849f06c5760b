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

// A text that is wiped at the end of its block, on whatever way that is left.
class WipedAtEnd {
 public:
  explicit WipedAtEnd(std::string& secret) : secret_(secret) {}
  WipedAtEnd(const WipedAtEnd&) = delete;
  WipedAtEnd& operator=(const WipedAtEnd&) = delete;
  ~WipedAtEnd() { wipe(secret_); }

 private:
  std::string& secret_;
};

}  // namespace oms
