#include "base/id.h"

#include "base/mix.h"

namespace oms {

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

Id Id::named(std::string_view name) {
  std::uint64_t tail = 0xCBF29CE484222325ULL;
  std::uint64_t head = name.size();
  for (const char c : name) {
    tail = mix(tail ^ static_cast<unsigned char>(c));
    head = mix(head + tail);
  }
  Bytes bytes{};
  std::memcpy(bytes.data(), &head, 4);
  bytes[0] = 0xFF;
  std::memcpy(bytes.data() + 4, &tail, sizeof tail);
  return Id{bytes};
}

}  // namespace oms
