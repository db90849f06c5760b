#pragma once

#include <bit>
#include <limits>
#include <span>

#include "base/id.h"
#include "base/result.h"
#include "base/short_text.h"
#include "base/time.h"
#include "codec/json_cursor.h"
#include "codec/json_names.h"

namespace oms {

enum class Reading {
  strict,   // refuses unknown fields, and missing ones that are not optional or a vector; for HTTP
  lenient,  // skips the former and leaves the latter at their default; for records and messages
};

// Reads one JSON text as a T: the types that `write_json` writes, and Bounded. An error is
// `invalid` and says in words what is wrong and by pointer where ("/items/0/quantity"). Duplicate
// fields, unknown names of enums, numbers out of range or not whole (2.0 is whole), text that is
// not UTF-8 or holds NUL, more than 32 levels and anything after the value are always refused. A
// null is an empty optional, and nothing else. How long the text may be is up to the caller.
template <class T>
Result<T> read_json(std::string_view text, Reading how);

namespace json {

// The readers below answer false when the cursor holds an error. What they fill is as constructed,
// but may be the default of a field: a missing member leaves it.
template <class T>
bool read_value(Cursor& in, Reading how, T& value);

template <class T>
using IsOptional = std::bool_constant<is_optional<T>>;
template <class T>
using IsRequired = std::bool_constant<!is_optional<T> && !is_vector<T>>;

template <Integer T>
bool read_integer(Cursor& in, T& value) {
  using Limits = std::numeric_limits<T>;
  std::uint64_t bits = 0;
  if (!in.read_whole(Limits::min(), Limits::max(), bits)) return false;
  value = static_cast<T>(bits);
  return true;
}

inline bool read_id(Cursor& in, Id& value) {
  constexpr std::string_view wanted = "an id of 24 hexadecimal digits in lower case";
  std::string_view text;
  if (!in.read_text(text, wanted)) return false;
  const auto id = Id::parse(text);
  if (!id) return in.fail("must be " + std::string{wanted});
  value = *id;
  return true;
}

inline bool read_short_text(Cursor& in, ShortText& value) {
  std::string_view text;
  if (!in.read_text(text, "a string")) return false;
  if (text.size() > ShortText::capacity) {
    return in.fail("must be at most " + std::to_string(ShortText::capacity) + " bytes long");
  }
  value = ShortText{text};
  return true;
}

// One of `names`, by its index.
bool read_name(Cursor& in, std::span<const std::string_view> names, std::size_t& index);

template <DescribedEnum E>
bool read_enum(Cursor& in, E& value) {
  std::size_t i = 0;
  if (!read_name(in, enumerator_names<E>, i)) return false;
  value = enumerators<E>[i].value;
  return true;
}

template <class T>
bool read_vector(Cursor& in, Reading how, std::vector<T>& values) {
  values.clear();
  bool more = false;
  if (!in.open('[', more)) return false;
  while (more) {
    if (!read_value(in, how, values.emplace_back())) return in.within(values.size() - 1);
    if (!in.next('[', more)) return false;
  }
  return true;
}

// After the last field: the optionals that did not come are empty, the required ones are missed.
template <DescribedStruct T>
bool settle_missing(Cursor& in, Reading how, std::uint64_t seen, T& value) {
  using Fields = FieldsOf<T>;
  constexpr std::uint64_t optionals = Fields::template mask<IsOptional>();
  constexpr std::uint64_t required = Fields::template mask<IsRequired>();
  if ((optionals & ~seen) != 0) {
    std::uint64_t bit = 1;
    boost::mp11::mp_for_each<typename Fields::List>([&](auto field) {
      if constexpr (is_optional<typename decltype(field)::Type>) {
        if ((seen & bit) == 0) (value.*field.pointer).reset();
      }
      bit <<= 1;
    });
  }
  const std::uint64_t missing = required & ~seen;
  if (how == Reading::lenient || missing == 0) return true;
  const auto first = static_cast<std::size_t>(std::countr_zero(missing));
  return in.fail_within(Fields::names[first], "is required");
}

template <DescribedStruct T>
bool read_field(Cursor& in, Reading how, std::size_t i, T& value) {
  using Fields = FieldsOf<T>;
  const bool good = boost::mp11::mp_with_index<Fields::count>(i, [&](auto index) {
    return read_value(in, how, value.*Fields::template At<index>::pointer);
  });
  return good || in.within(Fields::names[i]);
}

inline bool read_unknown(Cursor& in, Reading how, std::string_view key) {
  if (how == Reading::lenient) return in.skip_value() || in.within(key);
  return in.fail_within(key, "unknown field");
}

// Steps over a key and tells which field of T it names (none: their number). Our own texts have
// the fields in order, some left out, so the ones from `expected` on are tried as they are written.
template <DescribedStruct T>
bool read_key_of(Cursor& in, std::size_t expected, std::size_t& field, std::string_view& key) {
  using Fields = FieldsOf<T>;
  for (field = expected; field < Fields::count; ++field) {
    if (in.take_key(Fields::keys[field])) {
      key = Fields::names[field];
      return true;
    }
  }
  if (!in.read_key(key)) return false;
  field = index_of(key, Fields::names);
  return true;
}

template <DescribedStruct T>
bool read_struct(Cursor& in, Reading how, T& value) {
  constexpr std::size_t count = FieldsOf<T>::count;
  std::uint64_t seen = 0;
  std::size_t field = 0;
  bool more = false;
  if (!in.open('{', more)) return false;
  for (std::size_t expected = 0; more; expected = field + 1) {
    std::string_view key;
    if (!read_key_of<T>(in, expected, field, key)) return false;
    if (field == count) {
      if (!read_unknown(in, how, key)) return false;
    } else if constexpr (count > 0) {
      const std::uint64_t bit = std::uint64_t{1} << field;
      if ((seen & bit) != 0) return in.fail_within(key, "appears twice");
      seen |= bit;
      if (!read_field(in, how, field, value)) return false;
    }
    if (!in.next('{', more)) return false;
  }
  return settle_missing(in, how, seen, value);
}

template <class... Ts>
bool read_alternative(Cursor& in, Reading how, std::size_t i, std::variant<Ts...>& value) {
  const bool good = boost::mp11::mp_with_index<sizeof...(Ts)>(
      i, [&](auto index) { return read_value(in, how, value.template emplace<index>()); });
  return good || in.within("data");
}

// {"type":"Name","data":{...}}. Some databases reorder fields, so the data may come first: then it
// is stepped over, and read once its type is known.
template <class V>
bool read_variant(Cursor& in, Reading how, V& value) {
  constexpr auto& names = alternative_names<V>;
  constexpr std::size_t unknown = names.size();
  std::size_t type = unknown;
  const char* data = nullptr;
  bool waits = false;
  bool more = false;
  if (!in.open('{', more)) return false;
  while (more) {
    std::string_view key;
    if (!in.read_key(key)) return false;
    if (key == "type" && type == unknown) {
      if (!read_name(in, names, type)) return in.within("type");
    } else if (key == "data" && data == nullptr) {
      data = in.place();
      waits = type == unknown;
      if (waits && !in.skip_value()) return in.within("data");
      if (!waits && !read_alternative(in, how, type, value)) return false;
    } else if (key == "type" || key == "data") {
      return in.fail_within(key, "appears twice");
    } else if (!read_unknown(in, how, key)) {
      return false;
    }
    if (!in.next('{', more)) return false;
  }
  if (type == unknown) return in.fail_within("type", "is required");
  if (data == nullptr) return in.fail_within("data", "is required");
  if (!waits) return true;
  const char* const after = in.place();
  in.jump(data);
  if (!read_alternative(in, how, type, value)) return false;
  in.jump(after);
  return true;
}

template <class T>
bool read_value(Cursor& in, Reading how, T& value) {
  if constexpr (std::same_as<T, bool>) {
    return in.read_bool(value);
  } else if constexpr (Integer<T>) {
    return read_integer(in, value);
  } else if constexpr (is_bounded<T>) {
    std::uint64_t bits = 0;
    if (!in.read_whole(T::least, T::most, bits)) return false;
    value.value = static_cast<std::int64_t>(bits);
    return true;
  } else if constexpr (std::same_as<T, Time>) {
    return read_integer(in, value.unix_ms);
  } else if constexpr (std::same_as<T, Duration>) {
    std::int64_t count = 0;
    if (!read_integer(in, count)) return false;
    value = Duration{count};
    return true;
  } else if constexpr (std::same_as<T, Id>) {
    return read_id(in, value);
  } else if constexpr (std::same_as<T, ShortText>) {
    return read_short_text(in, value);
  } else if constexpr (std::same_as<T, std::string>) {
    std::string_view text;
    if (!in.read_text(text, "a string")) return false;
    value = text;
    return true;
  } else if constexpr (std::same_as<T, JsonText>) {
    std::string_view raw;
    if (!in.read_raw(raw)) return false;
    value.text = raw;
    return true;
  } else if constexpr (DescribedEnum<T>) {
    return read_enum(in, value);
  } else if constexpr (is_optional<T>) {
    if (in.take_null()) {
      value.reset();
      return true;
    }
    return read_value(in, how, value.emplace());
  } else if constexpr (is_vector<T>) {
    return read_vector(in, how, value);
  } else if constexpr (is_variant<T>) {
    return read_variant(in, how, value);
  } else if constexpr (DescribedStruct<T>) {
    return read_struct(in, how, value);
  } else {
    static_assert(unsupported<T>, "JSON cannot hold this type, or its fields are not described");
  }
}

}  // namespace json

template <class T>
Result<T> read_json(std::string_view text, Reading how) {
  Result<T> result{std::in_place};
  json::Cursor in{text};
  if (!json::read_value(in, how, *result) || !in.finish()) {
    result = std::unexpected(in.take_error());
  }
  return result;
}

}  // namespace oms
