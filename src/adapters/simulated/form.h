#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/simulated/book.h"
#include "base/result.h"

namespace oms::simulated {

// The parameters of a request as Stripe takes them: "line_items[0][quantity]=2&metadata[a]=b". Each
// is taken once; what nobody has taken is unknown, and refused.
class Form {
 public:
  // Errors: invalid.
  static Result<Form> parse(std::string_view text);

  std::optional<std::string> take(std::string_view name);
  // A whole number. Errors: invalid, with the parameter as pointer.
  Result<std::optional<std::int64_t>> take_number(std::string_view name);
  // All of "<name>[…]". Errors: invalid, where a key or a value is too long, or there are too many.
  Result<Metadata> take_metadata(std::string_view name);
  // The values of "<name>[]" and "<name>[0]", "<name>[1]" and so on.
  std::vector<std::string> take_list(std::string_view name);
  // Parameters that make no difference here, and everything below them.
  void ignore(std::string_view name);

  bool has_below(std::string_view prefix) const;
  // The first that nobody has taken.
  std::optional<std::string> unknown() const;

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace oms::simulated
