#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/id_source.h"
#include "tools/bench/floor_recording.h"

namespace oms::bench {

// The texts that take the places of a recording's tokens: fresh ids, in the order of time, and
// customers all over the table, other ones for each replay.
class Names {
 public:
  Names(const Recording& recording, std::size_t customers);

  void renew();
  std::string_view operator[](std::size_t token) const { return current_[token]; }
  std::size_t size() const { return current_.size(); }

 private:
  std::vector<std::string> current_;
  std::vector<bool> is_order_;
  std::size_t customers_;
  std::size_t customer_ = 0;
  runtime::IdSource ids_{{9, 8, 7, 6, 5}};
};

// Where a text holds tokens: place and token.
using TokenPlaces = std::vector<std::pair<std::size_t, std::size_t>>;
class TokenFinder {
 public:
  explicit TokenFinder(const Recording& recording);
  TokenPlaces places_in(std::string_view text) const;

 private:
  std::unordered_map<std::string_view, std::size_t> tokens_;  // views of the recording's
};
void put_names(const Names& names, const TokenPlaces& places, std::string& text);

}  // namespace oms::bench
