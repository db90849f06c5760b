// The food order's five steps: each answer at each of them, forwards and backwards; a cancellation
// and an overdue answer at each.
#include "services/coordinator/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/support/kept_records.h"

namespace oms::coordinator {
namespace {

using Result = StepAnswer::Result;
using enum Phase;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Id order_id{Id::Bytes{0x65, 1}};
const Time start{1'700'000'000'000};

// What a message asks for, in a word.
std::string word_of(const Payload& payload) {
  if (std::holds_alternative<ReserveStock>(payload)) return "reserve";
  if (std::holds_alternative<ReleaseStock>(payload)) return "release";
  if (std::holds_alternative<CollectPayment>(payload)) return "collect";
  if (std::holds_alternative<UndoPayment>(payload)) return "undo payment";
  if (std::holds_alternative<CommitStock>(payload)) return "commit";
  if (std::holds_alternative<PrepareOrder>(payload)) return "prepare";
  if (std::holds_alternative<CancelTicket>(payload)) return "cancel ticket";
  if (std::holds_alternative<DeliverOrder>(payload)) return "deliver";
  if (std::holds_alternative<CancellationRefused>(payload)) return "too late";
  if (const auto* back = std::get_if<ReturnStock>(&payload)) {
    return back->write_off ? "write off" : "return";
  }
  if (const auto* shown = std::get_if<ShowProgress>(&payload)) {
    return "show " + std::to_string(static_cast<int>(shown->status));
  }
  return "something else";
}

std::string show(OrderStatus status) {
  return "show " + std::to_string(static_cast<int>(status));
}

// Where a saga stands.
struct At {
  const char* step;
  Phase phase = doing;
  bool pivoted = false;
};

class Coordinator : public ::testing::Test {
 protected:
  Coordinator() { limits.payment_window = std::chrono::minutes{30}; }

  Saga saga_at(const At& at) const {
    const bool is_live = at.phase == doing || at.phase == undoing;
    return {.id = order_id,
            .main = {.saga = "food",
                     .version = 1,
                     .step = at.step,
                     .phase = at.phase,
                     .attempt = 1,
                     .pivoted = at.pivoted,
                     .due = is_live ? std::optional{start} : std::nullopt,
                     .started_at = start},
            .customer_id = "c1",
            .lines = {{.product_id = "a", .quantity = 2, .unit_price = 450}},
            .total = 900,
            .currency = "usd"};
  }
  void given(const At& at) { records.keep(make_record(saga_at(at))); }

  std::vector<std::string> hear(Payload payload, const Trace& trace = {}) {
    const CoordinatorService service{limits};
    last = records.decide(
        service,
        {.id = order_id, .order_id = order_id, .payload = std::move(payload), .trace = trace}, now);
    std::vector<std::string> words;
    for (const auto& sent : last.send) words.push_back(word_of(sent));
    return words;
  }
  std::vector<std::string> answer(const char* step, Result result, Reason reason = Reason::none) {
    return hear(
        StepAnswer{.ref = {.step = step, .attempt = 1}, .result = result, .reason = reason});
  }

  const Saga& saga() { return *records.get<Saga>(order_id); }
  void expect_at(const At& at) {
    EXPECT_EQ(saga().main.step, at.step);
    EXPECT_EQ(saga().main.phase, at.phase);
    EXPECT_EQ(saga().main.pivoted, at.pivoted);
    EXPECT_EQ(saga().main.due.has_value(), saga().is_live());
  }

