#include "services/orders/records.h"

#include <charconv>

#include "messages/define_record.h"

namespace oms::orders {

const RecordType& record_type(const Order*) {
  static const RecordType type = define_record<Order>({
      .table = "orders_order",
      .columns = {column<&Order::customer_id>("customer_id"), column<&Order::status>("status"),
                  column<&Order::day_number>("day_number")},
      .indexes = {{.column = "customer_id", .is_buffered = true},
                  {.column = "day_number", .only = Condition{"day_number"}}},
  });
  return type;
}

std::string day_number(std::string_view day, std::int64_t number) {
  constexpr std::size_t digits_min = 6;
  auto digits = std::to_string(number);
  if (digits.size() < digits_min) digits.insert(0, digits_min - digits.size(), '0');
  return std::string{day}.append("/").append(digits);
}

std::int64_t number_of(const Order& order) {
  const std::string_view text = order.day_number;
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return 0;
  const auto digits = text.substr(slash + 1);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

const RecordType& record_type(const ArchivedOrder*) {
  static const RecordType type = define_record<ArchivedOrder>({.table = "orders_archived"});
  return type;
}

}  // namespace oms::orders
