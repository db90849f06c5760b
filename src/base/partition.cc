#include "base/partition.h"

#include "base/id.h"

namespace oms {

// FNV-1a: the same in every process, whatever its compiler.
std::int64_t partition_of(std::string_view id) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const auto byte : id.substr(0, Id::text_size)) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ULL;
  }
  // The last digits, which alone differ between ids of one second, have not reached all bits yet.
  hash = (hash ^ (hash >> 33U)) * 0xFF51AFD7ED558CCDULL;
  return static_cast<std::int64_t>((hash >> 33U) % partition_count);
}

}  // namespace oms
