// A change beside the order's life: each answer at each of its steps, at each place of the life;
// and what an overdue answer, a repeated start and a cancellation do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "sagas/all.h"
#include "services/coordinator/run.h"
#include "services/coordinator/service.h"
#include "tests/support/kept_records.h"

namespace oms::coordinator {
namespace {

using Result = StepAnswer::Result;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Id order_id{Id::Bytes{0x65, 1}};
const Time start{1'700'000'000'000};

std::string word_of(const Payload& payload) {
  if (const auto* refund = std::get_if<RefundPayment>(&payload)) {
    return "refund " + std::to_string(refund->amount);
  }
  if (const auto* back = std::get_if<ReturnLines>(&payload)) {
    return "return " + std::to_string(back->lines.at(0).quantity);
  }
  if (const auto* apply = std::get_if<ApplyChange>(&payload)) {
    return "apply " + std::to_string(apply->returned.at(0).quantity);
  }
  if (std::holds_alternative<ChangeFailed>(payload)) return "failed";
  if (std::holds_alternative<CancellationRefused>(payload)) return "too late";
  if (std::holds_alternative<UndoPayment>(payload)) return "undo payment";
  if (std::holds_alternative<ReturnStock>(payload)) return "return all";
  if (std::holds_alternative<CancelTicket>(payload)) return "cancel ticket";
  if (std::holds_alternative<DeliverOrder>(payload)) return "deliver";
  if (std::holds_alternative<ShowProgress>(payload)) return "show";
  return "something else";
}

class RefundRun : public ::testing::Test {
 protected:
  // The order's life stands there, and so does its second change.
  void given(const char* step, const char* life_at = "deliver", Phase phase = Phase::completed) {
    Saga saga{.id = order_id,
              .main = {.saga = "food",
                       .version = 1,
                       .step = life_at,
                       .phase = phase,
                       .attempt = 1,
                       .pivoted = phase == Phase::completed,
                       .started_at = start},
              .changes = 2,
              .total = 900,
              .currency = "usd"};
    if (saga.main.is_live()) saga.main.due = start + std::chrono::hours{1};
    saga.change = Change{.run = {.saga = "refund",
                                 .version = 1,
                                 .step = step,
                                 .attempt = 1,
                                 .due = start,
                                 .started_at = start},
                         .amount = 450,
                         .returned = {{.product_id = "a", .quantity = 2}}};
    records.keep(make_record(std::move(saga)));
  }
  std::vector<std::string> hear(Payload payload) {
    const CoordinatorService service{sagas::Limits{}};
    last = records.decide(
        service, {.id = order_id, .order_id = order_id, .payload = std::move(payload)}, now);
    std::vector<std::string> words;
    for (const auto& sent : last.send) words.push_back(word_of(sent));
    return words;
  }
  std::vector<std::string> answer(const char* step, Result result, std::int32_t run = 2,
                                  std::vector<ProductQuantity> lines = {}) {
    return hear(
        StepAnswer{.ref = {.step = step, .attempt = 1, .run = run},
                   .result = result,
                   .reason = result == Result::refused ? Reason::refund_failed : Reason::none,
                   .lines = std::move(lines)});
  }
  const Saga& saga() { return *records.get<Saga>(order_id); }
  std::string step() { return saga().change ? saga().change->run.step : "over"; }

