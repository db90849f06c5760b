// /api/admin/sagas, and an order's history.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;
using coordinator::Phase;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string sagas = "/api/admin/sagas";
const std::string one = sagas + "/" + std::string{order_text};

SagaView saga(const Id& id, Phase phase) {
  return {.id = id,
          .main = {.saga = "food", .version = 1, .step = "prepare", .phase = phase},
          .is_live = phase == Phase::doing || phase == Phase::undoing,
          .timeline = {{.step = "prepare", .attempts = 3, .asked_at = noon}}};
}

List list_of(const std::string& query) {
  return Request{"GET", sagas + query}.by_operator().plan_as<List>();
}

std::string next_of(const HttpResponse& response) {
  const auto at = response.body.find(R"("nextCursor":")");
  if (at == std::string::npos) return {};
  const auto begin = at + 14;
  return response.body.substr(begin, response.body.find('"', begin) - begin);
}

TEST(ListSagas, ShowsTheLiveOnesFirst) {
  const auto live = list_of("?limit=2");
  EXPECT_EQ(live.query.column, "live");
  EXPECT_EQ(live.query.limit, 2U);
  const auto first = live.render({.records = {found(saga(order_id, Phase::doing))}, .more = true});
  EXPECT_THAT(first.body, HasSubstr(R"("phase":"doing")"));
  EXPECT_EQ(list_of("?cursor=" + next_of(first)).query.column, "live") << "there are more of them";
}

TEST(ListSagas, AndBehindThemThoseThatAreOver) {
  const auto last = list_of("").render({.records = {found(saga(order_id, Phase::undoing))}});
  const auto over = list_of("?cursor=" + next_of(last));
  EXPECT_EQ(over.query.column, "");
  const auto rest = over.render(
      {.records = {found(saga(order_id, Phase::doing)), found(saga(other_id, Phase::completed))}});
  EXPECT_THAT(rest.body, HasSubstr(std::string{other_text}));
  EXPECT_THAT(rest.body, Not(HasSubstr(std::string{order_text}))) << "it was shown above";
  EXPECT_EQ(next_of(rest), "");
}

TEST(ListSagas, MayBeOfOnePhase) {
  EXPECT_EQ(list_of("?phase=undoing").query.column, "live");
  const auto list = list_of("?phase=cancelled&limit=1");
  EXPECT_GT(list.look_on({.records = {found(saga(order_id, Phase::completed))}, .more = true}), 0U);
  EXPECT_EQ(list.look_on({.records = {found(saga(order_id, Phase::cancelled))}, .more = true}), 0U);
  EXPECT_EQ(list.query.column, "");
  const auto page = list.render(
      {.records = {found(saga(order_id, Phase::completed)), found(saga(other_id, Phase::cancelled)),
                   found(saga(order_id, Phase::cancelled))}});
  EXPECT_THAT(page.body, HasSubstr(std::string{other_text}));
  EXPECT_EQ(list_of("?phase=cancelled&cursor=" + next_of(page)).query.after, other_text);
  EXPECT_EQ((Request{"GET", sagas + "?phase=done"}.by_operator().answer().status), 400);
  EXPECT_EQ((Request{"GET", sagas + "?phase=doing&cursor=" + next_of(page)}
                 .by_operator()
                 .answer()
                 .status),
            400)
      << "the cursor is of another list";
}

TEST(ShowSaga, HasItsTimeline) {
  const auto get = Request{"GET", one}.by_operator().plan_as<Get>();
  EXPECT_EQ(get.keys, std::vector{key_of<SagaView>(order_text)});
  const auto body = get.render({found(saga(order_id, Phase::doing))}).body;
  EXPECT_THAT(body, HasSubstr(R"({"saga":{"id":"65a000000000000000000001",)"));
  EXPECT_THAT(body,
              HasSubstr(R"("timeline":[{"run":0,"step":"prepare","isUndo":false,"attempts":3,)"));
  EXPECT_EQ(get.render({Found{}}).status, 404);
}

const std::string this_step = R"({"run":0,"step":"prepare"})";

TEST(HandleSagas, DoesWhatThePathSays) {
  using enum HandleSaga::Action;
  for (const auto& [word, action] : {std::pair{"retry", retry}, {"skip", skip}, {"abort", abort}}) {
    const auto plan = Request{"POST", one + "/" + word, this_step}.by_operator().plan_as<Submit>();
    EXPECT_EQ(std::get<HandleSaga>(plan.message.payload).action, action);
    EXPECT_EQ(plan.message.order_id, order_id);
    EXPECT_TRUE(plan.is_urgent);
    EXPECT_EQ(plan.render(make_record(saga(order_id, Phase::doing))).status, 200);
    EXPECT_EQ(plan.render(fail(ErrorKind::conflict, "it is over")).status, 409);
    EXPECT_EQ((Request{"POST", one + "/" + word}.answer().status), 401);
  }
  EXPECT_EQ((Request{"POST", sagas + "/17/retry"}.by_operator().answer().status), 404);
}

TEST(HandleSagas, MeansTheStepThatIsNamedAndSkipsNoOther) {
  const auto plan = Request{"POST", one + "/skip", R"({"run":2,"step":"refund_payment"})"}
                        .by_operator()
                        .plan_as<Submit>();
  const auto& handle = std::get<HandleSaga>(plan.message.payload);
  EXPECT_EQ(handle.run, 2);
  EXPECT_EQ(handle.step, "refund_payment");
  for (const char* body : {"", "{}", R"({"run":1})", R"({"stepp":"capture"})", "[]"}) {
    EXPECT_EQ((Request{"POST", one + "/skip", body}.by_operator().answer().status), 400) << body;
  }
}

TEST(HandleSagas, SaysThatASkippedStepWasToBeLookedUp) {
  const auto plan = Request{"POST", one + "/skip", this_step}.by_operator().plan_as<Submit>();
  EXPECT_THAT(plan.render(make_record(saga(order_id, Phase::doing))).body,
              HasSubstr("Skip only what you have looked up"));
}

TEST(OrderHistory, TellsWhenAndWhy) {
  const auto get =
      Request{"GET", "/api/customers/c1/orders/" + std::string{order_text} + "/history"}
          .plan_as<Get>();
  auto order = placed_order();
  order.history.push_back({.version = 2,
                           .status = OrderStatus::cancelled,
                           .at = noon,
                           .reason = Reason::customer_request});
  EXPECT_EQ(get.render({found(order)}).body,
            R"({"orderID":"65a000000000000000000001","history":[)"
            R"({"version":1,"status":"pending","at":"2026-01-01T12:00:00.000Z"},)"
            R"({"version":2,"status":"cancelled","at":"2026-01-01T12:00:00.000Z",)"
            R"("reason":"customer_request"}]})");
  order.customer_id = "c2";
  EXPECT_EQ(get.render({found(order)}).status, 404);
  order.customer_id = "c1";
  order.face = Face::event_chain;
  EXPECT_EQ(get.render({found(order)}).status, 404);
  EXPECT_EQ(
      get.render({Found{}, found(ArchivedOrderView{.id = order_id, .customer_id = "c1"})}).status,
      410);
}

}  // namespace
}  // namespace oms::edge
