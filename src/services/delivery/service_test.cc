// What becomes of deliveries, and of what a customer comes for: what is asked again, what the
// operator says, and what goes by itself again. The rest is told by tests/journeys/.
#include "services/delivery/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/support/kept_records.h"

namespace oms::delivery {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Action = HandleDelivery::Action;
using Said = StepAnswer::Result;

const Id order{Id::Bytes{0x65, 1}};
const Time start{1'700'000'000'000};

const Recipient ada{.name = "Ada",
                    .phone_number = "+491",
                    .address = {.lines = {"Ring 1"}, .city = "Ulm"},
                    .note = "Ring twice"};

class Deliveries : public ::testing::Test {
 protected:
  std::vector<Said> hear(Payload payload) {
    const DeliveryService service{settings};
    last = records.decide(service, {.id = order, .order_id = order, .payload = std::move(payload)},
                          now);
    std::vector<Said> said;
    for (const auto& sent : last.send) said.push_back(std::get<StepAnswer>(sent).result);
    return said;
  }
  std::vector<Said> hand_over(std::int32_t attempt = 1) {
    return hear(HandOver{
        .ref = {.step = "hand_over", .attempt = attempt}, .order_number = 17, .recipient = ada});
  }
  std::vector<Said> handle(Action action) { return hear(HandleDelivery{action}); }
  ErrorKind refusal() const { return last.reply.value().refusal.value().kind; }
  const Delivery& delivery() const { return *records.get<Delivery>(order); }
  DeliveryStatus status() const { return delivery().status; }

  DeliverySettings settings;
  testing::KeptRecords records;
  Decision last;
  Time now = start;
};

class LeftByHand : public Deliveries, public ::testing::WithParamInterface<bool> {
 protected:
  LeftByHand() { settings.by_hand = true; }
};

TEST_P(LeftByHand, ItGoesOnByItself) {
  hear(DeliverOrder{});
  if (GetParam()) handle(Action::dispatch);
  ASSERT_TRUE(delivery().due);
  now = *delivery().due;
  hear(WakeUp{});
  EXPECT_EQ(status(), GetParam() ? DeliveryStatus::on_the_way : DeliveryStatus::assigned)
      << "nobody is hurried";
  settings.by_hand = false;
  while (delivery().due) {
    now = *delivery().due;
    hear(WakeUp{});
  }
  EXPECT_EQ(status(), DeliveryStatus::delivered);
  EXPECT_EQ(delivery().attempt, 1);
}

INSTANTIATE_TEST_SUITE_P(AssignedOrOnTheWay, LeftByHand, ::testing::Bool());

TEST_F(Deliveries, TellTheRiderWhomTheyAreFor) {
  hear(DeliverOrder{.order_number = 17, .recipient = ada});
  const auto& kept = delivery().recipient;
  EXPECT_EQ(kept.name, "Ada");
  EXPECT_EQ(kept.phone_number, "+491");
  EXPECT_THAT(kept.address.lines, ElementsAre("Ring 1"));
  EXPECT_EQ(kept.note, "Ring twice");
  EXPECT_EQ(delivery().order_number, 17);
}

// --- what a customer comes for -------------------------------------------------------------------

TEST_F(Deliveries, WhatACustomerComesForCountsAsCollectedAfterAWhile) {
  EXPECT_THAT(hand_over(), IsEmpty()) << "the order stays ready";
  EXPECT_EQ(status(), DeliveryStatus::waiting);
  EXPECT_EQ(delivery().order_number, 17);
  EXPECT_EQ(delivery().recipient.name, "Ada");
  now = start + seconds{10} - Duration{1};
  EXPECT_THAT(hear(WakeUp{}), IsEmpty()) << "not yet";
  now = start + seconds{10};
  EXPECT_THAT(hear(WakeUp{}), ElementsAre(Said::done));
  EXPECT_EQ(status(), DeliveryStatus::collected);
  EXPECT_FALSE(delivery().due);
  EXPECT_THAT(hear(WakeUp{}), IsEmpty());
}

TEST_F(Deliveries, WhatWaitsForNoTimeIsCollectedAtOnce) {
  settings.pickup = Duration{0};
  EXPECT_THAT(hand_over(), ElementsAre(Said::done));
  EXPECT_EQ(status(), DeliveryStatus::collected);
  EXPECT_FALSE(delivery().due);
}

TEST_F(Deliveries, TheOperatorSaysThatTheCustomerHasCome) {
  for (const bool by_hand : {false, true}) {
    settings.by_hand = by_hand;
    records = {};
    hand_over();
    EXPECT_THAT(handle(Action::collect), ElementsAre(Said::done)) << by_hand;
    EXPECT_EQ(status(), DeliveryStatus::collected);
    EXPECT_FALSE(delivery().due);
    EXPECT_EQ(last.reply.value().show, key_of<Delivery>(order));
  }
}

TEST_F(Deliveries, ByHandNobodyIsSentAwayUncollected) {
  settings.by_hand = true;
  hand_over();
  for (int i = 0; i < 200; ++i) {
    now = *delivery().due;
    EXPECT_THAT(hear(WakeUp{}), IsEmpty());
    EXPECT_EQ(status(), DeliveryStatus::waiting);
  }
  settings.by_hand = false;
  now = *delivery().due;
  EXPECT_THAT(hear(WakeUp{}), ElementsAre(Said::done)) << "it goes by itself again";
  EXPECT_EQ(status(), DeliveryStatus::collected);
}

TEST_F(Deliveries, WhatIsAskedAgainIsAnsweredAsItStands) {
  hand_over();
  const auto due = delivery().due;
  now = now + seconds{1};
  EXPECT_THAT(hand_over(2), IsEmpty()) << "it waits";
  EXPECT_EQ(delivery().due, due) << "and no longer than it would";
  handle(Action::collect);
  EXPECT_EQ(std::get<StepAnswer>(last.send.at(0)).ref.attempt, 2);
  EXPECT_THAT(hand_over(3), ElementsAre(Said::done));
  EXPECT_EQ(std::get<StepAnswer>(last.send.at(0)).ref.attempt, 3);
}

// --- what the operator may say in which state ----------------------------------------------------

struct Row {
  const char* given;
  DeliveryStatus status;
  Action action;
  std::vector<Said> told;
  std::optional<DeliveryStatus> then;  // none: it is refused
};

TEST_F(Deliveries, TheOperatorIsHeardWhereItFits) {
  using enum DeliveryStatus;
  const std::vector<Row> rows{
      {"it is assigned", assigned, Action::dispatch, {Said::started}, on_the_way},
      {"it is assigned", assigned, Action::deliver, {}, {}},
      {"it is assigned", assigned, Action::fail, {}, {}},
      {"it is assigned", assigned, Action::collect, {}, {}},
      {"it is on the way", on_the_way, Action::dispatch, {}, {}},
      {"it is on the way", on_the_way, Action::deliver, {Said::done}, delivered},
      {"it is on the way", on_the_way, Action::fail, {}, assigned},
      {"it is on the way", on_the_way, Action::collect, {}, {}},
      {"it waits", waiting, Action::dispatch, {}, {}},
      {"it waits", waiting, Action::deliver, {}, {}},
      {"it waits", waiting, Action::fail, {}, {}},
      {"it waits", waiting, Action::collect, {Said::done}, collected},
      {"it was collected", collected, Action::collect, {}, {}},
      {"it was collected", collected, Action::dispatch, {}, {}},
      {"it was delivered", delivered, Action::collect, {}, {}},
      {"it has failed", failed, Action::collect, {}, {}},
      {"it has failed", failed, Action::dispatch, {}, {}},
  };
  settings.by_hand = true;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    SCOPED_TRACE("row " + std::to_string(i) + ": " + row.given);
    records = {};
    records.keep(make_record(Delivery{.id = order, .status = row.status, .attempt = 1}));
    EXPECT_EQ(handle(row.action), row.told);
    EXPECT_EQ(status(), row.then.value_or(row.status));
    if (!row.then) {
      EXPECT_EQ(refusal(), ErrorKind::conflict);
    }
  }
}

