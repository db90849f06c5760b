#include "services/stock/records.h"

#include "messages/define_record.h"

namespace oms::stock {

std::int64_t returned_of(const Reservation& reservation, const ReservedLine& line) {
  if (reservation.state != ReservationState::committed) return 0;
  return reservation.returned ? line.quantity : line.returned;
}

const RecordType& record_type(const Item*) {
  static const RecordType type = define_record<Item>({
      .table = "stock_item",
      .schema = 2,  // 1 kept no ledger, and sold what is archived
  });
  return type;
}

const RecordType& record_type(const Reservation*) {
  static const RecordType type = define_record<Reservation>({
      .table = "stock_reservation",
      .schema = 2,  // 1 took back all or nothing
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

const RecordType& record_type(const ProductNumbers*) {
  static const RecordType type = define_record<ProductNumbers>({.table = "stock_sequence"});
  return type;
}

const RecordType& record_type(const Movement*) {
  static const RecordType type = define_record<Movement>({
      .table = "stock_movement",
      .columns = {column<&Movement::product_id>("product_id")},
      .indexes = {{.column = "product_id"}},
  });
  return type;
}

MovementView view(const Movement& movement) {
  return {.id = movement.id,
          .product_id = movement.product_id,
          .number = movement.number,
          .kind = movement.kind,
          .quantity = movement.quantity,
          .on_hand = movement.on_hand,
          .at = movement.at,
          .reason = movement.reason};
}

ItemView view(const Item& item) {
  return {.id = item.id,
          .name = item.name,
          .kind = item.kind,
          .price_id = item.price_id,
          .price = item.price,
          .currency = item.currency,
          .preparation_ms = item.preparation_ms,
          .low_at = item.low_at,
          .on_hand = item.on_hand(),
          .reserved = item.reserved,
          .available = item.available(),
          .initial = item.initial,
          .restocked = item.restocked,
          .returned = item.returned,
          .committed = item.committed,
          .version = item.version,
          .archived = item.archived,
          .written_off = item.written_off,
          .movements = item.movements,
          .today = item.today};
}

}  // namespace oms::stock
