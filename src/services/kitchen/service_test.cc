// The kitchen's promises and its changes of hand: most of the rest is told by tests/journeys/.
#include "services/kitchen/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "services/kitchen/queue.h"
#include "tests/support/kept_records.h"

namespace oms::kitchen {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::SizeIs;
using Action = HandleTicket::Action;

const Time start{1'700'000'000'000};

Id order(std::uint8_t n) {
  return Id{Id::Bytes{0x65, n}};
}

class Kitchen : public ::testing::Test {
 protected:
  // Decides, and keeps what was decided.
  Decision hear(std::uint8_t n, Payload payload) {
    const KitchenService service{settings};
    return records.decide(
        service, {.id = order(n), .order_id = order(n), .payload = std::move(payload)}, now);
  }
  Decision prepare(std::uint8_t n) {
    return hear(n, PrepareOrder{.lines = {{.product_name = "Soup", .preparation_ms = 60'000}}});
  }
  Decision handle(std::uint8_t n, Action action) { return hear(n, HandleTicket{action}); }
  Decision wake_up(std::uint8_t n) { return hear(n, WakeUp{.table = "kitchen_ticket"}); }

  const Ticket& ticket(std::uint8_t n) { return *records.get<Ticket>(order(n)); }
  std::vector<BoardEntry> waiting() { return records.get<Board>(Board{}.id)->waiting; }

  // Whether the last decision has missed the promise.
  bool has_missed() const {
    return std::ranges::any_of(records.events(), [](const PublicEvent& event) {
      return event.type == EventType::kitchen_promise_missed;
    });
  }

  template <class M>
  static std::vector<M> told(const Decision& decision) {
    std::vector<M> found;
    for (const auto& payload : decision.send) {
      if (const auto* message = std::get_if<M>(&payload)) found.push_back(*message);
    }
    return found;
  }

  KitchenSettings settings{.cooks = 1, .queue_max = 2};
  testing::KeptRecords records;
  Time now = start;
};

TEST_F(Kitchen, ForgetsWhatACustomerHasWritten) {
  hear(1, PrepareOrder{.lines = {{.product_name = "Soup", .note = "for Ada"}}, .note = "call Ada"});
  const auto decision = hear(1, ErasePersonalData{.to = ServiceName::kitchen});
  EXPECT_THAT(told<PersonalDataErased>(decision), SizeIs(1));
  EXPECT_THAT(decision.forget, SizeIs(1));
  EXPECT_EQ(ticket(1).note + ticket(1).lines.at(0).note, "");
  EXPECT_EQ(ticket(1).lines.at(0).product_name, "Soup");
  EXPECT_THAT(told<PersonalDataErased>(hear(2, ErasePersonalData{.to = ServiceName::kitchen})),
              SizeIs(1))
      << "where there is no ticket";
}

TEST_F(Kitchen, ATicketThatIsRejectedInTheQueueFreesItsPlace) {
  prepare(1);
  prepare(2);
  prepare(3);
  EXPECT_THAT(waiting(), SizeIs(2));
  handle(3, Action::reject);
  EXPECT_THAT(waiting(), SizeIs(1));
  prepare(4);
  EXPECT_EQ(ticket(4).status, TicketStatus::waiting);
  EXPECT_EQ(ticket(4).promised_at, start + minutes{3}) << "and its time";
}

TEST_F(Kitchen, ACookWhoIsDoneEarlyIsFreeEarly) {
  prepare(1);
  now = start + seconds{20};
  handle(1, Action::ready);
  prepare(2);
  EXPECT_EQ(ticket(2).status, TicketStatus::preparing);
  EXPECT_EQ(ticket(2).promised_at, now + minutes{1});
}

TEST_F(Kitchen, WhoIsLateByItselfIsToldOf) {
  prepare(1);
  now = start + minutes{1} + seconds{5};  // nothing ran meanwhile
  const auto decision = wake_up(1);
  EXPECT_EQ(ticket(1).status, TicketStatus::ready);
  EXPECT_TRUE(ticket(1).missed);
  EXPECT_TRUE(has_missed());
  ASSERT_THAT(told<OrderPromised>(decision), SizeIs(1));
  EXPECT_TRUE(told<OrderPromised>(decision).front().missed);
}

TEST_F(Kitchen, AWakeUpThatComesABitLateIsNoPromiseMissed) {
  prepare(1);
  now = start + minutes{1} + std::chrono::milliseconds{300};
  wake_up(1);
  EXPECT_FALSE(has_missed());
}

TEST_F(Kitchen, ByHandEachTicketWaitsItsTurn) {
  settings.by_hand = true;
  prepare(1);
  EXPECT_EQ(ticket(1).promised_at, start + minutes{15}) << "no cook has it ready in a minute";
  const auto second = prepare(2);
  EXPECT_EQ(told<OrderPromised>(second).front().queue_position, 2);
  EXPECT_EQ(ticket(2).promised_at, start + minutes{30});
  now = start + minutes{40};  // nobody has accepted any
  EXPECT_EQ(told<OrderPromised>(prepare(3)).front().queue_position, 3);
  EXPECT_EQ(ticket(3).promised_at, now + minutes{45}) << "both are still to be cooked";
  prepare(4);
  EXPECT_EQ(ticket(4).status, TicketStatus::rejected) << "two wait, and one for the free cook";
  handle(1, Action::accept);
  EXPECT_THAT(waiting(), SizeIs(2));
}

TEST_F(Kitchen, ByHandThePromiseStartsWhenACookIsFree) {
  settings.by_hand = true;
  settings.cooks = 2;
  for (const std::uint8_t n : std::array<std::uint8_t, 2>{1, 2}) {
    prepare(n);
    handle(n, Action::accept);
  }
  now = start + minutes{5};
  prepare(3);
  EXPECT_EQ(ticket(3).promised_at, start + minutes{30}) << "when the first of two cooks is done";
  handle(1, Action::ready);
  prepare(4);
  EXPECT_EQ(ticket(4).promised_at, start + minutes{30}) << "behind the third, with the second cook";
  handle(3, Action::accept);
  now = start + minutes{25};  // both cooks are late
  prepare(5);
  EXPECT_EQ(ticket(5).promised_at, start + minutes{40}) << "none is free before now";
}

TEST_F(Kitchen, ByHandTheMenusOwnTimesCountIfTheyAreLonger) {
  settings.by_hand = true;
  hear(1, PrepareOrder{.lines = {{.preparation_ms = 1'500'000}}});
  EXPECT_EQ(ticket(1).promised_at, start + minutes{25});
  settings.preparation = minutes{4};
  EXPECT_EQ(preparation_time({}, settings), minutes{4}) << "and what the shop says counts more";
}

TEST_F(Kitchen, APromiseIsShownByTheWallClock) {
  const Now set_back{start, start - minutes{120}};
  const KitchenService service{settings};
  const auto decision = records.decide(
      service,
      {.id = order(1),
       .order_id = order(1),
       .payload = PrepareOrder{.lines = {{.product_name = "Soup", .preparation_ms = 60'000}}}},
      set_back);
  EXPECT_EQ(told<OrderPromised>(decision).front().promised_at, start - minutes{119});
}

TEST_F(Kitchen, WhatTakesNoTimeIsNotLate) {
  settings.by_hand = true;
  settings.preparation = Duration{0};
  prepare(1);
  now = *ticket(1).due;
  wake_up(1);
  EXPECT_FALSE(has_missed());
  EXPECT_EQ(ticket(1).status, TicketStatus::waiting);
}

TEST_F(Kitchen, WhatWasCookedByItselfIsNotInTheQueueByHand) {
  for (const std::uint8_t n : std::array<std::uint8_t, 3>{1, 2, 3}) prepare(n);
  now = start + minutes{60};
  settings.by_hand = true;
  prepare(4);
  EXPECT_EQ(ticket(4).status, TicketStatus::waiting);
  EXPECT_THAT(waiting(), SizeIs(1));
}

TEST_F(Kitchen, ByHandTheAlarmIsGivenOnce) {
  settings.by_hand = true;
  prepare(1);
  now = *ticket(1).due;
  wake_up(1);
  EXPECT_TRUE(has_missed());
  ASSERT_TRUE(ticket(1).due);
  now = *ticket(1).due;
  wake_up(1);
  EXPECT_FALSE(has_missed());
  EXPECT_EQ(ticket(1).status, TicketStatus::waiting);
}

TEST_F(Kitchen, WhatWasLeftByHandGoesOnByItself) {
  settings.by_hand = true;
  prepare(1);
  prepare(2);
  handle(1, Action::accept);
  settings.by_hand = false;
  for (std::uint8_t n = 1; n <= 2; ++n) {
    while (ticket(n).due) {
      now = std::max(now, *ticket(n).due);
      wake_up(n);
    }
    EXPECT_EQ(ticket(n).status, TicketStatus::ready);
  }
}

TEST_F(Kitchen, WhatWasLateByHandGoesOnByItself) {
  settings.by_hand = true;
  prepare(1);
  now = *ticket(1).due;
  wake_up(1);
  handle(1, Action::accept);
  settings.by_hand = false;
  now = *ticket(1).due;
  wake_up(1);
  EXPECT_EQ(ticket(1).status, TicketStatus::ready);
}

}  // namespace
}  // namespace oms::kitchen
