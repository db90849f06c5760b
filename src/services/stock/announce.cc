// What others may follow of the shelf, and of what orders hold of it.
#include <utility>

#include "services/stock/service.h"

namespace oms::stock {
namespace {

EventType type_of_level(std::int64_t available_before, const Item& item) {
  const auto available = item.available();
  if (available <= 0 && available_before > 0) return EventType::inventory_out_of_stock;
  const bool is_low = available <= item.low_at && available_before > item.low_at;
  return is_low ? EventType::inventory_low : EventType::inventory_level;
}

void announce_item(const Item* before, const Item& item, std::vector<PublicEvent>& events) {
  const bool is_same =
      before != nullptr && before->on_hand() == item.on_hand() && before->reserved == item.reserved;
  if (is_same) return;
  const auto available_before = before != nullptr ? before->available() : 0;
  events.push_back({.type = type_of_level(available_before, item),
                    .subject = item.id,
                    .data = StockLevel{.available = item.available(),
                                       .on_hand = item.on_hand(),
                                       .reserved = item.reserved,
                                       .low_at = item.low_at}});
}

void announce_reservation(const Reservation* before, const Reservation& reservation,
                          std::vector<PublicEvent>& events) {
  // The tombstone of one that never was.
  if (before == nullptr && reservation.state == ReservationState::released) return;
  ReservationEvent held{.state = reservation.state,
                        .reason = reservation.reason,
                        .lines = reservation.lines,
                        .written_off = reservation.written_off};
  for (auto& line : held.lines) line.returned = returned_of(reservation, line);
  events.push_back({.type = EventType::inventory_updated,
                    .subject = reservation.id.text(),
                    .data = std::move(held)});
}

}  // namespace

void StockService::announce(const Record* before, const Record& after,
                            std::vector<PublicEvent>& events) const {
  if (const auto* item = after.as<Item>()) {
    announce_item(before != nullptr ? before->as<Item>() : nullptr, *item, events);
  } else if (const auto* reservation = after.as<Reservation>()) {
    announce_reservation(before != nullptr ? before->as<Reservation>() : nullptr, *reservation,
                         events);
  }
}

}  // namespace oms::stock
