// Whatever the bytes are, reading them ends in a value or an error; and a value that was read is
// written and read again into the same value, both ways.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/json_read.h"
#include "codec/json_samples.h"
#include "codec/json_write.h"

namespace {

using oms::Reading;
using oms::samples::Order;

void require(bool holds) {
  if (!holds) std::abort();
}

void expect_again(const Order& value, std::string_view text, Reading how) {
  const auto again = oms::read_json<Order>(text, how);
  require(again.has_value() && oms::json::same(*again, value));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto strict = oms::read_json<Order>(bytes, Reading::strict);
  const auto lenient = oms::read_json<Order>(bytes, Reading::lenient);
  if (strict) require(lenient && oms::json::same(*strict, *lenient));
  if (lenient) {
    std::string full;
    oms::write_json(*lenient, full);
    expect_again(*lenient, full, Reading::strict);
    std::string compact;
    oms::write_json_compact(*lenient, compact);
    expect_again(*lenient, compact, Reading::lenient);
  }
  std::string text;
  oms::write_json_string(bytes, text);
  require(oms::read_json<std::string>(text, Reading::strict).has_value());
  return 0;
}
