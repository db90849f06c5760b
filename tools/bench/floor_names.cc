#include "tools/bench/floor_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>

namespace oms::bench {
namespace {

constexpr std::size_t customer_size = std::string_view{"bench-00000"}.size();
constexpr std::size_t stride = 7919;  // a prime: all customers come, in no order

Time wall_clock() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
}

}  // namespace

Names::Names(const Recording& recording, std::size_t customers)
    : customers_(std::clamp<std::size_t>(customers, 1, 100'000)) {
  for (const auto& token : recording.tokens) {
    current_.push_back(token.text);
    is_order_.push_back(token.is_order);
  }
}

void Names::renew() {
  const auto now = wall_clock();
  for (std::size_t i = 0; i < current_.size(); ++i) {
    if (is_order_[i]) {
      ids_.make(now).write(current_[i].data());
    } else {
      customer_ = (customer_ + stride) % customers_;
      fmt::format_to(current_[i].data(), "bench-{:05}", customer_);
    }
  }
}

TokenFinder::TokenFinder(const Recording& recording) {
  for (std::size_t i = 0; i < recording.tokens.size(); ++i) {
    tokens_.emplace(recording.tokens[i].text, i);
  }
}

TokenPlaces TokenFinder::places_in(std::string_view text) const {
  TokenPlaces places;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const auto size : {Id::text_size, customer_size}) {
      if (at + size > text.size()) continue;
      const auto token = tokens_.find(text.substr(at, size));
      if (token != tokens_.end()) places.emplace_back(at, token->second);
    }
  }
  return places;
}

void put_names(const Names& names, const TokenPlaces& places, std::string& text) {
  for (const auto& [place, token] : places) {
    const auto name = names[token];
    std::memcpy(text.data() + place, name.data(), name.size());
  }
}

}  // namespace oms::bench
