// Tickets whose order is being changed: nobody begins them, and they go on where they stood.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json_names.h"
#include "services/kitchen/service.h"
#include "tests/support/kept_records.h"

namespace oms::kitchen {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Action = HandleTicket::Action;
using Said = StepAnswer::Result;

const Time start{1'700'000'000'000};

Id order(std::uint8_t n) {
  return Id{Id::Bytes{0x65, n}};
}

const OrderLine soup{
    .product_name = "Soup", .quantity = 2, .preparation_ms = 60'000, .note = "hot"};
const OrderLine roast{.product_name = "Roast", .quantity = 1, .preparation_ms = 120'000};
const OrderLine water{.product_name = "Water", .quantity = 1};

class HeldTickets : public ::testing::Test {
 protected:
  void hear(std::uint8_t n, Payload payload) {
    const KitchenService service{settings};
    last = records.decide(
        service, {.id = order(n), .order_id = order(n), .payload = std::move(payload)}, now);
  }
  void prepare(std::uint8_t n, std::vector<OrderLine> lines = {soup, roast}) {
    hear(n, PrepareOrder{.ref = {.step = "prepare", .attempt = 1},
                         .lines = std::move(lines),
                         .note = "for Ada"});
  }
  void hold(std::uint8_t n) { hear(n, HoldTicket{.ref = {.step = "hold_ticket", .run = 1}}); }
  void release(std::uint8_t n, std::vector<OrderLine> lines, bool is_undo = false) {
    hear(n, ReleaseTicket{.ref = {.step = "change_ticket", .run = 1},
                          .lines = std::move(lines),
                          .is_undo = is_undo});
  }
  void handle(std::uint8_t n, Action action) { hear(n, HandleTicket{action}); }
  void wake_up(std::uint8_t n) { hear(n, WakeUp{.table = "kitchen_ticket"}); }

  // "change_ticket done", in order.
  std::vector<std::string> answers() const {
    std::vector<std::string> said;
    for (const auto& payload : last.send) {
      const auto* answer = std::get_if<StepAnswer>(&payload);
      if (answer == nullptr) continue;
      said.push_back(answer->ref.step + " " + std::string{json::name_of(answer->result)});
    }
    return said;
  }
  std::vector<OrderPromised> promises() const {
    std::vector<OrderPromised> made;
    for (const auto& payload : last.send) {
      if (const auto* promise = std::get_if<OrderPromised>(&payload)) made.push_back(*promise);
    }
    return made;
  }
  bool was_refused() const { return last.reply && last.reply->refusal; }

  const Ticket& ticket(std::uint8_t n) { return *records.get<Ticket>(order(n)); }
  const Board& board() { return *records.get<Board>(Board{}.id); }

  KitchenSettings settings{.cooks = 1, .queue_max = 2};
  testing::KeptRecords records;
  Decision last;
  Time now = start;
};

TEST_F(HeldTickets, TellTheCooksWhatTheCustomerWrote) {
  prepare(1);
  EXPECT_EQ(ticket(1).note, "for Ada");
  ASSERT_THAT(ticket(1).lines, SizeIs(2));
  EXPECT_EQ(ticket(1).lines[0].note, "hot");
  EXPECT_EQ(ticket(1).lines[1].note, "");
}

TEST_F(HeldTickets, AreNotBegunWhenTheirTimeComes) {
  prepare(1);
  prepare(2);
  hold(2);
  EXPECT_THAT(answers(), ElementsAre("hold_ticket done"));
  EXPECT_EQ(ticket(2).status, TicketStatus::held);
  EXPECT_FALSE(ticket(2).due);
  now = start + minutes{5};
  wake_up(2);
  EXPECT_EQ(ticket(2).status, TicketStatus::held);
  EXPECT_THAT(last.send, IsEmpty());
  hold(2);
  EXPECT_THAT(answers(), ElementsAre("hold_ticket done")) << "asked again";
}

TEST_F(HeldTickets, GoOnWithTheNewLinesWhereTheyStood) {
  prepare(1);
  prepare(2);
  prepare(3);
  hold(2);
  release(2, {soup});
  EXPECT_THAT(answers(), ElementsAre("change_ticket done"));
  EXPECT_EQ(ticket(2).status, TicketStatus::waiting);
  ASSERT_THAT(ticket(2).lines, SizeIs(1));
  EXPECT_EQ(ticket(2).lines[0].product_name, "Soup");
  EXPECT_EQ(ticket(2).promised_at, start + minutes{4}) << "a minute instead of three";
  ASSERT_THAT(promises(), SizeIs(1));
  EXPECT_EQ(promises()[0].promised_at, start + minutes{4});
  EXPECT_EQ(promises()[0].queue_position, 1);
  EXPECT_EQ(ticket(3).promised_at, start + minutes{9}) << "promises to others are kept";
  EXPECT_EQ(ticket(2).due, start + minutes{3});
  now = start + minutes{3};
  wake_up(2);
  EXPECT_THAT(answers(), ElementsAre("prepare started")) << "the answer of its own step";
  release(2, {soup});
  EXPECT_THAT(answers(), ElementsAre("change_ticket done")) << "asked again";
  EXPECT_THAT(promises(), IsEmpty());
  EXPECT_EQ(ticket(2).status, TicketStatus::preparing);
}

TEST_F(HeldTickets, WhoseTimeHasComeBeginAtOnce) {
  prepare(1);
  prepare(2);
  hold(2);
  now = start + minutes{10};
  release(2, {soup});
  EXPECT_THAT(answers(), ElementsAre("change_ticket done", "prepare started"));
  EXPECT_EQ(ticket(2).promised_at, now + minutes{1});
  EXPECT_EQ(promises()[0].queue_position, 0);
  EXPECT_THAT(board().waiting, IsEmpty());
}

TEST_F(HeldTickets, WithNothingLeftToCookAreReadyAtOnce) {
  prepare(1);
  prepare(2, {soup, water});
  hold(2);
  release(2, {water});
  EXPECT_THAT(answers(), ElementsAre("change_ticket done", "prepare started", "prepare done"));
  EXPECT_EQ(ticket(2).status, TicketStatus::ready);
  EXPECT_FALSE(ticket(2).missed);
  EXPECT_THAT(board().waiting, IsEmpty());
  EXPECT_EQ(board().free_at, std::vector<Time>{start + minutes{3}}) << "its time is given back";
}

TEST_F(HeldTickets, AreReleasedAsTheyWereWhereTheChangeFails) {
  prepare(1);
  prepare(2);
  const auto promised = ticket(2).promised_at;
  hold(2);
  release(2, {soup, roast}, true);
  EXPECT_THAT(answers(), ElementsAre("change_ticket undone"));
  EXPECT_EQ(ticket(2).promised_at, promised);
  EXPECT_THAT(ticket(2).lines, SizeIs(2));
  release(2, {soup, roast}, true);
  EXPECT_THAT(answers(), ElementsAre("change_ticket undone")) << "asked again";
}

TEST_F(HeldTickets, KeepTheQueueFull) {
  prepare(1);
  prepare(2);
  prepare(3);
  hold(2);
  now = start + minutes{4};  // the time of 2 has come
  prepare(4);
  EXPECT_EQ(ticket(4).status, TicketStatus::rejected) << "two wait: one that is held, and 3";
  release(2, {soup});
  prepare(5);
  EXPECT_EQ(ticket(5).status, TicketStatus::waiting);
  EXPECT_THAT(board().waiting, SizeIs(2));
}

TEST_F(HeldTickets, CannotBeOnceACookHasBegun) {
  prepare(1);
  hold(1);
  EXPECT_THAT(answers(), ElementsAre("hold_ticket refused"));
  EXPECT_EQ(std::get<StepAnswer>(last.send.back()).reason, Reason::kitchen_started);
  EXPECT_EQ(ticket(1).status, TicketStatus::preparing);
  handle(1, Action::ready);
  hold(1);
  EXPECT_THAT(answers(), ElementsAre("hold_ticket refused"));
}

// The wake-up comes some milliseconds after its time, and the change came before it.
TEST_F(HeldTickets, CannotBeOnceTheirTimeHasCome) {
  prepare(1);
  prepare(2);
  now = start + minutes{3};
  hold(2);
  EXPECT_THAT(answers(), ElementsAre("prepare started", "hold_ticket refused"));
  EXPECT_EQ(ticket(2).status, TicketStatus::preparing);
  now = *ticket(2).due;
  wake_up(2);
  EXPECT_EQ(ticket(2).status, TicketStatus::ready);
}

TEST_F(HeldTickets, MayBeNoneAtAll) {
  hold(1);
  EXPECT_THAT(answers(), ElementsAre("hold_ticket done"));
  release(1, {soup});
  EXPECT_THAT(answers(), ElementsAre("change_ticket done"));
  release(1, {soup}, true);
  EXPECT_THAT(answers(), ElementsAre("change_ticket undone"));
  EXPECT_EQ(records.get<Ticket>(order(1)), nullptr);
}

TEST_F(HeldTickets, ThatAreOverStayOver) {
  settings.by_hand = true;
  prepare(1);
  handle(1, Action::reject);
  prepare(2);
  hear(2, CancelTicket{.ref = {.step = "prepare"}});
  for (const std::uint8_t n : {std::uint8_t{1}, std::uint8_t{2}}) {
    const auto status = ticket(n).status;
    hold(n);
    EXPECT_THAT(answers(), ElementsAre("hold_ticket refused")) << "there is nothing to change";
    release(n, {soup});
    EXPECT_THAT(answers(), ElementsAre("change_ticket done"));
    EXPECT_EQ(ticket(n).status, status);
    EXPECT_THAT(ticket(n).lines, SizeIs(2)) << "what was called off is what was ordered then";
  }
}

TEST_F(HeldTickets, AreCalledOffLikeTheOthers) {
  prepare(1);
  prepare(2);
  hold(2);
  hear(2, CancelTicket{.ref = {.step = "prepare", .attempt = 1}});
  EXPECT_THAT(answers(), ElementsAre("prepare undone"));
  EXPECT_EQ(ticket(2).status, TicketStatus::cancelled);
  EXPECT_THAT(board().waiting, IsEmpty());
  EXPECT_EQ(board().free_at, std::vector<Time>{start + minutes{3}});
}

TEST_F(HeldTickets, ThatWereBegunAreTakenFromTheCookByTheOperatorAlone) {
  prepare(1);
  handle(1, Action::accept);
  hear(1, CancelTicket{.ref = {.step = "prepare", .attempt = 1}});
  EXPECT_THAT(answers(), ElementsAre("prepare too_late"));
  hear(1, CancelTicket{.ref = {.step = "prepare", .attempt = 1}, .also_begun = true});
  EXPECT_THAT(answers(), ElementsAre("prepare undone"));
  EXPECT_EQ(ticket(1).status, TicketStatus::cancelled);
  EXPECT_FALSE(ticket(1).due);
}

TEST_F(HeldTickets, AreAskedForAgainAndWait) {
  prepare(1);
  prepare(2);
  hold(2);
  prepare(2);
  EXPECT_THAT(last.send, IsEmpty());
  EXPECT_EQ(ticket(2).status, TicketStatus::held);
}

TEST_F(HeldTickets, ByHandAreNotAcceptedAndMayBeRejected) {
  settings.by_hand = true;
  prepare(1);
  hold(1);
  for (const auto action : {Action::accept, Action::ready}) {
    handle(1, action);
    ASSERT_TRUE(was_refused());
    EXPECT_EQ(last.reply->refusal->kind, ErrorKind::conflict);
    EXPECT_THAT(last.reply->refusal->detail, ::testing::HasSubstr("is being changed"));
    EXPECT_EQ(ticket(1).status, TicketStatus::held);
  }
  handle(1, Action::reject);
  EXPECT_FALSE(was_refused());
  EXPECT_THAT(answers(), ElementsAre("prepare refused"));
  EXPECT_EQ(ticket(1).status, TicketStatus::rejected);
  EXPECT_THAT(board().waiting, IsEmpty());
}

TEST_F(HeldTickets, ByHandKeepTheirPlaceAndArePromisedAnewFromNowOn) {
  settings.by_hand = true;
  prepare(1);
  prepare(2);
  hold(1);
  now = start + minutes{20};
  wake_up(1);
  EXPECT_FALSE(ticket(1).missed) << "nobody could begin it";
  release(1, {soup});
  EXPECT_EQ(ticket(1).promised_at, now + minutes{15});
  EXPECT_EQ(promises()[0].queue_position, 1);
  EXPECT_EQ(board().waiting.front().id, order(1));
  handle(1, Action::accept);
  EXPECT_THAT(answers(), ElementsAre("prepare started"));
}

TEST_F(HeldTickets, WhoseAlarmWasGivenStayLate) {
  settings.by_hand = true;
  prepare(1);
  now = *ticket(1).due;
  wake_up(1);
  ASSERT_TRUE(ticket(1).missed);
  hold(1);
  release(1, {soup});
  EXPECT_TRUE(promises()[0].missed);
}

TEST_F(HeldTickets, TheNoteChangesUntilTheMealIsReady) {
  prepare(1);
  prepare(2);
  hear(2, ChangeTicketNote{.note = "for Bob"});
  EXPECT_EQ(ticket(2).note, "for Bob");
  hold(2);
  hear(2, ChangeTicketNote{.note = "for Cy"});
  EXPECT_EQ(ticket(2).note, "for Cy");
  hear(2, ChangeTicketNote{.note = "for Cy"});
  EXPECT_THAT(last.save, IsEmpty());
  hear(1, ChangeTicketNote{.note = "for Bob"});
  EXPECT_EQ(ticket(1).note, "for Bob") << "it was promised before it was known that a cook began";
  now = *ticket(1).due;
  wake_up(1);
  hear(1, ChangeTicketNote{.note = "too late"});
  EXPECT_EQ(ticket(1).note, "for Bob");
  hear(3, ChangeTicketNote{.note = "for Bob"});
  EXPECT_EQ(records.get<Ticket>(order(3)), nullptr);
}

}  // namespace
}  // namespace oms::kitchen
