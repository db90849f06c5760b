// When a shelf is low or empty, and what becomes of what an order holds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/stock/service.h"

namespace oms::stock {
namespace {

using enum EventType;
using ::testing::IsEmpty;
using ::testing::SizeIs;

template <class T>
std::vector<PublicEvent> announced(const std::optional<T>& before, const T& after) {
  const StockService service{StockSettings{}};
  const auto known = before ? make_record(*before) : Record{};
  std::vector<PublicEvent> events;
  service.announce(known ? &known : nullptr, make_record(after), events);
  return events;
}

Item item(std::int64_t initial, std::int64_t reserved = 0, std::int64_t low_at = 2) {
  return {.id = "soup", .low_at = low_at, .initial = initial, .reserved = reserved};
}

struct ItemRow {
  const char* what;
  std::optional<Item> before;
  Item after;
  std::vector<EventType> announced;
};

TEST(StockEvents, AShelfIsToldOfOnceACommitByTheWorstThatHasBecomeOfIt) {
  const std::vector<ItemRow> rows{
      {"some is reserved", item(9), item(9, 3), {inventory_level}},
      {"little is left", item(9), item(9, 7), {inventory_low}},
      {"less is left", item(9, 7), item(9, 8), {inventory_level}},
      {"none is left", item(9, 7), item(9, 9), {inventory_out_of_stock}},
      {"none is left, and it was enough", item(9), item(9, 9), {inventory_out_of_stock}},
      {"more was taken away than is free", item(9, 5), item(4, 5), {inventory_out_of_stock}},
      {"there is still none", item(9, 9), item(8, 9), {inventory_level}},
      {"some comes back", item(9, 9), item(9, 8), {inventory_level}},
      {"it is sold",
       item(9, 3),
       Item{.id = "soup", .initial = 9, .committed = 3},
       {inventory_level}},
      {"it is new", {}, item(5), {inventory_level}},
      {"it is new and there is none", {}, item(0), {inventory_level}},
      {"what counts as low is raised above what is there", item(9), item(9, 0, 20), {}},
  };
  for (const auto& row : rows) {
    std::vector<EventType> types;
    for (const auto& event : announced(row.before, row.after)) {
      EXPECT_EQ(event.subject, "soup");
      types.push_back(event.type);
    }
    EXPECT_EQ(types, row.announced) << row.what;
  }
}

TEST(StockEvents, ALevelSaysHowMuchThereIs) {
  const auto events = announced<Item>(item(9), item(9, 8));
  ASSERT_THAT(events, SizeIs(1));
  const auto& level = std::get<StockLevel>(events[0].data);
  EXPECT_EQ(level.available, 1);
  EXPECT_EQ(level.on_hand, 9);
  EXPECT_EQ(level.reserved, 8);
  EXPECT_EQ(level.low_at, 2);
}

TEST(StockEvents, WhatAnOrderHoldsIsToldWithItsLines) {
  const Id order_id{Id::Bytes{0x65, 1}};
  const Reservation held{
      .id = order_id, .customer_id = "c1", .lines = {{.product_id = "soup", .quantity = 3}}};
  auto sold = held;
  sold.state = ReservationState::committed;
  auto returned = sold;
  returned.returned = true;
  const auto events = announced<Reservation>(sold, returned);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].type, inventory_updated);
  EXPECT_EQ(events[0].subject, order_id.text());
  const auto& told = std::get<ReservationEvent>(events[0].data);
  EXPECT_EQ(told.state, ReservationState::committed);
  ASSERT_THAT(told.lines, SizeIs(1));
  EXPECT_EQ(told.lines[0].returned, 3) << "all of it";
  EXPECT_THAT(announced<Reservation>({}, held), SizeIs(1));
  EXPECT_THAT(announced<Reservation>(held, sold), SizeIs(1));
}

TEST(StockEvents, NothingIsToldOfWhatNeverWasReserved) {
  EXPECT_THAT(announced<Reservation>({}, {.state = ReservationState::released}), IsEmpty());
}

}  // namespace
}  // namespace oms::stock
