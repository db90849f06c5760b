// Given a board, when a ticket is held or resumed, then who cooks it, from when, and who waits.
#include <gtest/gtest.h>

#include "services/kitchen/queue_sample.h"

namespace oms::kitchen {
namespace {

KitchenSettings kitchen(std::int32_t cooks, std::size_t queue_max = 9) {
  return {.cooks = cooks, .queue_max = queue_max};
}
KitchenSettings people(std::int32_t cooks, std::size_t queue_max = 9) {
  return {.by_hand = true, .cooks = cooks, .queue_max = queue_max};
}

BoardEntry held(BoardEntry entry) {
  entry.held = true;
  return entry;
}

// A ticket comes while another one is held.

constexpr std::uint8_t fresh = 9;

struct Coming {
  const char* given;
  KitchenSettings settings;
  Board board;
  std::optional<Slot> slot;  // none: the queue is full
  std::vector<int> waiting;  // afterwards
};

std::ostream& operator<<(std::ostream& out, const Coming& row) {
  return out << row.given;
}

class AssignBesideAHeldOne : public ::testing::TestWithParam<Coming> {};

TEST_P(AssignBesideAHeldOne, LeavesItsPlace) {
  const auto& row = GetParam();
  auto board = row.board;
  const auto slot = assign(board, ticket_id(fresh), takes, now, row.settings);
  ASSERT_EQ(slot.has_value(), row.slot.has_value()) << row.given;
  if (slot) {
    EXPECT_EQ(slot->cook, row.slot->cook) << row.given;
    EXPECT_EQ(slot->starts_at, row.slot->starts_at) << row.given;
    EXPECT_EQ(slot->position, row.slot->position) << row.given;
  }
  EXPECT_EQ(waiting_on(board), row.waiting) << row.given;
}

const std::vector<Coming> comings{
    {.given = "its time has not come",
     .settings = kitchen(1),
     .board = {.free_at = {at(150)}, .waiting = {held(by_itself(1, at(50)))}},
     .slot = Slot{.cook = 0, .starts_at = at(150), .position = 2},
     .waiting = {1, fresh}},
    {.given = "its time has come, and nobody begins it",
     .settings = kitchen(1),
     .board = {.free_at = {at(50)}, .waiting = {held(by_itself(1, at(-50))), by_itself(2, now)}},
     .slot = Slot{.cook = 0, .starts_at = at(50), .position = 2},
     .waiting = {1, fresh}},
    {.given = "its time has come, and it fills the queue",
     .settings = kitchen(1, 1),
     .board = {.free_at = {at(50)}, .waiting = {held(by_itself(1, at(-50)))}},
     .slot = std::nullopt,
     .waiting = {1}},
    {.given = "its time is over, and a cook is free",
     .settings = kitchen(1, 1),
     .board = {.free_at = {at(-50)}, .waiting = {held(by_itself(1, at(-150)))}},
     .slot = Slot{.cook = 0, .starts_at = now},
     .waiting = {1}},
    {.given = "by hand it is still to be cooked",
     .settings = people(1),
     .board = {.free_at = {now}, .waiting = {held(by_hand(1, at(-50)))}},
     .slot = Slot{.starts_at = at(100), .position = 2},
     .waiting = {1, fresh}},
    {.given = "by hand it fills the queue",
     .settings = people(1, 0),
     .board = {.free_at = {now}, .waiting = {held(by_hand(1, at(-50)))}},
     .slot = std::nullopt,
     .waiting = {1}},
    {.given = "by hand, and it was planned while the kitchen worked by itself",
     .settings = people(1, 0),
     .board = {.free_at = {at(50)}, .waiting = {held(by_itself(1, at(-50)))}},
     .slot = std::nullopt,
     .waiting = {1}},
};
INSTANTIATE_TEST_SUITE_P(Board, AssignBesideAHeldOne, ::testing::ValuesIn(comings));

// Ticket 1 is held, and resumed.

struct Resuming {
  const char* given;
  KitchenSettings settings;
  Board board;
  Ticket ticket;
  Duration takes;
  Slot slot;
  std::vector<int> waiting;  // afterwards
  std::vector<Time> free_at;
};

std::ostream& operator<<(std::ostream& out, const Resuming& row) {
  return out << row.given;
}

class Resume : public ::testing::TestWithParam<Resuming> {};

TEST_P(Resume, KeepsItsPlaceAndEveryPromiseToOthers) {
  const auto& row = GetParam();
  auto board = row.board;
  auto ticket = row.ticket;
  ticket.id = ticket_id(1);
  hold(board, ticket.id);
  EXPECT_EQ(waiting_on(board), waiting_on(row.board)) << row.given;
  EXPECT_EQ(board.free_at, row.board.free_at) << row.given;
  const auto slot = resume(board, ticket, row.takes, now, row.settings);
  EXPECT_EQ(slot.cook, row.slot.cook) << row.given;
  EXPECT_EQ(slot.starts_at, row.slot.starts_at) << row.given;
  EXPECT_EQ(slot.ready_at, row.slot.ready_at) << row.given;
  EXPECT_EQ(slot.position, row.slot.position) << row.given;
  EXPECT_EQ(waiting_on(board), row.waiting) << row.given;
  EXPECT_EQ(board.free_at, row.free_at) << row.given;
  for (const auto& entry : board.waiting) {
    EXPECT_FALSE(entry.held) << row.given;
    if (entry.id != ticket.id) continue;
    EXPECT_EQ(entry.starts_at, slot.starts_at) << row.given;
    EXPECT_EQ(entry.by_hand, row.settings.by_hand) << row.given;
    EXPECT_EQ(entry.takes_ms, row.settings.by_hand ? row.takes.count() : 0) << row.given;
  }
}

// With the first cook, from 50 to 150.
const Ticket in_50{.cook = 0, .starts_at = at(50), .promised_at = at(150), .takes_ms = 100};
// It should have been begun 50 ago.
const Ticket since_50{.cook = 0, .starts_at = at(-50), .promised_at = at(50), .takes_ms = 100};
// Its time is over.
const Ticket long_ago{.cook = 0, .starts_at = at(-150), .promised_at = at(-50), .takes_ms = 100};

const std::vector<Resuming> by_themselves{
    {.given = "its turn has not come, and it takes as long as before",
     .settings = kitchen(1),
     .board = {.free_at = {at(150)}, .waiting = {by_itself(1, at(50))}},
     .ticket = in_50,
     .takes = takes,
     .slot = {.cook = 0, .starts_at = at(50), .ready_at = at(150), .position = 1},
     .waiting = {1},
     .free_at = {at(150)}},
    {.given = "its turn has not come, it takes less, and nobody comes after",
     .settings = kitchen(1),
     .board = {.free_at = {at(150)}, .waiting = {by_itself(1, at(50))}},
     .ticket = in_50,
     .takes = Duration{40},
     .slot = {.cook = 0, .starts_at = at(50), .ready_at = at(90), .position = 1},
     .waiting = {1},
     .free_at = {at(90)}},
    {.given = "it takes less, and who comes after was promised a time",
     .settings = kitchen(1),
     .board = {.free_at = {at(250)}, .waiting = {by_itself(1, at(50)), by_itself(2, at(150))}},
     .ticket = in_50,
     .takes = Duration{40},
     .slot = {.cook = 0, .starts_at = at(50), .ready_at = at(90), .position = 1},
     .waiting = {1, 2},
     .free_at = {at(250)}},
    {.given = "another is before it",
     .settings = kitchen(2),
     .board = {.free_at = {at(150), at(140)},
               .waiting = {by_itself(2, at(40)), by_itself(1, at(50))}},
     .ticket = in_50,
     .takes = takes,
     .slot = {.cook = 0, .starts_at = at(50), .ready_at = at(150), .position = 2},
     .waiting = {2, 1},
     .free_at = {at(150), at(140)}},
    {.given = "who was before it has begun meanwhile",
     .settings = kitchen(2),
     .board = {.free_at = {at(150), at(100)}, .waiting = {by_itself(2, now), by_itself(1, at(50))}},
     .ticket = in_50,
     .takes = takes,
     .slot = {.cook = 0, .starts_at = at(50), .ready_at = at(150), .position = 1},
     .waiting = {1},
     .free_at = {at(150), at(100)}},
    {.given = "its turn has just come: it begins",
     .settings = kitchen(1),
     .board = {.free_at = {at(100)}, .waiting = {by_itself(1, now)}},
     .ticket = {.cook = 0, .starts_at = now, .promised_at = at(100), .takes_ms = 100},
     .takes = takes,
     .slot = {.cook = 0, .starts_at = now, .ready_at = at(100)},
     .waiting = {},
     .free_at = {at(100)}},
    {.given = "its turn came while it was held, and nobody comes after: it begins now",
     .settings = kitchen(1),
     .board = {.free_at = {at(50)}, .waiting = {by_itself(1, at(-50))}},
     .ticket = since_50,
     .takes = takes,
     .slot = {.cook = 0, .starts_at = now, .ready_at = at(100)},
     .waiting = {},
     .free_at = {at(100)}},
    {.given = "its turn came, and it is ready all the same when the next one begins",
     .settings = kitchen(1),
     .board = {.free_at = {at(150)}, .waiting = {by_itself(1, at(-50)), by_itself(2, at(50))}},
     .ticket = since_50,
     .takes = Duration{50},
     .slot = {.cook = 0, .starts_at = now, .ready_at = at(50)},
     .waiting = {2},
     .free_at = {at(150)}},
    {.given = "its turn came, the next one begins too soon: it comes after",
     .settings = kitchen(1),
     .board = {.free_at = {at(150)}, .waiting = {by_itself(1, at(-50)), by_itself(2, at(50))}},
     .ticket = since_50,
     .takes = Duration{51},
     .slot = {.cook = 0, .starts_at = at(150), .ready_at = at(201), .position = 2},
     .waiting = {2, 1},
     .free_at = {at(201)}},
    {.given = "its turn came, the next one begins too soon, and another cook is free",
     .settings = kitchen(2),
     .board = {.free_at = {at(150), at(-9)},
               .waiting = {by_itself(1, at(-50)), by_itself(2, at(50))}},
     .ticket = since_50,
     .takes = takes,
     .slot = {.cook = 1, .starts_at = now, .ready_at = at(100)},
     .waiting = {2},
     .free_at = {at(150), at(100)}},
    {.given = "its time is over, and its cook has had nothing to do since",
     .settings = kitchen(1),
     .board = {.free_at = {at(-50)}, .waiting = {by_itself(1, at(-150))}},
     .ticket = long_ago,
     .takes = takes,
     .slot = {.cook = 0, .starts_at = now, .ready_at = at(100)},
     .waiting = {},
     .free_at = {at(100)}},
    {.given = "its time is over, and its cook has begun another",
     .settings = kitchen(1),
     .board = {.free_at = {at(70)}, .waiting = {by_itself(1, at(-150))}},
     .ticket = long_ago,
     .takes = takes,
     .slot = {.cook = 0, .starts_at = at(70), .ready_at = at(170), .position = 1},
     .waiting = {1},
     .free_at = {at(170)}},
    {.given = "it takes longer than its cook has, and another one waits",
     .settings = kitchen(1),
     .board = {.free_at = {at(250)}, .waiting = {by_itself(1, at(50)), by_itself(2, at(150))}},
     .ticket = in_50,
     .takes = Duration{101},
     .slot = {.cook = 0, .starts_at = at(250), .ready_at = at(351), .position = 2},
     .waiting = {2, 1},
     .free_at = {at(351)}},
    {.given = "its cook has left",
     .settings = kitchen(1),
     .board = {.free_at = {at(20), at(150)}, .waiting = {by_itself(1, at(50))}},
     .ticket = {.cook = 1, .starts_at = at(50), .promised_at = at(150), .takes_ms = 100},
     .takes = takes,
     .slot = {.cook = 0, .starts_at = at(20), .ready_at = at(120), .position = 1},
     .waiting = {1},
     .free_at = {at(120)}},
    {.given = "it was left by hand: the cook who is free first has it",
     .settings = kitchen(2),
     .board = {.free_at = {at(20), at(10)}, .waiting = {by_hand(1, at(-50))}},
     .ticket = {.starts_at = at(-50), .promised_at = at(50), .takes_ms = 100},
     .takes = takes,
     .slot = {.cook = 1, .starts_at = at(10), .ready_at = at(110), .position = 1},
     .waiting = {1},
     .free_at = {at(20), at(110)}},
    {.given = "the queue is full, and it is a part of it",
     .settings = kitchen(1, 1),
     .board = {.free_at = {at(70)}, .waiting = {by_itself(1, at(-150))}},
     .ticket = long_ago,
     .takes = takes,
     .slot = {.cook = 0, .starts_at = at(70), .ready_at = at(170), .position = 1},
     .waiting = {1},
     .free_at = {at(170)}},
    {.given = "it is not on the board",
     .settings = kitchen(1),
     .board = {.free_at = {at(50)}},
     .ticket = since_50,
     .takes = takes,
     .slot = {.cook = 0, .starts_at = now, .ready_at = at(100)},
     .waiting = {},
     .free_at = {at(100)}},
};
INSTANTIATE_TEST_SUITE_P(ByItself, Resume, ::testing::ValuesIn(by_themselves));

const std::vector<Resuming> by_hands{
    {.given = "its turn has not come",
     .settings = people(1),
     .board = {.free_at = {now}, .waiting = {by_hand(2, now), by_hand(1, at(100))}},
     .ticket = {.starts_at = at(100), .promised_at = at(200), .takes_ms = 100},
     .takes = Duration{60},
     .slot = {.starts_at = at(100), .ready_at = at(160), .position = 2},
     .waiting = {2, 1},
     .free_at = {now}},
    {.given = "its turn came while it was held: from now on it is first",
     .settings = people(1),
     .board = {.free_at = {at(-50)}, .waiting = {by_hand(1, at(-50)), by_hand(2, at(50))}},
     .ticket = {.starts_at = at(-50), .promised_at = at(50), .takes_ms = 100},
     .takes = takes,
     .slot = {.starts_at = now, .ready_at = at(100), .position = 1},
     .waiting = {1, 2},
     .free_at = {at(-50)}},
    {.given = "the queue is full, and it is a part of it",
     .settings = people(1, 0),
     .board = {.free_at = {now}, .waiting = {by_hand(1, at(-50))}},
     .ticket = {.starts_at = at(-50), .promised_at = at(50), .takes_ms = 100},
     .takes = takes,
     .slot = {.starts_at = now, .ready_at = at(100), .position = 1},
     .waiting = {1},
     .free_at = {now}},
    {.given = "it was planned while the kitchen worked by itself: its cook is free",
     .settings = people(1),
     .board = {.free_at = {at(150)}, .waiting = {by_itself(1, at(50))}},
     .ticket = in_50,
     .takes = takes,
     .slot = {.starts_at = at(50), .ready_at = at(150), .position = 1},
     .waiting = {1},
     .free_at = {at(50)}},
    {.given = "it was planned while the kitchen worked by itself, and another after it",
     .settings = people(1),
     .board = {.free_at = {at(250)}, .waiting = {by_itself(1, at(50)), by_itself(2, at(150))}},
     .ticket = in_50,
     .takes = takes,
     .slot = {.starts_at = at(50), .ready_at = at(150), .position = 1},
     .waiting = {1, 2},
     .free_at = {at(250)}},
};
INSTANTIATE_TEST_SUITE_P(ByHand, Resume, ::testing::ValuesIn(by_hands));

// A held ticket that is called off, or rejected.
TEST(Held, LeavesLikeAnyOther) {
  Board board{.free_at = {at(150)}, .waiting = {held(by_itself(1, at(50)))}};
  auto ticket = in_50;
  ticket.id = ticket_id(1);
  release(board, ticket, now);
  EXPECT_TRUE(board.waiting.empty());
  EXPECT_EQ(board.free_at, std::vector<Time>{at(50)});
}

}  // namespace
}  // namespace oms::kitchen
