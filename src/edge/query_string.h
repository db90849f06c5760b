#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace oms::edge {

// Appends `text` percent-encoded, but for letters, digits, "-._~" and what is in `also_plain`: as
// it is, it may be one segment of a path or one value of a query.
void percent_encode(std::string_view text, std::string_view also_plain, std::string& out);

// Decodes one name or value of a form: '+' is a space. None where a % is not followed by two hex
// digits, or stands for a control character.
std::optional<std::string> percent_decode(std::string_view text);

// The parameters of a query ("limit=20&cursor=abc"), decoded.
class Parameters {
 public:
  // Null where it was not given; one that is empty was given.
  const std::string* find(std::string_view name) const {
    for (const auto& [key, value] : values_) {
      if (key == name) return &value;
    }
    return nullptr;
  }
  void add(std::string name, std::string value) {
    values_.emplace_back(std::move(name), std::move(value));
  }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

// An error names the parameter that is not among `known`, comes twice, or is not properly encoded:
// it would change the answer unseen.
Result<Parameters> read_parameters(std::string_view query,
                                   std::initializer_list<std::string_view> known);

}  // namespace oms::edge
