#pragma once

#include <boost/describe/bases.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/describe/modifiers.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace oms {

// A JSON value kept as its text: written as it stands, read without being looked into (but it has
// been checked to be one valid value). An empty text is written as null.
struct JsonText {
  std::string text;

  friend bool operator==(const JsonText&, const JsonText&) = default;
};

// A whole number that is read only if it is within its bounds, which a refusal then names.
template <std::int64_t Least, std::int64_t Most>
struct Bounded {
  static constexpr std::int64_t least = Least;
  static constexpr std::int64_t most = Most;
  static_assert(least <= most && most >= 0);

  std::int64_t value = least;
};

}  // namespace oms

// Which C++ type is which kind of JSON, and what its parts are called.
namespace oms::json {

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                  !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                  !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <class T>
inline constexpr bool is_variant = false;
template <DescribedStruct... Ts>
inline constexpr bool is_variant<std::variant<Ts...>> = true;

template <class T>
inline constexpr bool is_bounded = false;
template <std::int64_t Least, std::int64_t Most>
inline constexpr bool is_bounded<Bounded<Least, Most>> = true;

template <class T>
inline constexpr bool unsupported = false;

// What a freshly constructed T holds: what a field that was left out stands for.
template <class T>
const T& default_of() {
  static const T value{};
  return value;
}

}  // namespace oms::json
