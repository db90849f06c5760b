// What may be changed of an order after it was placed and until when, what is then asked of the
// coordinator, and what the order shows once it is done.
#include "services/orders/revise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/orders/service.h"
#include "tests/support/kept_records.h"

namespace oms::orders {
namespace {

using enum OrderStatus;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Id order_id{Id::Bytes{0x65, 1}};
const Time start{1'700'000'000'000};

OrderLine line(const char* product, std::int64_t quantity, MinorUnits price,
               LineStatus status = LineStatus::pending) {
  return {.product_id = product,
          .product_name = "Item",
          .quantity = quantity,
          .price_id = "p",
          .unit_price = price,
          .status = status};
}

class Revisions : public ::testing::Test {
 protected:
  void given(Order known) {
    known.id = order_id;
    known.customer_id = "c1";
    known.version = 4;
    known.currency = "eur";
    known.created_at = known.updated_at = start;
    known.history.push_back({.version = 4, .status = known.status, .at = start});
    for (const auto& each : known.lines) {
      if (each.status != LineStatus::cancelled) known.total += each.unit_price * each.quantity;
    }
    records.keep(make_record(std::move(known)));
  }
  // Two of "a" at 450 and one of "b" at 99.
  void given_food(OrderStatus status) {
    given({.saga = "food", .status = status, .lines = {line("a", 2, 450), line("b", 1, 99)}});
  }
  // Two of "a", and one of "b" that was not there.
  void given_supply() {
    given({.face = Face::fulfilment,
           .saga = "supply",
           .status = completed,
           .lines = {line("a", 2, 450, LineStatus::executed),
                     line("b", 1, 99, LineStatus::cancelled)}});
  }
  // On the shelf: so many of each, and at a price that has risen since.
  Decision hear(ReviseOrder asked) {
    asked.face = order().face;
    Quote quote{.currency = "eur"};
    for (const auto& wanted : asked.lines) {
      auto quoted = line(wanted.product_id.c_str(), 1, 500);
      if (wanted.product_id == "none") quoted.product_name.clear();
      quote.lines.push_back(std::move(quoted));
      quote.available.push_back(on_shelf);
    }
    records.answer(std::move(quote));
    return decide(std::move(asked));
  }
  Decision decide(Payload payload) {
    return records.decide(
        service, {.id = order_id, .order_id = order_id, .payload = std::move(payload)}, start);
  }
  std::string refusal(ReviseOrder asked) {
    const auto decision = hear(std::move(asked));
    EXPECT_THAT(decision.send, IsEmpty());
    return decision.reply && decision.reply->refusal ? decision.reply->refusal->detail : "";
  }
  StartChange begun(ReviseOrder asked) {
    const auto decision = hear(std::move(asked));
    for (const auto& sent : decision.send) {
      if (const auto* change = std::get_if<StartChange>(&sent)) return *change;
    }
    ADD_FAILURE() << (decision.reply && decision.reply->refusal ? decision.reply->refusal->detail
                                                                : "nothing begun");
    return {};
  }
  void apply(ApplyChange change) {
    change.ref = {.step = "apply", .run = order().changes};
    decide(std::move(change));
  }
  const Order& order() { return *records.get<Order>(order_id); }

