// What each change of an order announces, and what it keeps to itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json_write.h"
#include "services/orders/service.h"

namespace oms::orders {
namespace {

using enum EventType;

const Id order_id{Id::Bytes{0x65, 1}};

Time at(std::int64_t version) {
  return Time{1'700'000'000'000 + version};
}

// One that has reached these statuses, each at its version.
Order order(std::int64_t version,
            const std::vector<std::pair<std::int64_t, OrderStatus>>& history) {
  Order made{.id = order_id,
             .customer_id = "c1",
             .version = version,
             .status = history.back().second,
             .lines = {{.product_id = "soup", .quantity = 2, .unit_price = 450}},
             .total = 900,
             .currency = "eur",
             .updated_at = at(version)};
  made.customer = {.name = "Ada Lovelace",
                   .email = "ada@example.org",
                   .phone_number = "+493012345",
                   .phone_typed = "030 12345"};
  made.address = {.lines = {"12 High Street"}, .city = "London"};
  made.note = "Ring twice";
  made.lines[0].note = "No onions";
  for (const auto& [reached, status] : history) {
    made.history.push_back({.version = reached, .status = status, .at = at(reached)});
  }
  return made;
}

std::vector<PublicEvent> announced(const std::optional<Order>& before, const Order& after) {
  const OrdersService service{OrdersSettings{}};
  const auto known = before ? make_record(*before) : Record{};
  std::vector<PublicEvent> events;
  service.announce(known ? &known : nullptr, make_record(after), events);
  return events;
}

struct Row {
  const char* what;
  std::optional<Order> before;
  Order after;
  std::vector<EventType> announced;
};

TEST(OrderEvents, EachStepThatACommitHasTakenIsAnnounced) {
  using enum OrderStatus;
  const auto placed = order(1, {{1, pending}});
  const auto waiting = order(3, {{1, pending}, {3, waiting_payment}});
  const auto cooking = order(7, {{1, pending}, {3, waiting_payment}, {5, paid}, {6, preparing}});
  auto kept = cooking;
  kept.version = 9;
  const std::vector<Row> rows{
      {"it is placed", {}, placed, {order_created}},
      {"it is placed, and reaches its end at once",
       {},
       order(3, {{1, pending}, {2, paid}, {3, completed}}),
       {order_created, order_paid, order_completed}},
      {"a link is there", placed, waiting, {order_waiting_payment}},
      {"it is paid, and the kitchen begins", waiting, cooking, {order_paid, order_preparing}},
      {"its page shows something else", cooking, kept, {order_updated}},
      {"it is written as it was", cooking, cooking, {}},
      {"it is ready and on its way",
       order(4, {{1, pending}, {4, preparing}}),
       order(6, {{1, pending}, {4, preparing}, {5, ready}, {6, delivering}}),
       {order_ready, order_delivering}},
      {"it is cancelled", placed, order(4, {{1, pending}, {4, cancelled}}), {order_cancelled}},
  };
  for (const auto& row : rows) {
    std::vector<EventType> types;
    for (const auto& event : announced(row.before, row.after)) {
      EXPECT_EQ(event.subject, order_id.text());
      types.push_back(event.type);
    }
    EXPECT_EQ(types, row.announced) << row.what;
  }
}

TEST(OrderEvents, AStepThatWasPassedShowsTheOrderAsItStoodThen) {
  using enum OrderStatus;
  const auto events =
      announced(order(3, {{1, pending}, {3, waiting_payment}}),
                order(7, {{1, pending}, {3, waiting_payment}, {5, paid}, {6, preparing}}));
  ASSERT_EQ(events.size(), 2U);
  const auto& passed = std::get<OrderView>(events[0].data);
  EXPECT_EQ(events[0].time, at(5));
  EXPECT_EQ(passed.status, paid);
  EXPECT_EQ(passed.version, 5);
  EXPECT_EQ(passed.history.back().status, paid);
  EXPECT_EQ(passed.updated_at, at(5));
  const auto& last = std::get<OrderView>(events[1].data);
  EXPECT_EQ(events[1].time, at(6));
  EXPECT_EQ(last.status, preparing);
  EXPECT_EQ(last.version, 7) << "all that the commit has brought";
  EXPECT_EQ(last.total, 900);
}

TEST(OrderEvents, NobodysContactAddressOrNoteIsInThem) {
  using enum OrderStatus;
  for (const auto& event : announced({}, order(2, {{1, pending}, {2, paid}}))) {
    std::string text;
    write_json_compact(event.data, text);
    for (const auto* secret :
         {"Ada", "example.org", "12345", "High Street", "London", "Ring", "onions"}) {
      EXPECT_EQ(text.find(secret), std::string::npos) << text;
    }
  }
}

TEST(OrderEvents, AreKnownByPublicNames) {
  EXPECT_EQ(public_name(order_waiting_payment), "order.waiting_payment");
  EXPECT_EQ(public_name(inventory_out_of_stock), "inventory.out_of_stock");
}

TEST(OrderEvents, OtherLinesAreAnnouncedOnceTheChangeHasHappened) {
  using enum OrderStatus;
  const auto with = [](Order made, ChangeStatus status, std::int32_t change = 1) {
    made.revision = Revision{.change = change, .status = status};
    return made;
  };
  const auto types = [](const std::optional<Order>& before, const Order& after) {
    std::vector<EventType> found;
    for (const auto& event : announced(before, after)) found.push_back(event.type);
    return found;
  };
  const auto placed = order(1, {{1, pending}});
  const auto asked = with(order(2, {{1, pending}}), ChangeStatus::under_way);
  const auto done = with(order(3, {{1, pending}}), ChangeStatus::done);
  EXPECT_THAT(types(placed, asked), testing::ElementsAre(order_updated));
  EXPECT_THAT(types(asked, done), testing::ElementsAre(order_revised));
  const auto later = with(order(4, {{1, pending}}), ChangeStatus::done);
  EXPECT_THAT(types(done, later), testing::ElementsAre(order_updated)) << "that was the change";
  const auto moved = with(order(4, {{1, pending}, {4, waiting_payment}}), ChangeStatus::done, 2);
  EXPECT_THAT(types(done, moved), testing::ElementsAre(order_waiting_payment, order_revised));
}

}  // namespace
}  // namespace oms::orders
