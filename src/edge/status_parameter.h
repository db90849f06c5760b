#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/json_names.h"
#include "edge/query_string.h"

namespace oms::edge {

// The status of that name; an error if it is none of `allowed` (empty: all).
template <json::DescribedEnum E>
Result<E> status_named(std::string_view text, std::initializer_list<E> allowed = {}) {
  std::string names;
  for (const auto& [value, name] : json::enumerators<E>) {
    if (allowed.size() > 0 && std::ranges::find(allowed, value) == allowed.end()) continue;
    if (text == name) return value;
    if (!names.empty()) names += ", ";
    names += name;
  }
  return fail(ErrorKind::invalid, "the parameter 'status' is one of " + names);
}

// The parameter `status`, if it is there.
template <json::DescribedEnum E>
Result<std::optional<E>> status_parameter(const Parameters& parameters,
                                          std::initializer_list<E> allowed = {}) {
  const auto* text = parameters.find("status");
  if (text == nullptr) return std::nullopt;
  OMS_TRY(const E status, status_named<E>(*text, allowed));
  return status;
}

}  // namespace oms::edge
