#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "codec/json_kinds.h"

// The names that fields and types have in JSON, computed while compiling.
//
// A field is called like its member in camel case, where the word `id` becomes `ID`: `customer_id`
// is "customerID". A struct overrides that with
//   static constexpr std::string_view json_name_of(std::string_view member);
// which answers an empty text where the rule is good enough.
//
// A struct in a variant is called as its `static constexpr std::string_view type_name` says, or
// else as the function `std::string_view json_name(const T*)` found beside it, or else by its own
// unqualified name.
namespace oms::json {

constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// Writes `member` in camel case to `out` (never longer than `member`) and returns the length.
constexpr std::size_t camel_case(std::string_view member, char* out) {
  std::size_t size = 0;
  while (!member.empty()) {
    const auto length = std::min(member.find('_'), member.size());
    const auto word = member.substr(0, length);
    member.remove_prefix(std::min(length + 1, member.size()));
    if (word.empty()) continue;
    const bool inner = size > 0;
    const bool all_upper = inner && word == "id";
    for (std::size_t i = 0; i < word.size(); ++i) {
      out[size++] = all_upper || (inner && i == 0) ? upper(word[i]) : word[i];
    }
  }
  return size;
}

// Where `name` is in `names`; their number if it is not.
constexpr std::size_t index_of(std::string_view name, std::span<const std::string_view> names) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

constexpr bool all_differ(std::span<const std::string_view> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (index_of(names[i], names) != i) return false;
  }
  return true;
}

// A name may stand between quotes as it is.
constexpr bool is_plain(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '\\';
  });
}

template <class T>
concept NamesItsFields = requires(std::string_view member) {
  { T::json_name_of(member) } -> std::convertible_to<std::string_view>;
};

// One described member (`D`) of the struct `T`.
template <class T, class D>
class Field {
  static constexpr std::string_view member = D::name;
  static constexpr std::string_view override_name = [] {
    if constexpr (NamesItsFields<T>) return std::string_view{T::json_name_of(member)};
    return std::string_view{};
  }();
  struct Storage {
    std::array<char, std::max(member.size(), override_name.size()) + 4> text{};
    std::size_t size = 0;
  };
  static constexpr Storage storage = [] {
    Storage made;
    made.text[0] = ',';
    made.text[1] = '"';
    char* at = made.text.data() + 2;
    std::size_t size = override_name.size();
    if (override_name.empty()) {
      size = camel_case(member, at);
    } else {
      std::ranges::copy(override_name, at);
    }
    at[size] = '"';
    at[size + 1] = ':';
    made.size = size + 4;
    return made;
  }();

 public:
  static constexpr auto pointer = D::pointer;
  using Type = std::remove_cvref_t<decltype(std::declval<T&>().*pointer)>;

  // ,"name":
  static constexpr std::string_view literal{storage.text.data(), storage.size};
  static constexpr std::string_view key = literal.substr(1);  // "name":
  static constexpr std::string_view name = key.substr(1, key.size() - 3);
  static_assert(is_plain(name));
};

template <class T>
struct FieldsOf {
  using Members = boost::describe::describe_members<T, boost::describe::mod_public |
                                                           boost::describe::mod_inherited>;
  template <class D>
  using FieldOf = Field<T, D>;
  using List = boost::mp11::mp_transform<FieldOf, Members>;

  static constexpr std::size_t count = boost::mp11::mp_size<List>::value;
  static_assert(count <= 64, "the reader marks the fields that it has seen in 64 bits");

  template <std::size_t i>
  using At = boost::mp11::mp_at_c<List, i>;

  static constexpr auto names = []<class... F>(boost::mp11::mp_list<F...>) {
    return std::array<std::string_view, count>{F::name...};
  }(boost::mp11::mp_rename<List, boost::mp11::mp_list>{});
  static constexpr auto keys = []<class... F>(boost::mp11::mp_list<F...>) {
    return std::array<std::string_view, count>{F::key...};
  }(boost::mp11::mp_rename<List, boost::mp11::mp_list>{});

  // One bit for each field for which `wanted` holds.
  template <template <class> class wanted>
  static constexpr std::uint64_t mask() {
    std::uint64_t bits = 0;
    std::uint64_t bit = 1;
    boost::mp11::mp_for_each<List>([&](auto field) {
      if (wanted<typename decltype(field)::Type>::value) bits |= bit;
      bit <<= 1;
    });
    return bits;
  }

  static_assert(all_differ(names), "two fields of one struct have the same name in JSON");
};

template <class T>
constexpr std::string_view own_name() {
  std::string_view text = __PRETTY_FUNCTION__;  // "... [with T = oms::orders::Place; ...]"
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  return text.substr(text.rfind(':') + 1);  // npos + 1 is 0
}

template <class T>
inline constexpr std::string_view type_name = [] {
  if constexpr (requires { std::string_view{T::type_name}; }) {
    return std::string_view{T::type_name};
  } else if constexpr (requires { json_name(static_cast<const T*>(nullptr)); }) {
    return std::string_view{json_name(static_cast<const T*>(nullptr))};
  } else {
    return own_name<T>();
  }
}();

// The names of a variant's alternatives, in their order.
template <class V>
inline constexpr auto alternative_names = nullptr;
template <class... Ts>
inline constexpr auto alternative_names<std::variant<Ts...>> = [] {
  constexpr std::array<std::string_view, sizeof...(Ts)> names{type_name<Ts>...};
  static_assert(std::ranges::all_of(names, is_plain) && all_differ(names));
  return names;
}();

template <class E>
struct Enumerator {
  E value;
  std::string_view name;
};

template <DescribedEnum E>
inline constexpr auto enumerators = []<class... D>(boost::mp11::mp_list<D...>) {
  return std::array<Enumerator<E>, sizeof...(D)>{Enumerator<E>{D::value, D::name}...};
}(boost::mp11::mp_rename<boost::describe::describe_enumerators<E>, boost::mp11::mp_list>{});

template <DescribedEnum E>
inline constexpr auto enumerator_names = [] {
  std::array<std::string_view, enumerators<E>.size()> names;
  std::ranges::transform(enumerators<E>, names.begin(), &Enumerator<E>::name);
  return names;
}();

// An enum that counts from 0 finds its names by index.
template <DescribedEnum E>
inline constexpr bool counts_from_zero = [] {
  for (std::size_t i = 0; i < enumerators<E>.size(); ++i) {
    if (static_cast<std::uint64_t>(enumerators<E>[i].value) != i) return false;
  }
  return true;
}();

// The name of an enumerator; empty for a value that is not described.
template <DescribedEnum E>
constexpr std::string_view name_of(E value) {
  if constexpr (counts_from_zero<E>) {
    const auto i = static_cast<std::uint64_t>(value);
    return i < enumerators<E>.size() ? enumerators<E>[i].name : std::string_view{};
  } else {
    for (const auto& enumerator : enumerators<E>) {
      if (enumerator.value == value) return enumerator.name;
    }
    return {};
  }
}

}  // namespace oms::json
