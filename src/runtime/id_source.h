#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/id.h"
#include "base/time.h"

namespace oms::runtime {

// Makes ids at the edges: seconds, five bytes of this process, a counter. Any thread.
class IdSource {
 public:
  using Process = std::array<std::uint8_t, 5>;

  // `process` must differ between processes that share a store: random bytes, from the caller.
  explicit IdSource(const Process& process) : process_(process) {}

  const Process& process() const { return process_; }

  Id make(Time now) {
    const auto seconds = static_cast<std::uint32_t>(now.unix_ms / 1000);
    const auto count = counter_.fetch_add(1, std::memory_order_relaxed);
    Id::Bytes bytes{};
    for (std::size_t i = 0; i < 4; ++i) {
      bytes[i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
    }
    for (std::size_t i = 0; i < 5; ++i) bytes[4 + i] = process_[i];
    for (std::size_t i = 0; i < 3; ++i) {
      bytes[9 + i] = static_cast<std::uint8_t>(count >> (16 - 8 * i));
    }
    return Id{bytes};
  }

 private:
  Process process_;
  std::atomic<std::uint32_t> counter_{0};
};

}  // namespace oms::runtime
