#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
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

// Not noexcept, so that the map keeps each hash beside its entry and compares few ids.
struct RecordIdHash {
  std::size_t operator()(const ShortText& id) const { return std::hash<ShortText>{}(id); }
};

template <class T>
using ById = std::unordered_map<ShortText, T, RecordIdHash>;

}  // namespace oms
