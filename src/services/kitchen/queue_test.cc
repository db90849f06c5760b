// Given a board, when a ticket comes, then who cooks it, from when, and who waits.
#include "services/kitchen/queue.h"

#include <gtest/gtest.h>

#include "services/kitchen/queue_sample.h"

namespace oms::kitchen {
namespace {

// A ticket comes.

constexpr std::uint8_t fresh = 9;

struct Coming {
  const char* given;
  KitchenSettings settings;
  Board board;
  std::optional<Slot> slot;  // none: the queue is full
  std::vector<int> waiting;  // afterwards
  std::vector<Time> free_at;
};

std::ostream& operator<<(std::ostream& out, const Coming& row) {
  return out << row.given;
}

class Assign : public ::testing::TestWithParam<Coming> {};

TEST_P(Assign, GivesTheTicketToTheCookWhoIsFreeFirst) {
  const auto& row = GetParam();
  auto board = row.board;
  const auto slot = assign(board, ticket_id(fresh), takes, now, row.settings);
  ASSERT_EQ(slot.has_value(), row.slot.has_value()) << row.given;
  if (slot) {
    EXPECT_EQ(slot->cook, row.slot->cook) << row.given;
    EXPECT_EQ(slot->starts_at, row.slot->starts_at) << row.given;
    EXPECT_EQ(slot->ready_at, row.slot->ready_at) << row.given;
    EXPECT_EQ(slot->position, row.slot->position) << row.given;
  }
  EXPECT_EQ(waiting_on(board), row.waiting) << row.given;
  EXPECT_EQ(board.free_at, row.free_at) << row.given;
}

KitchenSettings kitchen(std::int32_t cooks, std::size_t queue_max) {
  return {.cooks = cooks, .queue_max = queue_max};
}
KitchenSettings people(std::int32_t cooks, std::size_t queue_max) {
  return {.by_hand = true, .cooks = cooks, .queue_max = queue_max};
}

const auto starts_now = Slot{.cook = 0, .starts_at = now, .ready_at = at(100)};

const std::vector<Coming> comings_by_itself{
    {.given = "nobody has cooked yet",
     .settings = kitchen(2, 1),
     .board = {},
     .slot = starts_now,
     .waiting = {},
     .free_at = {at(100), {}}},
    {.given = "one of two cooks is free",
     .settings = kitchen(2, 1),
     .board = {.free_at = {at(50), at(-50)}},
     .slot = Slot{.cook = 1, .starts_at = now, .ready_at = at(100)},
     .waiting = {},
     .free_at = {at(50), at(100)}},
    {.given = "a cook is free just now",
     .settings = kitchen(1, 0),
     .board = {.free_at = {now}},
     .slot = starts_now,
     .waiting = {},
     .free_at = {at(100)}},
    {.given = "the cook was free a moment ago",
     .settings = kitchen(1, 0),
     .board = {.free_at = {at(-1)}},
     .slot = starts_now,
     .waiting = {},
     .free_at = {at(100)}},
    {.given = "the cook is free in a moment, and nobody may wait",
     .settings = kitchen(1, 0),
     .board = {.free_at = {at(1)}},
     .slot = std::nullopt,
     .waiting = {},
     .free_at = {at(1)}},
    {.given = "the cook is free in a moment, and one may wait",
     .settings = kitchen(1, 1),
     .board = {.free_at = {at(1)}},
     .slot = Slot{.cook = 0, .starts_at = at(1), .ready_at = at(101), .position = 1},
     .waiting = {fresh},
     .free_at = {at(101)}},
    {.given = "both are busy: the first who is free has it",
     .settings = kitchen(2, 1),
     .board = {.free_at = {at(30), at(20)}},
     .slot = Slot{.cook = 1, .starts_at = at(20), .ready_at = at(120), .position = 1},
     .waiting = {fresh},
     .free_at = {at(30), at(120)}},
    {.given = "both are free at the same time: the first has it",
     .settings = kitchen(2, 1),
     .board = {.free_at = {at(20), at(20)}},
     .slot = Slot{.cook = 0, .starts_at = at(20), .ready_at = at(120), .position = 1},
     .waiting = {fresh},
     .free_at = {at(120), at(20)}},
    {.given = "one less waits than may",
     .settings = kitchen(1, 2),
     .board = {.free_at = {at(200)}, .waiting = {by_itself(1, at(100))}},
     .slot = Slot{.cook = 0, .starts_at = at(200), .ready_at = at(300), .position = 2},
     .waiting = {1, fresh},
     .free_at = {at(300)}},
    {.given = "as many wait as may",
     .settings = kitchen(1, 2),
     .board = {.free_at = {at(300)}, .waiting = {by_itself(1, at(100)), by_itself(2, at(200))}},
     .slot = std::nullopt,
     .waiting = {1, 2},
     .free_at = {at(300)}},
    {.given = "as many wait as may, and the first one's time has just come",
     .settings = kitchen(1, 2),
     .board = {.free_at = {at(200)}, .waiting = {by_itself(1, now), by_itself(2, at(100))}},
     .slot = Slot{.cook = 0, .starts_at = at(200), .ready_at = at(300), .position = 2},
     .waiting = {2, fresh},
     .free_at = {at(300)}},
    {.given = "as many wait as may, and the first one's time came a moment ago",
     .settings = kitchen(1, 2),
     .board = {.free_at = {at(199)}, .waiting = {by_itself(1, at(-1)), by_itself(2, at(99))}},
     .slot = Slot{.cook = 0, .starts_at = at(199), .ready_at = at(299), .position = 2},
     .waiting = {2, fresh},
     .free_at = {at(299)}},
    {.given = "as many wait as may, and the first one's time comes in a moment",
     .settings = kitchen(1, 2),
     .board = {.free_at = {at(201)}, .waiting = {by_itself(1, at(1)), by_itself(2, at(101))}},
     .slot = std::nullopt,
     .waiting = {1, 2},
     .free_at = {at(201)}},
    {.given = "the queue is full, and there is a new cook, who is free",
     .settings = kitchen(2, 1),
     .board = {.free_at = {at(200)}, .waiting = {by_itself(1, at(100))}},
     .slot = Slot{.cook = 1, .starts_at = now, .ready_at = at(100)},
     .waiting = {1},
     .free_at = {at(200), at(100)}},
    {.given = "the cook who is free first has left",
     .settings = kitchen(1, 1),
     .board = {.free_at = {at(50), at(10)}},
     .slot = Slot{.cook = 0, .starts_at = at(50), .ready_at = at(150), .position = 1},
     .waiting = {fresh},
     .free_at = {at(150)}},
    {.given = "no cook is set: there is one all the same",
     .settings = kitchen(0, 1),
     .board = {},
     .slot = starts_now,
     .waiting = {},
     .free_at = {at(100)}},
    {.given = "fewer cooks than none are set",
     .settings = kitchen(-1, 1),
     .board = {.free_at = {at(1), at(2)}},
     .slot = Slot{.cook = 0, .starts_at = at(1), .ready_at = at(101), .position = 1},
     .waiting = {fresh},
     .free_at = {at(101)}},
    {.given = "tickets were left by hand: one's time has come, the other's has not",
     .settings = kitchen(1, 1),
     .board = {.free_at = {at(50)}, .waiting = {by_hand(1, now), by_hand(2, at(1))}},
     .slot = std::nullopt,
     .waiting = {2},
     .free_at = {at(50)}},
};
INSTANTIATE_TEST_SUITE_P(ByItself, Assign, ::testing::ValuesIn(comings_by_itself));

// By hand nobody has a cook before it is accepted, so that the cooks' times stay.
const std::vector<Coming> comings_by_hand{
    {.given = "a cook is free, and nobody waits",
     .settings = people(1, 0),
     .board = {},
     .slot = Slot{.starts_at = now, .ready_at = at(100)},
     .waiting = {fresh},
     .free_at = {Time{}}},
    {.given = "the cook is free just now",
     .settings = people(1, 0),
     .board = {.free_at = {now}},
     .slot = Slot{.starts_at = now, .ready_at = at(100)},
     .waiting = {fresh},
     .free_at = {now}},
    {.given = "the cook is free in a moment",
     .settings = people(1, 0),
     .board = {.free_at = {at(1)}},
     .slot = Slot{.starts_at = at(1), .ready_at = at(101), .position = 1},
     .waiting = {fresh},
     .free_at = {at(1)}},
    {.given = "a cook is free, and one waits for a word",
     .settings = people(1, 1),
     .board = {.free_at = {now}, .waiting = {by_hand(1, now)}},
     .slot = Slot{.starts_at = at(100), .ready_at = at(200), .position = 2},
     .waiting = {1, fresh},
     .free_at = {now}},
    {.given = "two cooks are free, and one waits for a word",
     .settings = people(2, 0),
     .board = {.free_at = {now, now}, .waiting = {by_hand(1, now)}},
     .slot = Slot{.starts_at = now, .ready_at = at(100), .position = 2},
     .waiting = {1, fresh},
     .free_at = {now, now}},
    {.given = "one less waits than may, with one more for each cook",
     .settings = people(2, 1),
     .board = {.free_at = {now, now}, .waiting = {by_hand(1, now), by_hand(2, now)}},
     .slot = Slot{.starts_at = at(100), .ready_at = at(200), .position = 3},
     .waiting = {1, 2, fresh},
     .free_at = {now, now}},
    {.given = "as many wait as may, with one more for each cook",
     .settings = people(2, 1),
     .board = {.free_at = {now, now},
               .waiting = {by_hand(1, now), by_hand(2, now), by_hand(3, at(100))}},
     .slot = std::nullopt,
     .waiting = {1, 2, 3},
     .free_at = {now, now}},
    {.given = "as many wait as may, and the time of all has long come",
     .settings = people(1, 1),
     .board = {.free_at = {now}, .waiting = {by_hand(1, at(-100)), by_hand(2, at(-1))}},
     .slot = std::nullopt,
     .waiting = {1, 2},
     .free_at = {now}},
    {.given = "the waiting ticket is late: both are still to be cooked from now on",
     .settings = people(1, 2),
     .board = {.free_at = {at(-900)}, .waiting = {by_hand(1, at(-900)), by_hand(2, at(-800))}},
     .slot = Slot{.starts_at = at(200), .ready_at = at(300), .position = 3},
     .waiting = {1, 2, fresh},
     .free_at = {at(-900)}},
    {.given = "the waiting ticket takes no time, and yet is before it",
     .settings = people(1, 1),
     .board = {.free_at = {now}, .waiting = {by_hand(1, now, 0)}},
     .slot = Slot{.starts_at = now, .ready_at = at(100), .position = 2},
     .waiting = {1, fresh},
     .free_at = {now}},
    {.given = "a ticket was planned by itself, and its time has just come",
     .settings = people(1, 0),
     .board = {.free_at = {at(100)}, .waiting = {by_itself(1, now)}},
     .slot = Slot{.starts_at = at(100), .ready_at = at(200), .position = 1},
     .waiting = {fresh},
     .free_at = {at(100)}},
    {.given = "a ticket was planned by itself, and its time came a moment ago",
     .settings = people(1, 0),
     .board = {.free_at = {at(99)}, .waiting = {by_itself(1, at(-1))}},
     .slot = Slot{.starts_at = at(99), .ready_at = at(199), .position = 1},
     .waiting = {fresh},
     .free_at = {at(99)}},
    {.given = "a ticket was planned by itself, and its time comes in a moment: its cook has it",
     .settings = people(1, 1),
     .board = {.free_at = {at(101)}, .waiting = {by_itself(1, at(1))}},
     .slot = Slot{.starts_at = at(101), .ready_at = at(201), .position = 2},
     .waiting = {1, fresh},
     .free_at = {at(101)}},
    {.given = "no cook is set: there is one all the same",
     .settings = people(0, 0),
     .board = {},
     .slot = Slot{.starts_at = now, .ready_at = at(100)},
     .waiting = {fresh},
     .free_at = {Time{}}},
};
INSTANTIATE_TEST_SUITE_P(ByHand, Assign, ::testing::ValuesIn(comings_by_hand));

TEST(Queue, RemembersHowLongWhatWaitsByHandTakes) {
  Board board;
  ASSERT_TRUE(assign(board, ticket_id(1), takes, now, people(1, 0)));
  ASSERT_EQ(board.waiting.size(), 1U);
  EXPECT_TRUE(board.waiting[0].by_hand);
  EXPECT_EQ(board.waiting[0].takes_ms, takes.count());
}

}  // namespace
}  // namespace oms::kitchen
