#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include <boost/mp11/algorithm.hpp>

#include "adapters/grpc/mapping.h"
#include "base/short_text.h"
#include "messages/orders.h"

// The bounds of what is said by gRPC. The HTTP edge has narrower ones of its own; what has passed
// them passes here.
namespace oms::grpc_api {

inline constexpr std::size_t text_max = 4096;
inline constexpr std::size_t list_max = 1000;

namespace detail {

inline bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// The id of a customer or a product is the key of a record.
inline Result<void> check_text(const std::string& text, std::string_view name,
                               const std::string& pointer) {
  const bool is_key = name == "customer_id" || name == "product_id";
  const auto most = is_key ? ShortText::capacity : text_max;
  if (text.size() > most) {
    return fail(ErrorKind::invalid, "must have at most " + std::to_string(most) + " bytes",
                pointer);
  }
  if (std::ranges::any_of(text, is_control)) {
    return fail(ErrorKind::invalid, "must not have control characters", pointer);
  }
  const bool is_segment = text.find_first_of("/\\") == std::string::npos && text != "." &&
                          text != "..";
  if (is_key && !is_segment) {
    return fail(ErrorKind::invalid, "must not have a slash or backslash, and not be . or ..",
                pointer);
  }
  return {};
}

template <class V>
Result<void> check_value(const V& value, std::string_view name, const std::string& pointer);

template <class T>
Result<void> check_quantity(const T& line, const std::string& pointer) {
  if constexpr (std::is_same_v<T, RequestedLine>) {
    if (line.quantity < 1 || line.quantity > quantity_max) {
      return fail(ErrorKind::invalid,
                  "must be from 1 to " + std::to_string(quantity_max),
                  pointer + "/quantity");
    }
  } else if constexpr (std::is_same_v<T, RevisedLine>) {
    if (line.quantity && (*line.quantity < 0 || *line.quantity > quantity_max)) {
      return fail(ErrorKind::invalid, "must be from 0 to " + std::to_string(quantity_max),
                  pointer + "/quantity");
    }
  }
  return {};
}

template <class T>
Result<void> check_list(const std::vector<T>& values, std::string_view name,
                        const std::string& pointer) {
  constexpr bool is_order_line =
      std::is_same_v<T, RequestedLine> || std::is_same_v<T, RevisedLine>;
  constexpr auto most = is_order_line ? lines_max : list_max;
  if (values.size() > most) {
    return fail(ErrorKind::invalid, "must have at most " + std::to_string(most) + " elements",
                pointer);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto place = std::string{pointer}.append("/").append(std::to_string(i));
    OMS_CHECK(check_value(values[i], name, place));
    OMS_CHECK(check_quantity(values[i], place));
  }
  return {};
}

template <class V>
Result<void> check_value(const V& value, std::string_view name, const std::string& pointer) {
  if constexpr (std::is_same_v<V, std::string>) {
    return check_text(value, name, pointer);
  } else if constexpr (json::is_optional<V>) {
    if (value) return check_value(*value, name, pointer);
  } else if constexpr (json::is_vector<V>) {
    return check_list(value, name, pointer);
  } else if constexpr (json::DescribedStruct<V>) {
    Result<void> outcome;
    boost::mp11::mp_for_each<MembersOf<V>>([&](auto member) {
      if (!outcome) return;
      outcome = check_value(value.*member.pointer, member.name,
                            std::string{pointer}.append("/").append(member.name));
    });
    return outcome;
  }
  return {};
}

}  // namespace detail

// Errors: invalid, with the pointer of the field.
template <json::DescribedStruct T>
Result<void> check_bounds(const T& value) {
  return detail::check_value(value, {}, {});
}

}  // namespace oms::grpc_api
