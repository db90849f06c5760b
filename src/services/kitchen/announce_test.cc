// A missed promise is told once.
#include <gtest/gtest.h>

#include "services/kitchen/service.h"

namespace oms::kitchen {
namespace {

struct Row {
  const char* what;
  std::optional<Ticket> before;
  Ticket after;
  std::size_t announced;
};

TEST(KitchenEvents, AMissedPromiseIsToldOnce) {
  const Id order_id{Id::Bytes{0x65, 1}};
  const Ticket open{.id = order_id, .order_number = 17};
  auto late = open;
  late.missed = true;
  auto ready = late;
  ready.status = TicketStatus::ready;
  const std::vector<Row> rows{
      {"a ticket is new", {}, open, 0},
      {"it waits", open, open, 0},
      {"it is late", open, late, 1},
      {"it is ready at last", late, ready, 0},
      {"it is late and ready at once", open, ready, 1},
      {"it is new and late", {}, late, 1},
  };
  const KitchenService service{KitchenSettings{}};
  for (const auto& row : rows) {
    const auto known = row.before ? make_record(*row.before) : Record{};
    std::vector<PublicEvent> events;
    service.announce(known ? &known : nullptr, make_record(row.after), events);
    ASSERT_EQ(events.size(), row.announced) << row.what;
    if (events.empty()) continue;
    EXPECT_EQ(events[0].type, EventType::kitchen_promise_missed);
    EXPECT_EQ(events[0].subject, order_id.text());
    EXPECT_EQ(std::get<PromiseMissed>(events[0].data).order_number, 17);
  }
}

}  // namespace
}  // namespace oms::kitchen
