#include "services/stock/records.h"

#include "messages/define_record.h"

namespace oms::stock {

const RecordType& record_type(const Item*) {
  static const RecordType type = define_record<Item>({.table = "stock_item"});
  return type;
}

const RecordType& record_type(const Reservation*) {
  static const RecordType type = define_record<Reservation>({
      .table = "stock_reservation",
      .columns = {column<&Reservation::customer_id>("customer_id"),
                  column<&Reservation::state>("state"), column<&Reservation::units>("units")},
      // By id, so that it grows at its end: an index by customer is written all over.
      .indexes = {{.only = Condition{"state", {"held"}}, .covers = {"customer_id", "units"}}},
  });
  return type;
}

const RecordType& record_type(const HeldUnits*) {
  static const RecordType type = [] {
    auto held = define_record<HeldUnits>({
        .table = "stock_held_units",
        .derived = DerivedSum{.table = "stock_reservation",
                              .sum_column = "units",
                              .key_column = "customer_id",
                              .only = {"state", {"held"}}},
    });
    held.from_sum = [](std::string_view customer, std::int64_t sum) {
      return std::shared_ptr<const void>(
          std::make_shared<const HeldUnits>(HeldUnits{std::string{customer}, sum}));
    };
    return held;
  }();
  return type;
}

}  // namespace oms::stock
