#include "base/id.h"

namespace oms {
namespace {

// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): every input bit reaches every output.
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

}  // namespace

Id Id::child_of(const Id& parent, std::uint32_t n) {
  // The seconds stay, so that children sort near their parents; the rest is a digest.
  Bytes bytes = parent.bytes();
  std::uint64_t tail = 0;
  std::uint32_t head = 0;
  std::memcpy(&head, bytes.data(), sizeof head);
  std::memcpy(&tail, bytes.data() + 4, sizeof tail);
  tail = mix(mix(tail + head) + n + 1);
  std::memcpy(bytes.data() + 4, &tail, sizeof tail);
  return Id{bytes};
}

}  // namespace oms
