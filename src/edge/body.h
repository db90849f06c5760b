#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "codec/json_read.h"

// Bodies are read strictly: unknown fields, duplicates, fractions and numbers out of their field's
// bounds are refused, with a pointer to them.
namespace oms::edge {

template <class Body>
Result<Body> read_body(std::string_view text) {
  if (text.empty()) return fail(ErrorKind::invalid, "the request needs a body of JSON");
  return read_json<Body>(text, Reading::strict);
}

// A field that is null says neither its new value nor that the old one stays. `object` has been
// read already.
Result<void> refuse_nulls(std::string_view object);

inline std::unexpected<Error> refuse(std::string detail, std::string pointer) {
  return fail(ErrorKind::invalid, std::move(detail), std::move(pointer));
}

}  // namespace oms::edge