  testing::KeptRecords records;
  Decision last;
  Time now = start;
};

constexpr std::array results{Result::started, Result::done, Result::refused, Result::undone,
                             Result::too_late};

struct Row {
  const char* given;
  Result answer;
  const char* then;
  std::vector<std::string> told;
};

TEST_F(RefundRun, EachAnswerLeadsOnFromEachStepWhereverTheLifeIs) {
  const std::vector<Row> rows{
      {"refund_payment", Result::started, "refund_payment", {}},
      {"refund_payment", Result::done, "return_lines", {"return 2"}},
      {"refund_payment", Result::refused, "over", {"failed"}},
      {"refund_payment", Result::undone, "refund_payment", {}},
      {"refund_payment", Result::too_late, "refund_payment", {}},
      {"return_lines", Result::started, "return_lines", {}},
      {"return_lines", Result::done, "apply", {"apply 2"}},
      {"return_lines", Result::undone, "return_lines", {}},
      {"return_lines", Result::too_late, "return_lines", {}},
      {"apply", Result::started, "apply", {}},
      {"apply", Result::done, "over", {}},
      {"apply", Result::undone, "apply", {}},
  };
  for (const auto* life : {"commit_stock", "prepare", "deliver"}) {
    for (const auto phase : {Phase::doing, Phase::undoing, Phase::completed, Phase::cancelled}) {
      for (std::size_t i = 0; i < rows.size(); ++i) {
        SCOPED_TRACE("row " + std::to_string(i) + ", the life at " + life);
        given(rows[i].given, life, phase);
        EXPECT_EQ(answer(rows[i].given, rows[i].answer), rows[i].told);
        EXPECT_EQ(step(), rows[i].then);
        EXPECT_EQ(saga().main.step, life);
        EXPECT_EQ(saga().main.phase, phase);
      }
    }
  }
}

TEST_F(RefundRun, SaysWhyItHasFailed) {
  given("refund_payment");
  answer("refund_payment", Result::refused);
  const auto& failed = std::get<ChangeFailed>(last.send.at(0));
  EXPECT_EQ(failed.number, 2);
  EXPECT_EQ(failed.reason, Reason::refund_failed);
}

TEST_F(RefundRun, AnAnswerToAnotherRunOrStepIsAnEcho) {
  for (const auto* at : {"refund_payment", "return_lines", "apply"}) {
    for (const auto* other : {"refund_payment", "return_lines", "apply"}) {
      for (const auto result : results) {
        for (const std::int32_t run : {0, 1, 2, 3}) {
          if (run == 2 && std::string_view{at} == other) continue;
          given(at);
          EXPECT_THAT(answer(other, result, run), IsEmpty()) << at << " hears " << other;
          EXPECT_THAT(last.save, IsEmpty());
        }
      }
    }
  }
}

TEST_F(RefundRun, TellsTheOrderWhatHasComeBackByStocksWord) {
  given("return_lines");
  EXPECT_THAT(answer("return_lines", Result::done, 2, {{.product_id = "a", .quantity = 1}}),
              ElementsAre("apply 1"));
}

TEST_F(RefundRun, WhoeverIsOverdueIsAskedAgainAndNothingIsGivenUp) {
  for (const auto& [at, told] :
       {std::pair{"refund_payment", "refund 450"}, std::pair{"return_lines", "return 2"},
        std::pair{"apply", "apply 2"}}) {
    given(at);
    now = start - Duration{1};
    EXPECT_THAT(hear(WakeUp{}), IsEmpty()) << "not yet";
    now = start;
    Duration longest{0};
    for (std::int32_t i = 2; i < 30; ++i) {
      EXPECT_THAT(hear(WakeUp{}), ElementsAre(told));
      EXPECT_EQ(saga().change->run.attempt, i);
      const auto pause = *saga().due() - now;
      EXPECT_GE(pause, longest);
      EXPECT_LE(pause, std::chrono::minutes{30});
      longest = pause;
      now = *saga().due();
    }
  }
}

TEST_F(RefundRun, IsWokenByWhicheverRunIsDueFirst) {
  given("refund_payment", "prepare", Phase::doing);
  EXPECT_EQ(saga().due(), start);
  hear(WakeUp{});
  EXPECT_EQ(saga().main.attempt, 1) << "it is not due";
  EXPECT_EQ(saga().change->run.attempt, 2);
}

TEST_F(RefundRun, ACancellationDoesNotWaitForIt) {
  given("refund_payment", "prepare", Phase::doing);
  EXPECT_THAT(hear(CancelSaga{}), ElementsAre("cancel ticket"));
  EXPECT_EQ(step(), "refund_payment");
  EXPECT_EQ(saga().main.phase, Phase::undoing);
}

// The kitchen rejects a ticket whose lines are just being changed, and part of the money is back.
TEST_F(RefundRun, OfAChangeOfLinesHoldsUpARefusalByTheKitchen) {
  given("refund_payment", "prepare", Phase::doing);
  auto changing = saga();
  changing.change->run.saga = "revise_paid";
  records.keep(make_record(std::move(changing)));
  const StepAnswer rejected{.ref = {.step = "prepare", .attempt = 1},
                            .result = Result::refused,
                            .reason = Reason::kitchen_rejected};
  for (int i = 0; i < 2; ++i) EXPECT_THAT(hear(rejected), IsEmpty());
  EXPECT_EQ(saga().main.phase, Phase::doing);
  EXPECT_THAT(answer("refund_payment", Result::done), ElementsAre("return 2"));
  EXPECT_THAT(answer("return_lines", Result::done), ElementsAre("apply 2"))
      << "there is no ticket to change";
  EXPECT_THAT(answer("apply", Result::done), ElementsAre("cancel ticket"));
  EXPECT_EQ(saga().main.reason, Reason::kitchen_rejected);
}

TEST_F(RefundRun, BeginsWhereverTheLifeIs) {
  for (const auto phase : {Phase::doing, Phase::completed}) {
    given("apply", "deliver", phase);
    answer("apply", Result::done);
    EXPECT_THAT(hear(StartChange{.number = 3,
                                 .saga = "refund",
                                 .amount = 7,
                                 .returned = {{.product_id = "a", .quantity = 1}}}),
                ElementsAre("refund 7"));
    EXPECT_EQ(std::get<RefundPayment>(last.send.at(0)).ref.run, 3);
    EXPECT_EQ(saga().changes, 3);
  }
}

TEST_F(RefundRun, AStartThatIsRepeatedStartsNothing) {
  given("return_lines");
  EXPECT_THAT(hear(StartChange{.number = 2, .saga = "refund", .amount = 450}), IsEmpty());
  EXPECT_EQ(step(), "return_lines");
  EXPECT_THAT(hear(StartChange{.number = 3, .saga = "refund"}), ElementsAre("failed"))
      << "one at a time";
  answer("return_lines", Result::done);
  answer("apply", Result::done);
  EXPECT_THAT(hear(StartChange{.number = 2, .saga = "refund", .amount = 450}), IsEmpty());
  EXPECT_THROW(hear(StartChange{.number = 3, .saga = "food"}), std::runtime_error)
      << "a life is no change";
}

TEST_F(RefundRun, OfAnOrderThatWasForgottenHasFailed) {
  EXPECT_THAT(hear(StartChange{.number = 1, .saga = "refund"}), ElementsAre("failed"));
}

TEST_F(RefundRun, NothingIsKeptOfItOnceItIsOver) {
  given("apply");
  EXPECT_TRUE(saga().is_live());
  answer("apply", Result::done);
  EXPECT_FALSE(saga().is_live());
  EXPECT_FALSE(saga().due());
  EXPECT_EQ(saga().changes, 2);
}

// --- the language --------------------------------------------------------------------------------

using sagas::Command;
using sagas::Step;

TEST(SagaTable, AStepThatAsksForNothingShowsAndTheNextBegins) {
  static constexpr std::array steps{
      Step{.name = "reserve", .act = Command::reserve_stock, .undo = Command::release_stock},
      Step{.name = "note", .shows_done = OrderStatus::paid},
      Step{.name = "cook",
           .act = Command::prepare_order,
           .undo = Command::cancel_ticket,
           .shows_started = OrderStatus::preparing,
           .pivot = true},
      Step{.name = "complete", .shows_done = OrderStatus::completed},
  };
  static constexpr sagas::Saga table{.name = "test", .steps = steps};
  static_assert(well_formed(table));
  Saga saga{.id = order_id,
            .main = {.saga = "test", .version = 1, .step = "reserve", .attempt = 1}};
  const sagas::Limits limits;
  Decision decision;
  const auto answer = [&](const char* step) {
    decision = {};
    RunTransition{saga, 0, table, limits, start, decision}.on(StepAnswer{.ref = {.step = step}});
  };
  answer("reserve");
  ASSERT_EQ(decision.send.size(), 2U);
  EXPECT_EQ(std::get<ShowProgress>(decision.send[0]).status, OrderStatus::paid);
  EXPECT_TRUE(std::holds_alternative<PrepareOrder>(decision.send[1]));
  answer("cook");
  ASSERT_EQ(decision.send.size(), 1U);
  EXPECT_EQ(std::get<ShowProgress>(decision.send[0]).status, OrderStatus::completed);
  EXPECT_EQ(saga.main.phase, Phase::completed);
}

TEST(SagaTable, IsWellFormedByItsKind) {
  using sagas::Kind;
  const auto is_sound = [](Kind kind, std::vector<Step> steps) {
    return well_formed(sagas::Saga{.name = "test", .kind = kind, .steps = steps});
  };
  const Step pivot{.name = "refund", .act = Command::refund_payment, .pivot = true};
  const Step after{.name = "apply", .act = Command::apply_change};
  const Step shows{.name = "end", .shows_done = OrderStatus::completed};
  const Step given_up{.name = "late",
                      .act = Command::collect_payment,
                      .undo = Command::undo_payment,
                      .when_overdue = sagas::WhenOverdue::give_up,
                      .overdue_reason = Reason::payment_expired};
  EXPECT_TRUE(is_sound(Kind::change, {pivot, after}));
  EXPECT_TRUE(is_sound(Kind::change, {given_up, pivot, after}));
  EXPECT_FALSE(is_sound(Kind::change, {pivot, after, shows})) << "the status is the life's";
  EXPECT_FALSE(is_sound(Kind::change, {pivot, given_up})) << "behind the pivot it only goes on";
  EXPECT_FALSE(is_sound(Kind::change, {after, pivot})) << "before the pivot all can be undone";
  EXPECT_FALSE(is_sound(Kind::change, {after})) << "there is no pivot";
  EXPECT_FALSE(is_sound(Kind::change, {pivot, pivot}));
  const Step begins{
      .name = "take", .act = Command::take_lines, .undo = Command::return_stock, .pivot = true};
  EXPECT_TRUE(is_sound(Kind::life, {begins, shows}));
  EXPECT_FALSE(is_sound(Kind::life, {pivot, shows})) << "a cancellation may meet it in doubt";
  EXPECT_FALSE(is_sound(Kind::life, {begins, after})) << "it does not come to an end";
  EXPECT_FALSE(is_sound(Kind::life, {{.name = "none", .pivot = true}, shows}));
}

}  // namespace
}  // namespace oms::coordinator
