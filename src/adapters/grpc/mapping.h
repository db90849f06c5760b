#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>

#include "adapters/grpc/fields.h"
#include "base/id.h"
#include "codec/json_kinds.h"
#include "codec/json_names.h"
#include "messages/common.h"

// Described structs to and from protobuf messages, by the names of their fields: `OrderView` is
// oms.v1.Order because both have the same fields. Which field is which is looked up once for each
// struct. Ids are strings, times are timestamps, `OrderStatus::paid` is ORDER_STATUS_PAID.
namespace oms::grpc_api {

namespace detail {

template <class T>
using MembersOf = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T>
using FieldsFor = std::array<const pb::FieldDescriptor*, boost::mp11::mp_size<MembersOf<T>>::value>;

template <class T>
const FieldsFor<T>& fields_of(const pb::Descriptor& message);

// The proto numbers of an enum's values, in their order. The runtime's own names are nobody's.
template <json::DescribedEnum E>
const auto& numbers_of(const pb::EnumDescriptor& type) {
  static_assert(json::counts_from_zero<E>);
  static const auto numbers = [&] {
    std::array<int, json::enumerators<E>.size()> found{};
    for (const auto& [value, name] : json::enumerators<E>) {
      if constexpr (std::is_same_v<E, ServiceName>) {
        if (is_everywhere(value)) continue;
      }
      found.at(static_cast<std::size_t>(value)) = number_of(type, name);
    }
    return found;
  }();
  return numbers;
}

template <class V>
constexpr pb::FieldDescriptor::CppType cpp_type() {
  using Field = pb::FieldDescriptor;
  if constexpr (std::is_same_v<V, bool>) return Field::CPPTYPE_BOOL;
  if constexpr (std::is_same_v<V, std::int32_t>) return Field::CPPTYPE_INT32;
  if constexpr (std::is_same_v<V, std::int64_t>) return Field::CPPTYPE_INT64;
  if constexpr (std::is_same_v<V, std::uint64_t>) return Field::CPPTYPE_UINT64;
  if constexpr (std::is_same_v<V, double>) return Field::CPPTYPE_DOUBLE;
  if constexpr (std::is_enum_v<V>) return Field::CPPTYPE_ENUM;
  if constexpr (std::is_same_v<V, std::string> || std::is_same_v<V, Id> ||
                std::is_same_v<V, JsonText>) {
    return Field::CPPTYPE_STRING;
  }
  return Field::CPPTYPE_MESSAGE;
}

// Throws std::logic_error where the field cannot hold a V.
template <class V>
void check_field(const pb::FieldDescriptor& field, bool is_repeated = false) {
  if constexpr (json::is_optional<V>) {
    if (!field.has_presence()) throw std::logic_error(field.full_name() + " is not optional");
    check_field<typename V::value_type>(field);
  } else if constexpr (json::is_vector<V>) {
    check_field<typename V::value_type>(field, true);
  } else {
    if (field.is_repeated() != is_repeated || field.cpp_type() != cpp_type<V>()) {
      throw std::logic_error(field.full_name() + " is of another type");
    }
    if constexpr (std::is_enum_v<V>) numbers_of<V>(*field.enum_type());
    if constexpr (json::DescribedStruct<V>) fields_of<V>(*field.message_type());
  }
}

// A message may have one thing more than its struct: what belongs to the command around it.
inline bool is_around(const pb::FieldDescriptor& field) {
  return field.name() == "order_id" || field.name() == "by";
}

template <class T>
FieldsFor<T> resolve(const pb::Descriptor& message) {
  FieldsFor<T> fields{};
  std::size_t i = 0;
  int around = 0;
  boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
    const auto* field = message.FindFieldByName(member.name);
    if (field == nullptr) {
      throw std::logic_error(message.full_name() + " has no field " + member.name);
    }
    check_field<std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>>(*field);
    fields.at(i++) = field;
  });
  for (int f = 0; f < message.field_count(); ++f) {
    const bool is_mapped = std::ranges::find(fields, message.field(f)) != fields.end();
    if (!is_mapped && !is_around(*message.field(f))) {
      throw std::logic_error(message.field(f)->full_name() + " is nobody's");
    }
    around += is_mapped ? 0 : 1;
  }
  if (around > 1) throw std::logic_error(message.full_name() + " has fields too many");
  return fields;
}

template <class T>
const FieldsFor<T>& fields_of(const pb::Descriptor& message) {
  static const auto fields = resolve<T>(message);
  return fields;
}

}  // namespace detail

// Whether the message has the fields of T. Throws std::logic_error where it has not.
template <class T>
void check_mapping(const pb::Descriptor& message) {
  detail::fields_of<T>(message);
}

// The message must be empty, and always of the same type for a T.
template <json::DescribedStruct T>
void write_message(const T& value, pb::Message& message);

// Errors: invalid, with the pointer of the field, under `base`.
template <json::DescribedStruct T>
Result<void> read_message(const pb::Message& message, T& value, const std::string& base = {});

