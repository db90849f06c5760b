#include "services/orders/lines.h"

#include "base/money.h"

namespace oms::orders {

std::string line_pointer(std::size_t index, const char* field) {
  return "/items/" + std::to_string(index) + "/" + field;
}

Result<MinorUnits> total_of(const std::vector<OrderLine>& lines) {
  MinorUnits total = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto price = checked_multiply(lines[i].unit_price, lines[i].quantity);
    const auto sum = price ? checked_add(total, *price) : std::nullopt;
    if (!sum) {
      return fail(ErrorKind::unprocessable, "the order's total is too large to be counted",
                  line_pointer(i, "quantity"));
    }
    total = *sum;
  }
  return total;
}

}  // namespace oms::orders