  OrdersService service{OrdersSettings{}};
  testing::KeptRecords records;
  std::int64_t on_shelf = 10;
};

TEST_F(Revisions, AnUnpaidOrderHasTheWholeNewListAtThePricesItWasAcceptedAt) {
  given_food(waiting_payment);
  const auto change =
      begun({.lines = {{.product_id = "a", .quantity = 3}, {.product_id = "c", .quantity = 1}}});
  EXPECT_EQ(change.saga, "revise_unpaid");
  EXPECT_EQ(change.number, 1);
  ASSERT_THAT(change.lines, SizeIs(2));
  EXPECT_EQ(change.lines[0].unit_price, 450);
  EXPECT_EQ(change.lines[1].unit_price, 500);
  EXPECT_EQ(change.total, 3 * 450 + 500);
  EXPECT_EQ(order().total, 999) << "until it has happened";
  apply({});
  EXPECT_EQ(order().total, 3 * 450 + 500);
  EXPECT_THAT(order().lines, SizeIs(2));
  EXPECT_EQ(order().revision->status, ChangeStatus::done);
}

TEST_F(Revisions, APaidOrderIsMadeSmallerAndTheDifferenceIsRefunded) {
  given_food(paid);
  const auto change = begun({.lines = {{.product_id = "a", .quantity = 1}}});
  EXPECT_EQ(change.saga, "revise_paid");
  EXPECT_EQ(change.amount, 450 + 99);
  ASSERT_THAT(change.returned, SizeIs(2));
  EXPECT_EQ(change.returned[0].quantity, 1);
  EXPECT_EQ(change.returned[1].quantity, 1);
  apply({.returned = change.returned});
  EXPECT_EQ(order().total, 450);
}

TEST_F(Revisions, OfAProductOnTwoLinesTheDifferenceOfBothReturns) {
  given({.saga = "food", .status = paid, .lines = {line("a", 3, 450), line("a", 1, 450)}});
  const auto change = begun({.lines = {{.product_id = "a", .quantity = 3}}});
  EXPECT_EQ(change.amount, 450);
  ASSERT_THAT(change.returned, SizeIs(1));
  EXPECT_EQ(change.returned[0].quantity, 1);
}

TEST_F(Revisions, ALineThatIsAddedNeedsAQuantity) {
  given_food(waiting_payment);
  EXPECT_THAT(refusal({.lines = {{.product_id = "c"}}}), HasSubstr("needs a quantity"));
}

TEST_F(Revisions, WhatASecondChangeReturnsIsCountedInAll) {
  given_food(paid);
  apply({.returned = begun({.lines = {{.product_id = "a", .quantity = 2}}}).returned});
  const auto second = begun({.lines = {{.product_id = "a", .quantity = 1}}});
  EXPECT_EQ(second.number, 2);
  EXPECT_EQ(second.amount, 450);
  ASSERT_THAT(second.returned, SizeIs(2));
}

TEST_F(Revisions, AreRefusedWithTheReason) {
  struct Row {
    OrderStatus status;
    std::vector<RevisedLine> lines;
    const char* why;
  };
  const std::vector<Row> rows{
      {pending, {{.product_id = "a", .quantity = 1}}, "again in a moment"},
      {preparing, {{.product_id = "a", .quantity = 1}}, "kitchen has started"},
      {completed, {{.product_id = "a", .quantity = 1}}, "is over"},
      {cancelled, {{.product_id = "a", .quantity = 1}}, "is over"},
      {waiting_payment, {{.product_id = "none", .quantity = 1}}, "no product 'none'"},
      {waiting_payment, {{.product_id = "a", .quantity = 13}}, "only 10 more"},
      {waiting_payment,
       {{.product_id = "a", .quantity = 1}, {.product_id = "a", .quantity = 1}},
       "twice"},
      {paid, {{.product_id = "a", .quantity = 3}}, "is paid"},
      {paid, {{.product_id = "c", .quantity = 1}}, "is paid"},
  };
  for (const auto& row : rows) {
    given_food(row.status);
    EXPECT_THAT(refusal({.lines = row.lines}), HasSubstr(row.why));
  }
}

TEST_F(Revisions, AreMadeOneAtATime) {
  given_food(waiting_payment);
  begun({.lines = {{.product_id = "a", .quantity = 1}}});
  EXPECT_THAT(refusal({.lines = {{.product_id = "b", .quantity = 1}}}), HasSubstr("under way"));
  decide(ChangeFailed{.number = 1, .reason = Reason::already_paid});
  EXPECT_EQ(order().revision->failure, Reason::already_paid);
  EXPECT_EQ(order().total, 999);
}

TEST_F(Revisions, OfAnOrderThatIsSoAlreadyChangeNothing) {
  given_food(waiting_payment);
  const auto decision =
      hear({.lines = {{.product_id = "a", .quantity = 2}, {.product_id = "b", .quantity = 1}}});
  EXPECT_THAT(decision.send, IsEmpty());
  EXPECT_EQ(order().version, 4);
}

TEST_F(Revisions, OfAnotherCustomersOrderFindNone) {
  given_food(waiting_payment);
  EXPECT_THAT(refusal({.customer_id = "c2", .lines = {{.product_id = "a", .quantity = 1}}}),
              HasSubstr("no such order"));
}

TEST_F(Revisions, OfAnOlderVersionAreStale) {
  given_food(waiting_payment);
  const auto decision = hear({.versions = {3}, .note = "no salt"});
  EXPECT_EQ(decision.reply->refusal->kind, ErrorKind::stale);
}

TEST_F(Revisions, TheNoteAndTheRecipientChangeUntilThePreparationBegins) {
  given_food(paid);
  const auto decision = hear({.note = "no salt", .customer = ContactChange{.name = "Bob"}});
  ASSERT_THAT(decision.send, SizeIs(1));
  const auto& told = std::get<ChangeRecipient>(decision.send[0]).recipient;
  EXPECT_EQ(told.note, "no salt");
  EXPECT_EQ(told.name, "Bob");
  EXPECT_EQ(order().note, "no salt");
  given_food(preparing);
  EXPECT_THAT(refusal({.note = "salt"}), HasSubstr("kitchen has started"));
}

TEST_F(Revisions, APaidOrderOfWhichSomeWasRefundedKeepsItsItems) {
  Order known{.saga = "food", .status = paid, .lines = {line("a", 2, 450)}};
  known.requested_refunds.push_back({.change = 1, .status = ChangeStatus::done});
  known.changes = 1;
  given(std::move(known));
  EXPECT_THAT(refusal({.lines = {{.product_id = "a", .quantity = 1}}}), HasSubstr("refunded"));
}

struct SupplyRow {
  ReviseOrder asked;
  std::vector<std::int64_t> taken;
};

TEST_F(Revisions, OfASupplyNameTheLinesThatChange) {
  const std::vector<SupplyRow> rows{
      {{.lines = {{.product_id = "a", .quantity = 5}}}, {5, 0}},
      {{.lines = {{.product_id = "a", .quantity = 1}}}, {1, 0}},
      {{.lines = {{.product_id = "a", .status = LineStatus::cancelled}}}, {0, 0}},
      {{.lines = {{.product_id = "b"}}}, {2, 1}},
      {{.lines = {{.product_id = "c", .quantity = 4}}}, {2, 0, 4}},
      {{.lines = {{.product_id = "a"}, {.product_id = "a", .quantity = 4}}}, {2, 0, 4}},
      {{.all = LineStatus::cancelled}, {0, 0}},
      {{.all = LineStatus::executed}, {2, 1}},
  };
  for (const auto& row : rows) {
    given_supply();
    const auto change = begun(row.asked);
    EXPECT_EQ(change.saga, "resupply");
    std::vector<std::int64_t> taken;
    for (const auto& each : change.taken) taken.push_back(each.quantity);
    EXPECT_EQ(taken, row.taken);
  }
}

TEST_F(Revisions, ASupplyOfWhichNothingIsLeftIsCancelledAndComesBack) {
  given_supply();
  begun({.all = LineStatus::cancelled});
  apply({.taken = {{.quantity = 0}, {.quantity = 0}}});
  EXPECT_EQ(order().status, cancelled);
  EXPECT_EQ(order().reason, Reason::customer_request);
  EXPECT_EQ(order().total, 0);
  begun({.lines = {{.product_id = "b"}}});
  apply({.taken = {{.quantity = 0}, {.quantity = 1}}});
  EXPECT_EQ(order().status, completed);
  EXPECT_EQ(order().total, 99);
}

TEST_F(Revisions, ALineThatIsTriedAgainAndIsNotThereStaysCancelled) {
  given_supply();
  begun({.lines = {{.product_id = "b"}}});
  apply({.taken = {{.quantity = 2}, {.quantity = 0}}});
  EXPECT_EQ(order().lines[1].status, LineStatus::cancelled);
  EXPECT_EQ(order().status, completed);
}

TEST_F(Revisions, ALineThatIsHeldIsNotRiskedForMoreThanThereIs) {
  given_supply();
  on_shelf = 2;
  EXPECT_THAT(refusal({.lines = {{.product_id = "a", .quantity = 5}}}), HasSubstr("only 2 more"));
}

TEST_F(Revisions, OfASupplyAreBoundedButItCanAlwaysBeGivenBack) {
  given_supply();
  const auto turn = [&](ReviseOrder asked, std::int64_t taken) {
    begun(std::move(asked));
    apply({.taken = {{.quantity = taken}, {.quantity = 0}}});
  };
  const ReviseOrder cancel{.all = LineStatus::cancelled};
  const ReviseOrder take{.lines = {{.product_id = "a", .quantity = 2}}};
  while (order().changes < revisions_max) {
    const bool is_taken = order().changes % 2 == 0;
    turn(is_taken ? cancel : take, is_taken ? 0 : 2);
  }
  ASSERT_EQ(order().lines[0].status, LineStatus::executed);
  EXPECT_THAT(refusal({.lines = {{.product_id = "a", .quantity = 1}}}),
              HasSubstr("changed 100 times: its lines can only be cancelled"));
  turn({.lines = {{.product_id = "a", .quantity = 2, .status = LineStatus::cancelled}}}, 0);
  EXPECT_EQ(order().status, cancelled);
  EXPECT_LE(order().history.size(), history_max);
  EXPECT_THAT(refusal(take), HasSubstr("100 times"));
}

TEST_F(Revisions, AFailureIsNoAnswerToARequestThatFindsTheLinesAsItWantsThem) {
  given_food(waiting_payment);
  begun({.lines = {{.product_id = "a", .quantity = 1}}});
  decide(ChangeFailed{.number = 1, .reason = Reason::already_paid});
  hear({.note = "no salt"});
  EXPECT_EQ(order().revision->status, ChangeStatus::failed);
  hear({.lines = {{.product_id = "a", .quantity = 2}, {.product_id = "b", .quantity = 1}}});
  EXPECT_FALSE(order().revision);
}

}  // namespace
}  // namespace oms::orders