// --- what the coordinator takes back
// --------------------------------------------------------------

TEST_F(Deliveries, AreWithdrawnUntilTheCustomerHasThem) {
  using enum DeliveryStatus;
  for (const auto given : {assigned, on_the_way, waiting, failed, withdrawn}) {
    records = {};
    records.keep(make_record(Delivery{.id = order, .status = given, .due = start}));
    EXPECT_THAT(hear(WithdrawDelivery{.ref = {.step = "deliver", .attempt = 2}}),
                ElementsAre(Said::undone));
    EXPECT_EQ(std::get<StepAnswer>(last.send.at(0)).ref.attempt, 2);
    EXPECT_EQ(status(), withdrawn);
    EXPECT_FALSE(delivery().due);
    EXPECT_THAT(hear(WakeUp{}), IsEmpty());
  }
  for (const auto given : {delivered, collected}) {
    records = {};
    records.keep(make_record(Delivery{.id = order, .status = given}));
    EXPECT_THAT(hear(WithdrawDelivery{}), ElementsAre(Said::too_late));
    EXPECT_EQ(status(), given);
  }
}

TEST_F(Deliveries, ThatAreWithdrawnBeforeTheyComeAreNotMade) {
  EXPECT_THAT(hear(WithdrawDelivery{}), ElementsAre(Said::undone));
  EXPECT_THAT(hear(DeliverOrder{.recipient = ada}), IsEmpty());
  EXPECT_EQ(status(), DeliveryStatus::withdrawn);
  EXPECT_EQ(delivery().recipient.name, "");
}

TEST_F(Deliveries, AreNotHandledOnceTheyAreWithdrawn) {
  hand_over();
  hear(WithdrawDelivery{});
  for (const auto action : {Action::dispatch, Action::deliver, Action::fail, Action::collect}) {
    handle(action);
    EXPECT_EQ(refusal(), ErrorKind::conflict);
  }
}

TEST_F(Deliveries, ForgetWhomTheyWereFor) {
  hear(DeliverOrder{.order_number = 17, .recipient = ada});
  const Message erase{
      .id = order, .order_id = order, .payload = ErasePersonalData{.to = ServiceName::delivery}};
  last = records.decide(DeliveryService{settings}, erase, now);
  EXPECT_EQ(std::get<PersonalDataErased>(last.send.at(0)).by, ServiceName::delivery);
  EXPECT_THAT(last.forget, ElementsAre(order.text()));
  EXPECT_EQ(delivery().order_number, 17);
  EXPECT_EQ(delivery().recipient.name, "");
  EXPECT_TRUE(delivery().recipient.address.is_empty());
  last = records.decide(DeliveryService{settings}, erase, now);
  EXPECT_THAT(last.save, IsEmpty()) << "there is nothing left";
  EXPECT_EQ(last.send.size(), 1U);
}

TEST_F(Deliveries, WhatIsNotReadyYetCannotBeCollected) {
  handle(Action::collect);
  EXPECT_EQ(refusal(), ErrorKind::conflict);
  EXPECT_THAT(last.save, IsEmpty());
  handle(Action::deliver);
  EXPECT_EQ(refusal(), ErrorKind::not_found);
}

}  // namespace
}  // namespace oms::delivery
