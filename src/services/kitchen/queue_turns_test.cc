// Given a board, when a ticket begins or leaves, then what is left on the board; and how long the
// cooks need.
#include <gtest/gtest.h>

#include <chrono>
#include <limits>

#include "services/kitchen/queue_sample.h"

namespace oms::kitchen {
namespace {

using std::chrono::days;
using std::chrono::minutes;

// Somebody accepts ticket 1.

struct Beginning {
  const char* given;
  Board board;
  Ticket ticket;
  Ticket then;
  std::vector<int> waiting;
  std::vector<Time> free_at;
};

std::ostream& operator<<(std::ostream& out, const Beginning& row) {
  return out << row.given;
}

class Begin : public ::testing::TestWithParam<Beginning> {};

TEST_P(Begin, GivesTheTicketACook) {
  const auto& row = GetParam();
  auto board = row.board;
  auto ticket = row.ticket;
  ticket.id = ticket_id(1);
  begin(board, ticket, now);
  EXPECT_EQ(ticket.cook, row.then.cook) << row.given;
  EXPECT_EQ(ticket.starts_at, row.then.starts_at) << row.given;
  EXPECT_EQ(ticket.busy_until, row.then.busy_until) << row.given;
  EXPECT_EQ(ticket.promised_at, row.ticket.promised_at) << "promises are kept: " << row.given;
  EXPECT_EQ(waiting_on(board), row.waiting) << row.given;
  EXPECT_EQ(board.free_at, row.free_at) << row.given;
}

const Ticket waits{.starts_at = now, .promised_at = at(100), .takes_ms = 100};

const std::vector<Beginning> beginnings{
    {.given = "the cook is free",
     .board = {.free_at = {at(-1)}, .waiting = {by_hand(1, now), by_hand(2, at(100))}},
     .ticket = waits,
     .then = {.cook = 0, .starts_at = now, .busy_until = at(100)},
     .waiting = {2},
     .free_at = {at(100)}},
    {.given = "the first cook is busy and the second is free just now",
     .board = {.free_at = {at(1), now}, .waiting = {by_hand(1, now)}},
     .ticket = waits,
     .then = {.cook = 1, .starts_at = now, .busy_until = at(100)},
     .waiting = {},
     .free_at = {at(1), at(100)}},
    {.given = "all are busy: who is free first has it when they are",
     .board = {.free_at = {at(20), at(10)}, .waiting = {by_hand(1, now)}},
     .ticket = waits,
     .then = {.cook = 1, .starts_at = at(10), .busy_until = at(110)},
     .waiting = {},
     .free_at = {at(20), at(110)}},
    {.given = "its turn had not come",
     .board = {.free_at = {now}, .waiting = {by_hand(2, now), by_hand(1, at(100))}},
     .ticket = {.starts_at = at(100), .promised_at = at(200), .takes_ms = 100},
     .then = {.cook = 0, .starts_at = now, .busy_until = at(100)},
     .waiting = {2},
     .free_at = {at(100)}},
    {.given = "it was accepted after its promise",
     .board = {.free_at = {at(-900)}, .waiting = {by_hand(1, at(-900))}},
     .ticket = {.starts_at = at(-900), .promised_at = at(-800), .takes_ms = 100},
     .then = {.cook = 0, .starts_at = now, .busy_until = at(100)},
     .waiting = {},
     .free_at = {at(100)}},
    {.given = "it takes no time",
     .board = {.free_at = {at(-1)}, .waiting = {by_hand(1, now, 0)}},
     .ticket = {.starts_at = now, .promised_at = now},
     .then = {.cook = 0, .starts_at = now, .busy_until = now},
     .waiting = {},
     .free_at = {now}},
    {.given = "it was planned while the kitchen worked by itself: its cook stays",
     .board = {.free_at = {now, at(200)}, .waiting = {by_itself(1, at(100))}},
     .ticket = {.cook = 1, .starts_at = at(100), .promised_at = at(200), .takes_ms = 100},
     .then = {.cook = 1, .starts_at = at(100)},
     .waiting = {},
     .free_at = {now, at(200)}},
    {.given = "it was planned while the kitchen worked by itself, and its cook has left",
     .board = {.free_at = {at(50)}, .waiting = {by_itself(1, at(100))}},
     .ticket = {.cook = 1, .starts_at = at(100), .promised_at = at(200), .takes_ms = 100},
     .then = {.cook = 1, .starts_at = at(100)},
     .waiting = {},
     .free_at = {at(50)}},
    {.given = "the board has no cooks yet",
     .board = {.waiting = {by_hand(1, now)}},
     .ticket = waits,
     .then = {.cook = -1, .starts_at = now},
     .waiting = {},
     .free_at = {}},
};
INSTANTIATE_TEST_SUITE_P(Board, Begin, ::testing::ValuesIn(beginnings));

// Ticket 1 is done, or will never begin.

struct Leaving {
  const char* given;
  Board board;
  Ticket ticket;
  std::vector<int> waiting;
  std::vector<Time> free_at;
};

std::ostream& operator<<(std::ostream& out, const Leaving& row) {
  return out << row.given;
}

class Release : public ::testing::TestWithParam<Leaving> {};

TEST_P(Release, GivesTimeBackOnlyWhereNobodyComesAfter) {
  const auto& row = GetParam();
  auto board = row.board;
  auto ticket = row.ticket;
  ticket.id = ticket_id(1);
  release(board, ticket, now);
  EXPECT_EQ(waiting_on(board), row.waiting) << row.given;
  EXPECT_EQ(board.free_at, row.free_at) << row.given;
}

const std::vector<Leaving> leavings{
    {.given = "the last of its cook is done early",
     .board = {.free_at = {at(60), at(70)}},
     .ticket = {.cook = 0, .starts_at = at(-40), .promised_at = at(60)},
     .waiting = {},
     .free_at = {now, at(70)}},
    {.given = "the last of its cook is done just in time",
     .board = {.free_at = {now}},
     .ticket = {.cook = 0, .starts_at = at(-100), .promised_at = now},
     .waiting = {},
     .free_at = {now}},
    {.given = "the last of its cook is done late: that time has passed",
     .board = {.free_at = {at(-1)}},
     .ticket = {.cook = 0, .starts_at = at(-101), .promised_at = at(-1)},
     .waiting = {},
     .free_at = {at(-1)}},
    {.given = "the last of its cook never begins",
     .board = {.free_at = {at(200)}, .waiting = {by_itself(2, at(50)), by_itself(1, at(100))}},
     .ticket = {.cook = 0, .starts_at = at(100), .promised_at = at(200)},
     .waiting = {2},
     .free_at = {at(100)}},
    {.given = "one in the middle never begins: who comes after it was promised a time",
     .board = {.free_at = {at(300)}, .waiting = {by_itself(1, at(100)), by_itself(2, at(200))}},
     .ticket = {.cook = 0, .starts_at = at(100), .promised_at = at(200)},
     .waiting = {2},
     .free_at = {at(300)}},
    {.given = "one that is being cooked is done early, and another waits for that cook",
     .board = {.free_at = {at(150)}, .waiting = {by_itself(2, at(50))}},
     .ticket = {.cook = 0, .starts_at = at(-50), .promised_at = at(50)},
     .waiting = {2},
     .free_at = {at(150)}},
    {.given = "it was begun by hand later than promised, and is done early",
     .board = {.free_at = {at(50)}},
     .ticket = {.cook = 0, .starts_at = at(-50), .promised_at = at(-60), .busy_until = at(50)},
     .waiting = {},
     .free_at = {now}},
    {.given = "it was begun by hand, and another after it is free when it was promised",
     .board = {.free_at = {at(150)}},
     .ticket = {.cook = 0, .starts_at = at(-50), .promised_at = at(150), .busy_until = at(50)},
     .waiting = {},
     .free_at = {at(150)}},
    {.given = "it takes no time",
     .board = {.free_at = {now}},
     .ticket = {.cook = 0, .starts_at = now, .promised_at = now, .busy_until = now},
     .waiting = {},
     .free_at = {now}},
    {.given = "it waits by hand, and has no cook",
     .board = {.free_at = {at(10)}, .waiting = {by_hand(1, at(10)), by_hand(2, at(110))}},
     .ticket = {.starts_at = at(10), .promised_at = at(110), .takes_ms = 100},
     .waiting = {2},
     .free_at = {at(10)}},
    {.given = "the board has fewer cooks by now, and its own has left",
     .board = {.free_at = {at(60)}, .waiting = {by_itself(1, at(20))}},
     .ticket = {.cook = 1, .starts_at = at(20), .promised_at = at(60)},
     .waiting = {},
     .free_at = {at(60)}},
    {.given = "the board had fewer cooks meanwhile, and its own is new and free",
     .board = {.free_at = {at(60), Time{}}},
     .ticket = {.cook = 1, .starts_at = at(-40), .promised_at = at(60)},
     .waiting = {},
     .free_at = {at(60), Time{}}},
    {.given = "it is not on the board",
     .board = {.free_at = {at(60)}, .waiting = {by_itself(2, at(20))}},
     .ticket = {.cook = 0, .starts_at = at(-40), .promised_at = at(59)},
     .waiting = {2},
     .free_at = {at(60)}},
};
INSTANTIATE_TEST_SUITE_P(Board, Release, ::testing::ValuesIn(leavings));

// How long it takes.

struct Preparing {
  const char* given;
  std::vector<std::int64_t> lines_ms;
  KitchenSettings settings;
  Duration takes;
};

std::ostream& operator<<(std::ostream& out, const Preparing& row) {
  return out << row.given;
}

class Preparation : public ::testing::TestWithParam<Preparing> {};

TEST_P(Preparation, IsOneLineAfterTheOther) {
  const auto& row = GetParam();
  std::vector<OrderLine> lines;
  for (const auto ms : row.lines_ms) lines.push_back({.quantity = 3, .preparation_ms = ms});
  EXPECT_EQ(preparation_time(lines, row.settings), row.takes) << row.given;
}

constexpr auto quarter = std::chrono::milliseconds{minutes{15}};
constexpr auto endless = std::numeric_limits<std::int64_t>::max();
const KitchenSettings itself;
const KitchenSettings hands{.by_hand = true};

const std::vector<Preparing> preparations{
    {"no lines", {}, itself, Duration{0}},
    {"no lines, by hand", {}, hands, quarter},
    {"lines that take no time", {0, 0}, itself, Duration{0}},
    {"lines that take no time, by hand", {0, 0}, hands, quarter},
    {"one of two takes no time", {0, 1}, itself, Duration{1}},
    {"pieces of a line together, lines one after the other", {2, 3}, itself, Duration{5}},
    {"a moment less than people need", {quarter.count() - 1}, hands, quarter},
    {"what people need", {quarter.count()}, hands, quarter},
    {"a moment more than people need", {quarter.count(), 1}, hands, quarter + Duration{1}},
    {"as the shop says", {2, 3}, {.preparation = Duration{4}}, Duration{4}},
    {"as the shop says, by hand",
     {quarter.count()},
     {.by_hand = true, .preparation = Duration{4}},
     Duration{4}},
    {"nothing, as the shop says",
     {2, 3},
     {.by_hand = true, .preparation = Duration{0}},
     Duration{0}},
    {"as much as an order can be of", std::vector<std::int64_t>(100, 86'400'000), itself,
     days{100}},
    {"a line that never ends", {endless}, itself, preparation_max},
    {"lines that never end", {endless, endless, 1}, hands, preparation_max},
    {"never, as the shop says", {1}, {.preparation = Duration{endless}}, preparation_max},
    {"a line that takes less than nothing", {-5, 7}, itself, Duration{7}},
    {"lines that take endlessly less than nothing", {-endless, -endless, 7}, itself, Duration{7}},
};
INSTANTIATE_TEST_SUITE_P(Lines, Preparation, ::testing::ValuesIn(preparations));

TEST(Queue, PromisesATimeAfterAQueueOfTheLongestPreparations) {
  const KitchenSettings settings{.cooks = 1, .preparation = Duration{endless}};
  Board board;
  auto last = now;
  for (std::uint8_t n = 1; n <= 100; ++n) {
    const auto slot = assign(board, ticket_id(n), preparation_time({}, settings), now, settings);
    ASSERT_TRUE(slot);
    EXPECT_GT(slot->ready_at, last);
    last = slot->ready_at;
  }
}

}  // namespace
}  // namespace oms::kitchen
