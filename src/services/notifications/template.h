#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oms::notifications {

enum class Escaping { none, html };

// A text with places to fill in, in the part of Mustache (mustache(5)) that notices need:
//
//   {{name}}             the value; in HTML with & < > " ' escaped
//   {{#name}}…{{/name}}  only where the value is not empty
//   {{^name}}…{{/name}}  only where it is
//   {{! … }}             nothing
//
// A line with one such tag alone, other than {{name}}, leaves no line behind. A value is never read
// as a template.
class Template {
 public:
  // `names` are the values that there are. Errors: invalid, with the line and what to write there.
  static Result<Template> parse(std::string_view text, std::span<const std::string_view> names,
                                Escaping escaping);

  // `values` in the order of the names that it was parsed with.
  std::string render(std::span<const std::string> values) const;

 private:
  struct Part {
    enum class Kind { text, value, if_filled, if_empty };
    Kind kind = Kind::text;
    std::string text;       // of a text
    std::size_t value = 0;  // of the others: its place among the names
    std::size_t end = 0;    // of a section: the part after it
  };
  class Parser;

  std::vector<Part> parts_;
  Escaping escaping_ = Escaping::none;
};

}  // namespace oms::notifications