  sagas::Limits limits;
  testing::KeptRecords records;
  Decision last;
  Time now = start;
};

struct Row {
  At given;
  Result answer;
  At then;
  std::vector<std::string> told;
};

const At reserve{"reserve_stock"};
const At collect{"collect_payment"};
const At sell{"commit_stock"};
const At cook{"prepare"};
const At cooking{"prepare", doing, true};
const At deliver{"deliver", doing, true};
const At no_reserve{"reserve_stock", undoing};
const At no_collect{"collect_payment", undoing};
const At no_sell{"commit_stock", undoing};
const At no_cook{"prepare", undoing};
const At lost{"commit_stock", undoing, true};
const At over{"reserve_stock", cancelled};

TEST_F(Coordinator, EachAnswerLeadsOnFromEachStep) {
  const std::vector<std::string> nothing;
  const std::vector<Row> rows{
      {reserve, Result::started, reserve, nothing},
      {reserve, Result::done, collect, {"collect"}},
      {reserve, Result::refused, over, {show(OrderStatus::cancelled)}},
      {reserve, Result::undone, reserve, nothing},
      {reserve, Result::too_late, reserve, nothing},
      {collect, Result::started, collect, {show(OrderStatus::waiting_payment)}},
      {collect, Result::done, sell, {show(OrderStatus::paid), "commit"}},
      {collect, Result::refused, no_reserve, {"release"}},
      {collect, Result::undone, collect, nothing},
      {collect, Result::too_late, collect, nothing},
      {sell, Result::started, sell, nothing},
      {sell, Result::done, cook, {"prepare"}},
      {sell, Result::refused, no_collect, {"undo payment"}},
      {sell, Result::undone, sell, nothing},
      {sell, Result::too_late, sell, nothing},
      {cook, Result::started, cooking, {show(OrderStatus::preparing)}},
      {cook, Result::done, deliver, {show(OrderStatus::ready), "deliver"}},
      {cook, Result::refused, no_sell, {"return"}},
      {cook, Result::undone, cook, nothing},
      {cook, Result::too_late, cooking, {show(OrderStatus::preparing)}},
      {cooking, Result::started, cooking, {show(OrderStatus::preparing)}},
      {cooking, Result::done, deliver, {show(OrderStatus::ready), "deliver"}},
      {cooking, Result::too_late, cooking, nothing},
      {deliver, Result::started, deliver, {show(OrderStatus::delivering)}},
      {deliver, Result::done, {"deliver", completed, true}, {show(OrderStatus::completed)}},
      {deliver, Result::refused, lost, {"write off"}},
      // Backwards.
      {no_cook, Result::undone, no_sell, {"return"}},
      {no_cook, Result::refused, no_cook, nothing},
      {no_cook, Result::too_late, cooking, {"too late", show(OrderStatus::preparing)}},
      {no_cook, Result::started, cooking, {"too late", show(OrderStatus::preparing)}},
      {no_cook, Result::done, deliver, {"too late", show(OrderStatus::ready), "deliver"}},
      {no_sell, Result::undone, no_collect, {"undo payment"}},
      {no_sell, Result::done, no_sell, nothing},
      {lost, Result::undone, {"collect_payment", undoing, true}, {"undo payment"}},
      {no_collect, Result::undone, no_reserve, {"release"}},
      {no_collect, Result::done, no_collect, nothing},
      {no_collect, Result::started, no_collect, nothing},
      {no_collect, Result::refused, no_collect, nothing},
      {no_reserve, Result::undone, over, {show(OrderStatus::cancelled)}},
      {no_reserve, Result::done, no_reserve, nothing},
      {no_reserve, Result::refused, no_reserve, nothing},
      {no_reserve, Result::too_late, no_reserve, nothing},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE("row " + std::to_string(i));
    given(rows[i].given);
    EXPECT_EQ(answer(rows[i].given.step, rows[i].answer), rows[i].told);
    expect_at(rows[i].then);
  }
}

TEST_F(Coordinator, AnAnswerToAnotherStepIsAnEcho) {
  const std::array all{reserve, collect, sell,    cook,      cooking,
                       deliver, no_cook, no_sell, no_reserve};
  for (const auto& at : all) {
    for (const auto& other : all) {
      if (std::string_view{at.step} == other.step) continue;
      for (const auto result :
           {Result::started, Result::done, Result::refused, Result::undone, Result::too_late}) {
        given(at);
        EXPECT_THAT(answer(other.step, result), IsEmpty()) << at.step << " hears " << other.step;
        EXPECT_THAT(last.save, IsEmpty());
      }
    }
  }
}

TEST_F(Coordinator, WhatIsOverStaysOver) {
  for (const auto& at : {At{"deliver", completed, true}, over}) {
    given(at);
    for (const auto result : {Result::started, Result::done, Result::refused, Result::undone}) {
      EXPECT_THAT(answer(at.step, result), IsEmpty());
    }
    now = start + std::chrono::hours{9};
    EXPECT_THAT(hear(WakeUp{}), IsEmpty());
    expect_at(at);
  }
}

struct Cancelled {
  At given;
  At then;
  std::vector<std::string> told;
};

TEST_F(Coordinator, ACancellationUndoesFromTheStepInDoubtUntilTheKitchenHasBegun) {
  const std::vector<Cancelled> rows{
      {reserve, no_reserve, {"release"}},
      {collect, no_collect, {"undo payment"}},
      {sell, no_sell, {"return"}},
      {cook, no_cook, {"cancel ticket"}},
      {cooking, cooking, {"too late"}},
      {deliver, deliver, {"too late"}},
      {{"deliver", completed, true}, {"deliver", completed, true}, {"too late"}},
      {no_cook, no_cook, {}},
      {no_collect, no_collect, {}},
      {over, over, {}},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE("row " + std::to_string(i));
    given(rows[i].given);
    EXPECT_EQ(hear(CancelSaga{.reason = Reason::customer_request}), rows[i].told);
    expect_at(rows[i].then);
    const bool turns = rows[i].given.phase == doing && rows[i].then.phase == undoing;
    EXPECT_EQ(saga().main.reason, turns ? Reason::customer_request : Reason::none);
  }
}

TEST_F(Coordinator, WhoeverIsOverdueIsAskedAgainAndAPaymentIsGivenUp) {
  const std::vector<Cancelled> rows{
      {reserve, reserve, {"reserve"}},
      {collect, no_collect, {"undo payment"}},
      {sell, sell, {"commit"}},
      {cook, cook, {"prepare"}},
      {cooking, cooking, {"prepare"}},
      {deliver, deliver, {"deliver"}},
      {no_cook, no_cook, {"cancel ticket"}},
      {no_sell, no_sell, {"return"}},
      {lost, lost, {"write off"}},
      {no_collect, no_collect, {"undo payment"}},
      {no_reserve, no_reserve, {"release"}},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE("row " + std::to_string(i));
    given(rows[i].given);
    now = start - Duration{1};
    EXPECT_THAT(hear(WakeUp{}), IsEmpty()) << "not yet";
    now = start;
    EXPECT_EQ(hear(WakeUp{}), rows[i].told);
    expect_at(rows[i].then);
    const bool is_given_up =
        std::string_view{rows[i].given.step} == "collect_payment" && rows[i].given.phase == doing;
    EXPECT_EQ(saga().main.attempt, is_given_up ? 1 : 2);
    EXPECT_EQ(saga().main.reason, is_given_up ? Reason::payment_expired : Reason::none);
    EXPECT_GT(saga().main.due, now);
  }
}

TEST_F(Coordinator, WhoeverIsSilentIsAskedLessAndLessOftenAndNeverGivenUp) {
  given(sell);
  Duration longest{0};
  for (int i = 0; i < 40; ++i) {
    now = *saga().main.due;
    EXPECT_THAT(hear(WakeUp{}), ElementsAre("commit"));
    const auto pause = *saga().main.due - now;
    EXPECT_GE(pause, longest);
    EXPECT_LE(pause, std::chrono::minutes{30});
    longest = pause;
  }
  EXPECT_EQ(saga().main.attempt, 41);
}

TEST_F(Coordinator, ARefusalsReasonIsTheOrders) {
  given(collect);
  answer("collect_payment", Result::refused, Reason::payment_failed);
  answer("reserve_stock", Result::undone);
  const auto& shown = std::get<ShowProgress>(last.send.back());
  EXPECT_EQ(shown.status, OrderStatus::cancelled);
  EXPECT_EQ(shown.reason, Reason::payment_failed);
}

TEST_F(Coordinator, WhoeverIsTooLateGoesOnWithoutAReason) {
  given(cook);
  hear(CancelSaga{.reason = Reason::customer_request});
  answer("prepare", Result::too_late);
  EXPECT_EQ(saga().main.reason, Reason::none);
  EXPECT_EQ(answer("prepare", Result::too_late), std::vector<std::string>{}) << "told twice";
  EXPECT_EQ(saga().main.phase, doing);
}

TEST_F(Coordinator, CommandsCarryWhatTheOrderIs) {
  hear(StartSaga{.saga = "food",
                 .customer_id = "c1",
                 .lines = {{.product_id = "a", .quantity = 2, .unit_price = 450}},
                 .total = 900,
                 .currency = "usd"});
  const auto& asked = std::get<ReserveStock>(last.send.at(0));
  EXPECT_EQ(asked.customer_id, "c1");
  EXPECT_EQ(asked.lines.at(0).quantity, 2);
  EXPECT_EQ(asked.ref.step, "reserve_stock");
  answer("reserve_stock", Result::done);
  const auto& bill = std::get<CollectPayment>(last.send.at(0));
  EXPECT_EQ(bill.amount, 900);
  EXPECT_EQ(bill.currency, "usd");
  EXPECT_EQ(bill.customer_id, "c1");
  EXPECT_EQ(bill.lines.at(0).unit_price, 450);
  EXPECT_EQ(bill.expires_at, now + std::chrono::minutes{30});
  answer("collect_payment", Result::done);
  answer("commit_stock", Result::done);
  EXPECT_EQ(std::get<PrepareOrder>(last.send.at(0)).lines.at(0).quantity, 2);
}

TEST_F(Coordinator, LeadsOnInTheOrdersOwnTraceWhoeverWakesIt) {
  const auto callers = parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
  hear(StartSaga{.saga = "food"}, *callers);
  EXPECT_EQ(saga().traceparent, to_traceparent(*callers));
  now = *saga().main.due;
  hear(WakeUp{}, order_trace(order_id));
  EXPECT_EQ(last.trace, callers);

  given(reserve);  // an order without a caller's
  now = *saga().main.due;
  hear(WakeUp{}, order_trace(order_id));
  EXPECT_EQ(last.trace, std::nullopt) << "it is in it already";
  hear(CancelSaga{}, *callers);
  EXPECT_EQ(last.trace, order_trace(order_id));
}

TEST_F(Coordinator, AStartThatIsRepeatedStartsNothing) {
  given(sell);
  EXPECT_THAT(hear(StartSaga{.saga = "food"}), IsEmpty());
  expect_at(sell);
}

TEST_F(Coordinator, WhatItDoesNotKnowItSetsAside) {
  EXPECT_THROW(hear(StartSaga{.saga = "another"}), std::runtime_error);
  EXPECT_THROW(answer("prepare", Result::done), std::runtime_error) << "no such saga";
}

}  // namespace
}  // namespace oms::coordinator
