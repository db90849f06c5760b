#pragma once

#include <charconv>
#include <stdexcept>

#include "base/id.h"
#include "base/short_text.h"
#include "base/time.h"
#include "codec/json_names.h"
#include "codec/json_sink.h"
#include "codec/json_text.h"

namespace oms {

// Appends `value` as JSON. T is a bool, an integer, text (std::string, ShortText, JsonText), an Id,
// a Time or Duration (whole milliseconds), a described enum (its name) or struct, or an optional,
// vector or variant of these. A field that is an empty optional is left out. A variant of structs
// is {"type":"Name","data":{...}}. `json_names.h` says what fields and types are called.
// What is written can be read again into an equal value, but for bytes that are not UTF-8, and NUL,
// which become U+FFFD. Throws std::logic_error for an enum's value that has no name.
template <class T>
void write_json(const T& value, std::string& out);

// The same without the fields that equal the default of their struct: for records and messages,
// which are read leniently.
template <class T>
void write_json_compact(const T& value, std::string& out);

namespace json {

// In the writers below `defaults` is what a reader holds before it reads the value, or null where
// everything is to be written.
template <class T>
void write_value(const T& value, const T* defaults, Sink& out);

template <class T>
bool same(const T& a, const T& b);

template <DescribedStruct T>
bool same_fields(const T& a, const T& b) {
  return [&]<class... F>(boost::mp11::mp_list<F...>) {
    return (same(a.*F::pointer, b.*F::pointer) && ...);
  }(boost::mp11::mp_rename<typename FieldsOf<T>::List, boost::mp11::mp_list>{});
}

// Equality that does not ask described structs for an operator of their own.
template <class T>
bool same(const T& a, const T& b) {
  if constexpr (DescribedStruct<T>) {
    return same_fields(a, b);
  } else if constexpr (is_optional<T>) {
    return a.has_value() == b.has_value() && (!a || same(*a, *b));
  } else if constexpr (is_vector<T>) {
    return std::ranges::equal(a, b, [](const auto& x, const auto& y) { return same(x, y); });
  } else if constexpr (is_variant<T>) {
    return a.index() == b.index() &&
           std::visit(
               [&](const auto& x) {
                 return same(x, *std::get_if<std::remove_cvref_t<decltype(x)>>(&b));
               },
               a);
  } else {
    return a == b;
  }
}

template <Integer T>
void write_integer(T value, Sink& out) {
  constexpr std::size_t most = 20;  // digits, with a sign
  char* const at = out.room(most);
  out.took(std::to_chars(at, at + most, value).ptr);
}

template <DescribedEnum E>
void write_enum(E value, Sink& out) {
  const std::string_view name = name_of(value);
  if (name.empty()) throw std::logic_error("an enum holds a value that has no name");
  out.put('"');
  out.put(name);
  out.put('"');
}

template <class F, class T>
void write_field(const T& value, const T* defaults, Sink& out) {
  const auto& field = value.*F::pointer;
  const typename F::Type* field_default = nullptr;
  if constexpr (is_optional<typename F::Type>) {
    if (!field) return;
    if (defaults != nullptr) field_default = &default_of<typename F::Type>();
  } else if (defaults != nullptr) {
    field_default = &(defaults->*F::pointer);
    if (same(field, *field_default)) return;
  }
  out.put(F::literal);
  write_value(field, field_default, out);
}

template <DescribedStruct T>
void write_struct(const T& value, const T* defaults, Sink& out) {
  const std::size_t start = out.size();
  [&]<class... F>(boost::mp11::mp_list<F...>) {
    (write_field<F>(value, defaults, out), ...);
  }(boost::mp11::mp_rename<typename FieldsOf<T>::List, boost::mp11::mp_list>{});
  if (out.size() == start) {
    out.put('{');
  } else {
    out[start] = '{';  // in place of the first field's comma
  }
  out.put('}');
}

template <class T>
void write_vector(const std::vector<T>& values, bool compact, Sink& out) {
  const T* defaults = compact ? &default_of<T>() : nullptr;
  out.put('[');
  bool first = true;
  for (const T& value : values) {
    if (!first) out.put(',');
    first = false;
    write_value(value, defaults, out);
  }
  out.put(']');
}

template <class... Ts>
void write_variant(const std::variant<Ts...>& value, bool compact, Sink& out) {
  std::visit(
      [&]<class T>(const T& data) {
        out.put(R"({"type":")");
        out.put(type_name<T>);
        out.put(R"(","data":)");
        write_value(data, compact ? &default_of<T>() : nullptr, out);
        out.put('}');
      },
      value);
}

inline void write_id(const Id& id, Sink& out) {
  constexpr std::size_t quoted = Id::text_size + 2;
  char* const at = out.room(quoted);
  at[0] = at[quoted - 1] = '"';
  id.write(at + 1);
  out.took(at + quoted);
}

template <class T>
void write_value(const T& value, const T* defaults, Sink& out) {
  const bool compact = defaults != nullptr;
  if constexpr (std::same_as<T, bool>) {
    out.put(value ? std::string_view{"true"} : std::string_view{"false"});
  } else if constexpr (Integer<T>) {
    write_integer(value, out);
  } else if constexpr (std::same_as<T, Time>) {
    write_integer(value.unix_ms, out);
  } else if constexpr (std::same_as<T, Duration>) {
    write_integer(value.count(), out);
  } else if constexpr (std::same_as<T, Id>) {
    write_id(value, out);
  } else if constexpr (std::same_as<T, ShortText>) {
    write_string(value.view(), out);
  } else if constexpr (std::same_as<T, std::string> || std::same_as<T, std::string_view>) {
    write_string(value, out);
  } else if constexpr (std::same_as<T, JsonText>) {
    out.put(value.text.empty() ? std::string_view{"null"} : std::string_view{value.text});
  } else if constexpr (DescribedEnum<T>) {
    write_enum(value, out);
  } else if constexpr (is_optional<T>) {
    using Held = typename T::value_type;
    if (!value) {
      out.put("null");
    } else {
      write_value(*value, compact ? &default_of<Held>() : nullptr, out);
    }
  } else if constexpr (is_vector<T>) {
    write_vector(value, compact, out);
  } else if constexpr (is_variant<T>) {
    write_variant(value, compact, out);
  } else if constexpr (DescribedStruct<T>) {
    write_struct(value, defaults, out);
  } else {
    static_assert(unsupported<T>, "JSON cannot hold this type, or its fields are not described");
  }
}

}  // namespace json

template <class T>
void write_json(const T& value, std::string& out) {
  json::Sink sink{out};
  json::write_value(value, static_cast<const T*>(nullptr), sink);
}

template <class T>
void write_json_compact(const T& value, std::string& out) {
  json::Sink sink{out};
  json::write_value(value, &json::default_of<T>(), sink);
}

}  // namespace oms
