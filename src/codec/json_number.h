#pragma once

#include <cstdint>
#include <string_view>

namespace oms::json {

// What a number of a JSON text stands for, as far as whole numbers go.
enum class Wholeness {
  whole,      // as 2, 2.0, 20e-1 and -0.0 are
  fraction,   // as 2.5 is
  too_large,  // whole, and more than 64 bits hold
};

// `number` is valid JSON without its sign. Sets `magnitude` if it is whole. The arithmetic is of
// decimal digits, so it is exact, and takes as long as the text is, whatever its exponent says.
Wholeness read_magnitude(std::string_view number, std::uint64_t& magnitude);

}  // namespace oms::json
