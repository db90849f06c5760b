#include "edge/body.h"

namespace oms::edge {
namespace {

// As deep as the cursor reads.
Result<void> refuse_nulls_in(json::Cursor& in, const std::string& pointer) {
  bool more = false;
  for (bool good = in.open('{', more); good && more; good = in.next('{', more)) {
    std::string_view key;
    if (!in.read_key(key)) break;
    const auto member = pointer + "/" + std::string{key};
    if (in.take_null()) {
      return refuse("must not be null; leave the field out to keep it as it is", member);
    }
    if (in.peek() == '{') {
      OMS_CHECK(refuse_nulls_in(in, member));
    } else if (!in.skip_value()) {
      break;
    }
  }
  return {};
}

}  // namespace

Result<void> refuse_nulls(std::string_view object) {
  json::Cursor in{object};
  return refuse_nulls_in(in, "");
}

}  // namespace oms::edge
