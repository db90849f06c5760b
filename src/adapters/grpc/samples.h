#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <boost/mp11/algorithm.hpp>

#include "adapters/grpc/mapping.h"

// Values of described structs, in which every field is set and no two are the same.
namespace oms::grpc_api::samples {

class Filler {
 public:
  template <class V>
  void fill(V& value) {
    ++next_;
    if constexpr (json::is_optional<V>) {
      fill(value.emplace());
    } else if constexpr (json::is_vector<V>) {
      value.resize(2);
      for (auto& element : value) fill(element);
    } else if constexpr (std::is_same_v<V, std::string>) {
      value = "text-" + std::to_string(next_);
    } else if constexpr (std::is_same_v<V, JsonText>) {
      value.text = "{\"n\":" + std::to_string(next_) + "}";
    } else if constexpr (std::is_same_v<V, Id>) {
      Id::Bytes bytes{0x65};
      bytes.at(11) = static_cast<std::uint8_t>(next_);
      bytes.at(10) = static_cast<std::uint8_t>(next_ >> 8);
      value = Id{bytes};
    } else if constexpr (std::is_same_v<V, Time>) {
      value = Time{1'700'000'000'000 + next_};
    } else if constexpr (std::is_same_v<V, ServiceName>) {
      value = shop_services.at(static_cast<std::size_t>(next_) % shop_services.size());
    } else if constexpr (std::is_enum_v<V>) {
      constexpr auto count = json::enumerators<V>.size();
      value = json::enumerators<V>[static_cast<std::size_t>(next_) % count].value;
    } else if constexpr (json::DescribedStruct<V>) {
      boost::mp11::mp_for_each<detail::MembersOf<V>>(
          [&](auto member) { fill(value.*member.pointer); });
    } else if constexpr (std::is_same_v<V, bool>) {
      value = true;
    } else {
      value = static_cast<V>(next_);
    }
  }

 private:
  int next_ = 0;
};

template <class T>
T filled() {
  T value;
  Filler{}.fill(value);
  return value;
}

}  // namespace oms::grpc_api::samples
