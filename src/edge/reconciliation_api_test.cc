// /api/admin/reconciliation.
#include "edge/reconciliation_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;
using ::testing::HasSubstr;

const std::string path = "/api/admin/reconciliation";

Reconcile started(std::string body) {
  return Request{"POST", path, std::move(body)}.by_operator().plan_as<Reconcile>();
}
std::string refusal(std::string body) {
  return Request{"POST", path, std::move(body)}.by_operator().refusal();
}

TEST(Reconciliation, IsForOperators) {
  EXPECT_EQ(Request("GET", path).answer().status, 401);
  EXPECT_EQ(Request("POST", path).answer().status, 401);
}

TEST(Reconciliation, IsShown) {
  const auto plan = Request{"GET", path}.by_operator().plan();
  EXPECT_TRUE(std::holds_alternative<ShowReconciliation>(plan));
}

TEST(Reconciliation, OnlyLooksUnlessItIsToRepair) {
  EXPECT_FALSE(started("").request.must_repair);
  EXPECT_FALSE(started("{}").request.must_repair);
  EXPECT_TRUE(started(R"({"repair":true})").request.must_repair);
}

TEST(Reconciliation, MayGoBackFurther) {
  EXPECT_EQ(started("{}").request.since, std::nullopt);
  EXPECT_EQ(started(R"({"since":"2026-01-01T12:00:00Z"})").request.since, noon);
  EXPECT_THAT(refusal(R"({"since":"yesterday"})"), HasSubstr("/since"));
}

TEST(Reconciliation, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(refusal(R"({"repairs":true})"), HasSubstr("400"));
  EXPECT_THAT(refusal(R"({"repair":"yes"})"), HasSubstr("400"));
}

TEST(Reconciliation, GoesOnRecord) {
  const auto plan = Request{"POST", path, R"({"repair":true})"}
                        .by_operator()
                        .with("audit-reason", "webhooks were down")
                        .plan_as<Reconcile>();
  EXPECT_EQ(std::get<NoteAction>(plan.note.payload).action, "Reconcile and repair");
  ASSERT_TRUE(plan.note.by);
  EXPECT_EQ(plan.note.by->who, "operator");
  EXPECT_EQ(plan.note.by->reason, "webhooks were down");
}

TEST(Reconciliation, SaysThatNoneHasBeen) {
  EXPECT_EQ(reconciliation({}).body, R"({"reconciliation":{"state":"never"}})");
}

TEST(Reconciliation, TellsItsFindings) {
  oms::Reconciliation run{.state = oms::Reconciliation::State::done,
                          .must_repair = true,
                          .since = noon,
                          .started_at = noon,
                          .ended_at = noon,
                          .look = 3,
                          .percent = 100,
                          .orders = 7,
                          .charges = 6};
  run.findings = {{.order_id = order_id,
                   .kind = Difference::unrecorded_capture,
                   .session_id = "cs_1",
                   .since = noon,
                   .explanation = "order …",
                   .repair = Repair::look_up_payment,
                   .is_repaired = true},
                  {.order_id = other_id, .kind = Difference::double_charge, .since = noon}};
  const std::string at = R"("2026-01-01T12:00:00.000Z")";
  EXPECT_EQ(reconciliation(run).body,
            R"({"reconciliation":{"state":"done","repair":true,"since":)" + at +
                R"(,"startedAt":)" + at + R"(,"endedAt":)" + at +
                R"(,"look":3,"percent":100,"orders":7,"charges":6,"differences":1,"unlisted":0,)" +
                R"("findings":[{"orderID":")" + std::string{order_text} +
                R"(","kind":"unrecorded_capture","sessionID":"cs_1","since":)" + at +
                R"(,"explanation":"order …","repair":"look_up_payment","repaired":true},)" +
                R"({"orderID":")" + std::string{other_text} +
                R"(","kind":"double_charge","since":)" + at +
                R"(,"explanation":"","repair":"none","repaired":false}]}})");
}

TEST(Reconciliation, TellsWhyItHasFailed) {
  const oms::Reconciliation run{.state = oms::Reconciliation::State::failed,
                                .failure = "the provider does not answer"};
  EXPECT_THAT(reconciliation(run).body, HasSubstr(R"("failure":"the provider does not answer")"));
}

}  // namespace
}  // namespace oms::edge
