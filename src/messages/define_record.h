#pragma once

#include <boost/describe/enum_to_string.hpp>
#include <string>
#include <type_traits>
#include <utility>

#include "codec/json_read.h"
#include "codec/json_write.h"
#include "messages/personal_data.h"
#include "messages/record.h"

namespace oms {

namespace detail {

template <class>
struct MemberOf;
template <class T, class F>
struct MemberOf<F T::*> {
  using Owner = T;
};

template <class T>
ShortText key_of_value(const void* record) {
  const auto& id = static_cast<const T*>(record)->id;
  if constexpr (std::is_same_v<std::remove_cvref_t<decltype(id)>, Id>) {
    return id.key();
  } else {
    return ShortText{std::string_view{id}};
  }
}

}  // namespace detail

// A column that repeats one field of the record, or of a struct in it: a number, a text, or an
// enumerator's name.
template <auto Member, auto... Nested>
Column column(std::string_view name) {
  using T = typename detail::MemberOf<decltype(Member)>::Owner;
  using Field = std::remove_cvref_t<decltype(((std::declval<const T&>().*Member).*....*Nested))>;
  return {.name = name,
          .is_integer = std::is_integral_v<Field>,
          .read = [](const void* record) -> ColumnValue {
            const auto& field = ((static_cast<const T*>(record)->*Member).*....*Nested);
            if constexpr (std::is_enum_v<Field>) {
              return std::string_view{boost::describe::enum_to_string(field, "")};
            } else if constexpr (std::is_integral_v<Field>) {
              return static_cast<std::int64_t>(field);
            } else {
              return std::string_view{field};
            }
          }};
}

// A column that is "yes" where the condition holds, and null elsewhere.
template <class T, bool (*Holds)(const T&)>
Column flag_column(std::string_view name) {
  return {.name = name, .read = [](const void* record) -> ColumnValue {
            if (!Holds(*static_cast<const T*>(record))) return std::monostate{};
            return std::string_view{"yes"};
          }};
}

template <class T>
Result<T> read_record(std::string_view json) {
  return read_json<T>(json, Reading::lenient);
}

// The RecordType of a described struct. Its key is the field `id`; a field or function `due` of
// type `optional<Time>`, if it has one, is when it wants a wake-up. `Read` reads what was written
// under this schema and under all before it.
template <class T, auto Read = &read_record<T>>
RecordType define_record(RecordType type) {
  type.key = detail::key_of_value<T>;
  if constexpr (requires(const T& value) { value.due; }) {
    type.due = [](const void* record) { return static_cast<const T*>(record)->due; };
  } else if constexpr (requires(const T& value) { value.due(); }) {
    type.due = [](const void* record) { return static_cast<const T*>(record)->due(); };
  }
  type.encode = [](const void* record, std::string& out) {
    write_json_compact(*static_cast<const T*>(record), out);
  };
  type.show = [](const void* record, std::string& out) {
    write_json(*static_cast<const T*>(record), out);
  };
  type.without_person = [](const void* record) -> std::shared_ptr<const void> {
    auto copy = *static_cast<const T*>(record);
    if (!erase_person(copy)) return nullptr;
    return std::make_shared<const T>(std::move(copy));
  };
  type.decode = [](std::string_view json) -> Result<std::shared_ptr<const void>> {
    OMS_TRY(T value, Read(json));
    return std::make_shared<const T>(std::move(value));
  };
  return type;
}

}  // namespace oms
