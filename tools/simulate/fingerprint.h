#pragma once

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "codec/json_kinds.h"

namespace oms::simulate {

// A digest of values as they are in memory, field by field: what the trace of a run is made of. It
// tells two runs apart; it is no cryptography.
class Fingerprint {
 public:
  std::uint64_t value() const { return state_; }

  void add(std::uint64_t word) {
    state_ = (state_ ^ word) * 0x9E3779B97F4A7C15ULL;
    state_ ^= state_ >> 29;
  }
  void add(std::string_view text) {
    add(text.size());
    while (!text.empty()) {
      std::uint64_t word = 0;
      const auto size = std::min(text.size(), sizeof word);
      std::memcpy(&word, text.data(), size);
      add(word);
      text.remove_prefix(size);
    }
  }
  void add(const Id& id) {
    const auto& bytes = id.bytes();
    add(std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  void add(Time time) { add(static_cast<std::uint64_t>(time.unix_ms)); }
  void add(const JsonText& json) { add(std::string_view{json.text}); }

  template <class T>
  void add_value(const T& value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      add(static_cast<std::uint64_t>(value));
    } else if constexpr (requires { add(value); }) {
      add(value);
    } else {
      add_fields(value);
    }
  }
  template <class T>
  void add_value(const std::optional<T>& value) {
    add(std::uint64_t{value.has_value()});
    if (value) add_value(*value);
  }
  template <class... Ts>
  void add_value(const std::variant<Ts...>& value) {
    add(std::uint64_t{value.index()});
    std::visit([&](const auto& held) { add_value(held); }, value);
  }
  template <class T>
  void add_value(const std::vector<T>& values) {
    add(std::uint64_t{values.size()});
    for (const auto& value : values) add_value(value);
  }

 private:
  template <class T>
  void add_fields(const T& value) {
    using Fields = boost::describe::describe_members<T, boost::describe::mod_public>;
    boost::mp11::mp_for_each<Fields>([&](auto field) { add_value(value.*field.pointer); });
  }

  std::uint64_t state_ = 0xCBF29CE484222325ULL;
};

}  // namespace oms::simulate
