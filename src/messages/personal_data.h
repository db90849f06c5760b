#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>

// What tells who a customer is: names, addresses, phone numbers, and whatever they wrote. It is
// found in messages and records alike:
//
// - all of a struct that says `static constexpr bool is_personal = true`;
// - fields of these names, in whichever struct;
// - fields that their struct names in a `static constexpr std::array personal`.
//
// Ids stay, for the books need them.
namespace oms {

inline constexpr std::array<std::string_view, 2> personal_fields{"note", "full_name"};

namespace detail {

template <class T>
constexpr bool is_personal_field(std::string_view name) {
  if constexpr (requires { T::is_personal; }) return true;
  if constexpr (requires { T::personal; }) {
    if (std::ranges::find(T::personal, name) != T::personal.end()) return true;
  }
  return std::ranges::find(personal_fields, name) != personal_fields.end();
}

template <class T>
bool erase_person(T&, bool) {
  return false;  // a number, a time, an id
}

inline bool erase_person(std::string& text, bool is_personal) {
  if (!is_personal || text.empty()) return false;
  text.clear();
  return true;
}

template <class T>
bool erase_person(std::vector<T>& values, bool is_personal);
template <class T>
bool erase_person(std::optional<T>& value, bool is_personal);
template <class... Ts>
bool erase_person(std::variant<Ts...>& value, bool is_personal);

template <class T>
  requires boost::describe::has_describe_members<T>::value
bool erase_person(T& value, bool is_personal) {
  bool was_there = false;
  using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
  boost::mp11::mp_for_each<Members>([&](auto member) {
    const bool is_field = is_personal || is_personal_field<T>(member.name);
    was_there = erase_person(value.*member.pointer, is_field) || was_there;
  });
  return was_there;
}

// What customers wrote in lines goes as a whole.
template <class T>
bool erase_person(std::vector<T>& values, bool is_personal) {
  if constexpr (std::is_same_v<T, std::string>) {
    if (!is_personal || values.empty()) return false;
    values.clear();
    return true;
  } else {
    bool was_there = false;
    for (auto& value : values) was_there = erase_person(value, is_personal) || was_there;
    return was_there;
  }
}

template <class T>
bool erase_person(std::optional<T>& value, bool is_personal) {
  return value && erase_person(*value, is_personal);
}

template <class... Ts>
bool erase_person(std::variant<Ts...>& value, bool is_personal) {
  return std::visit([&](auto& chosen) { return erase_person(chosen, is_personal); }, value);
}

}  // namespace detail

// Whether there was anything to erase.
template <class T>
bool erase_person(T& value) {
  return detail::erase_person(value, false);
}

}  // namespace oms