namespace detail {

template <class V>
void write_value(const V& value, FieldOut out) {
  if constexpr (json::is_optional<V>) {
    if (value) write_value(*value, out);
  } else if constexpr (json::is_vector<V>) {
    for (const auto& element : value) write_value(element, out);
  } else if constexpr (std::is_same_v<V, std::string>) {
    if (!value.empty() || out.is_explicit()) out.put(value);
  } else if constexpr (std::is_same_v<V, JsonText>) {
    out.put(value.text);
  } else if constexpr (std::is_same_v<V, Id>) {
    if (!value.is_nil() || out.is_explicit()) out.put(value.text());
  } else if constexpr (std::is_enum_v<V>) {
    out.put_enum(numbers_of<V>(*out.field().enum_type()).at(static_cast<std::size_t>(value)));
  } else if constexpr (json::DescribedStruct<V>) {
    write_message(value, out.nested());
  } else if constexpr (std::is_same_v<V, Time>) {
    out.put(value);
  } else {
    if (value != V{} || out.is_explicit()) out.put(value);
  }
}

template <class V>
Result<void> read_enum(const FieldIn& in, V& value) {
  const int number = in.enum_number();
  if (number == 0 && !in.field().has_presence() && !in.field().is_repeated()) return {};
  const auto& numbers = numbers_of<V>(*in.field().enum_type());
  const auto it = std::ranges::find(numbers, number);
  if (number == 0 || it == numbers.end()) {
    return fail(ErrorKind::invalid,
                std::to_string(number) + " is no value of " + in.field().enum_type()->full_name());
  }
  value = static_cast<V>(it - numbers.begin());
  return {};
}

inline Result<void> read_id(const FieldIn& in, Id& value) {
  std::string scratch;
  const auto& text = in.text(scratch);
  if (text.empty() && !in.field().is_repeated()) return {};
  const auto id = Id::parse(text);
  if (!id) {
    return fail(ErrorKind::invalid, "must be an id of 24 hexadecimal digits in lower case");
  }
  value = *id;
  return {};
}

template <class V>
Result<void> read_value(const FieldIn& in, V& value, const std::string& pointer);

template <class V>
Result<void> read_vector(const FieldIn& in, std::vector<V>& values, const std::string& pointer) {
  values.resize(static_cast<std::size_t>(in.size()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto element = in.at(static_cast<int>(i));
    if constexpr (json::DescribedStruct<V>) {
      OMS_CHECK(read_message(element.nested(), values[i],
                             std::string{pointer}.append("/").append(std::to_string(i))));
    } else {
      OMS_CHECK(read_value(element, values[i], pointer));
    }
  }
  return {};
}

template <class V>
Result<void> read_value(const FieldIn& in, V& value, const std::string& pointer) {
  if constexpr (json::is_optional<V>) {
    value.reset();
    if (in.is_there()) return read_value(in, value.emplace(), pointer);
  } else if constexpr (json::is_vector<V>) {
    return read_vector(in, value, pointer);
  } else if constexpr (std::is_same_v<V, std::string>) {
    std::string scratch;
    value = in.text(scratch);
  } else if constexpr (std::is_same_v<V, JsonText>) {
    std::string scratch;
    value.text = in.text(scratch);
  } else if constexpr (std::is_same_v<V, Id>) {
    return read_id(in, value);
  } else if constexpr (std::is_enum_v<V>) {
    return read_enum(in, value);
  } else if constexpr (json::DescribedStruct<V>) {
    if (in.is_there()) return read_message(in.nested(), value, pointer);
  } else if constexpr (std::is_same_v<V, Time>) {
    if (!in.is_there()) return {};
    OMS_TRY(value, in.time());
  } else {
    in.get(value);
  }
  return {};
}

}  // namespace detail

template <json::DescribedStruct T>
void write_message(const T& value, pb::Message& message) {
  const auto& fields = detail::fields_of<T>(*message.GetDescriptor());
  std::size_t i = 0;
  boost::mp11::mp_for_each<detail::MembersOf<T>>([&](auto member) {
    detail::write_value(value.*member.pointer, FieldOut{message, *fields[i++]});
  });
}

template <json::DescribedStruct T>
Result<void> read_message(const pb::Message& message, T& value, const std::string& base) {
  const auto& fields = detail::fields_of<T>(*message.GetDescriptor());
  std::size_t i = 0;
  Result<void> outcome;
  boost::mp11::mp_for_each<detail::MembersOf<T>>([&](auto member) {
    if (!outcome) return;
    const FieldIn in{message, *fields[i++]};
    using V = std::remove_cvref_t<decltype(value.*member.pointer)>;
    constexpr bool is_plain =
        std::is_same_v<V, std::string> || std::is_same_v<V, bool> || std::is_integral_v<V>;
    if constexpr (is_plain) {
      outcome = detail::read_value(in, value.*member.pointer, base);
    } else {
      const auto pointer = std::string{base}.append("/").append(member.name);
      outcome = detail::read_value(in, value.*member.pointer, pointer);
      if (!outcome && outcome.error().pointer.empty()) outcome.error().pointer = pointer;
    }
  });
  return outcome;
}

}  // namespace oms::grpc_api
