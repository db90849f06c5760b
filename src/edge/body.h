#pragma once

#include <string_view>

#include "base/result.h"
#include "codec/json_read.h"

namespace oms::edge {

// A request's body of JSON, read strictly.
template <class Body>
Result<Body> read_body(std::string_view text) {
  if (text.empty()) return fail(ErrorKind::invalid, "the request needs a body of JSON");
  return read_json<Body>(text, Reading::strict);
}

}  // namespace oms::edge
