#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/short_text.h"
#include "messages/record.h"

namespace oms {

// What is kept for each of the records that share one id. An order's records do: so the look-ups
// for one order meet at one place in memory.
template <class T>
class RecordGroup {
 public:
  struct Member {
    const RecordType* type = nullptr;
    T value = {};
  };

  // Null when there is none of this type. Valid until the next `find_or_make` or `erase`.
  const T* find(const RecordType& type) const {
    const auto member = std::ranges::find(members_, &type, &Member::type);
    return member == members_.end() ? nullptr : &member->value;
  }

  // Makes it when there is none.
  T& find_or_make(const RecordType& type) {
    const auto member = std::ranges::find(members_, &type, &Member::type);
    if (member != members_.end()) return member->value;
    if (members_.size() == 1) members_.reserve(usual);  // many have but one
    return members_.emplace_back(Member{.type = &type}).value;
  }

  void erase(const RecordType& type) {
    std::erase_if(members_, [&](const Member& member) { return member.type == &type; });
  }

  bool empty() const { return members_.empty(); }
  auto begin() const { return members_.begin(); }
  auto end() const { return members_.end(); }

 private:
  static constexpr std::size_t usual = 4;  // of an order that was placed
  std::vector<Member> members_;
};

// Quick for ids, whose last digits alone differ within a second; good for a map whose number of
// buckets is a prime. Not noexcept, so that the map keeps each hash and compares few ids.
struct RecordIdHash {
  std::size_t operator()(const ShortText& id) const {
    const auto text = id.view();
    if (text.size() != words * sizeof(std::uint64_t)) return std::hash<std::string_view>{}(text);
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < words; ++i) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + i * sizeof word, sizeof word);
      hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
      hash ^= hash >> 32U;
    }
    return hash;
  }

 private:
  static constexpr std::size_t words = 3;  // in the 24 digits of an id
};

template <class T>
using ById = std::unordered_map<ShortText, T, RecordIdHash>;

}  // namespace oms
