#include "runtime/records.h"

#include "codec/json_names.h"

namespace oms::runtime {

std::string channel_id(const Id& order_id, ServiceName from, ServiceName to) {
  auto id = order_id.text();
  id += '/';
  id += json::name_of(from);
  id += '/';
  id += json::name_of(to);
  return id;
}

// With leading zeros, so that ids sort as numbers do.
std::string place_in(const std::string& channel, std::int64_t number) {
  auto digits = std::to_string(number);
  constexpr std::size_t width = 6;
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return channel + '/' + digits;
}

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

}  // namespace oms::runtime
