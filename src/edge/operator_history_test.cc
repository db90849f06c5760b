#include <gtest/gtest.h>

#include "edge/paging.h"
#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;
using enum stock::MovementKind;

const std::string admin = "/api/admin/";

Request ask(std::string method, const std::string& path, std::string body = {}) {
  Request request{std::move(method), admin + path, std::move(body)};
  request.by_operator();
  return request;
}

MovementView movement(std::int64_t number, stock::MovementKind kind, std::int64_t quantity,
                      std::int64_t on_hand, std::string reason = {}) {
  return {.id = stock::movement_id("soup", number),
          .product_id = "soup",
          .number = number,
          .kind = kind,
          .quantity = quantity,
          .on_hand = on_hand,
          .at = noon,
          .reason = std::move(reason)};
}

ItemView soup() {
  return {.id = "soup",
          .on_hand = 11,
          .movements = 2,
          .today = {.day = "2026-01-01",
                    .first = noon,
                    .last = noon,
                    .committed = 6,
                    .returned = 2,
                    .written_off = 1}};
}

TEST(Movements, AreTheItemsNewestFirst) {
  const auto list = ask("GET", "stock/soup/movements?limit=2").plan_as<List>();
  EXPECT_EQ(list.query.type, &type_of<MovementView>());
  EXPECT_EQ(list.query.column, "product_id");
  EXPECT_EQ(list.query.value, "soup");
  EXPECT_TRUE(list.query.newest_first);
  EXPECT_EQ(list.query.limit, 2U);
  EXPECT_EQ(list.of, key_of<ItemView>("soup"));
}

TEST(Movements, BeginWithWhatTodayHasBroughtSoFar) {
  const auto list = ask("GET", "stock/soup/movements").plan_as<List>();
  const auto answer =
      list.render_of(found(soup()), {.records = {found(movement(2, restock, 5, 15, "delivery")),
                                                 found(movement(1, initial, 10, 10))}});
  const std::string at = R"("at":"2026-01-01T12:00:00.000Z")";
  EXPECT_EQ(answer.body,
            R"({"productID":"soup","onHand":11,"movements":[)"
            R"({"kind":"written_off","quantity":1,"change":0,"onHand":11,)" +
                at + "}," + R"({"kind":"committed","quantity":6,"change":-6,"onHand":11,)" + at +
                "}," + R"({"kind":"returned","quantity":2,"change":2,"onHand":17,)" + at + "}," +
                R"({"kind":"restock","number":2,"quantity":5,"change":5,"onHand":15,)" + at +
                R"(,"reason":"delivery"},)" +
                R"({"kind":"initial","number":1,"quantity":10,"change":10,"onHand":10,)" + at +
                "}]}");
}

TEST(Movements, OfAnItemThatOnlyOrdersHaveMovedBeginWithWhatThereWas) {
  const auto list = ask("GET", "stock/soup/movements").plan_as<List>();
  const auto answer = list.render_of(
      found(ItemView{.id = "soup", .on_hand = 7, .today = {.day = "2026-01-01", .committed = 3}}),
      {});
  EXPECT_EQ(answer.body, R"({"productID":"soup","onHand":7,"movements":[)"
                         R"({"kind":"committed","quantity":3,"change":-3,"onHand":7},)"
                         R"({"kind":"initial","quantity":10,"change":10,"onHand":10}]})");
}

TEST(Movements, GoOnBehindTheLastOfAPage) {
  const auto list = ask("GET", "stock/soup/movements").plan_as<List>();
  const auto answer = list.render_of(
      found(soup()), {.records = {found(movement(2, restock, 5, 15))}, .more = true});
  const auto cursor = cursor_of("2", ListTag::of(admin + "stock/soup/movements"));
  EXPECT_TRUE(answer.body.ends_with(R"(],"nextCursor":")" + cursor + "\"}")) << answer.body;
  const auto next = ask("GET", "stock/soup/movements?cursor=" + cursor).plan_as<List>();
  EXPECT_EQ(next.query.after, "soup/0000000002");
  const auto rest =
      next.render_of(found(soup()), {.records = {found(movement(1, initial, 10, 10))}});
  EXPECT_TRUE(rest.body.contains(R"("movements":[{"kind":"initial","number":1)")) << rest.body;
}

// Written between the two reads: the item still tells of it as today's.
TEST(Movements, AreToldOnce) {
  const auto list = ask("GET", "stock/soup/movements").plan_as<List>();
  const auto answer =
      list.render_of(found(soup()), {.records = {found(movement(3, returned, 2, 17))}});
  EXPECT_FALSE(answer.body.contains(R"("number":3)")) << answer.body;
}

TEST(Movements, OfAnUnknownItemAreNotThere) {
  const auto list = ask("GET", "stock/soup/movements").plan_as<List>();
  EXPECT_EQ(list.render_of({}, {}).status, 404);
}

// --- what is done, and by whom ----------------------------------------------------------------

TEST(Audit, IsKeptOfWhatOperatorsDo) {
  const auto plan = ask("PUT", "stock/soup", R"({"onHand":7,"reason":"counted"})")
                        .with("audit-reason", "monthly")
                        .plan_as<Submit>();
  ASSERT_TRUE(plan.message.by);
  EXPECT_EQ(plan.message.by->who, "operator");
  EXPECT_EQ(plan.message.by->reason, "monthly");
  EXPECT_EQ(std::get<SetItem>(plan.message.payload).reason, "counted");
  const auto backup = ask("POST", "backup", R"({"path":"/b.db"})").plan_as<BackUp>();
  ASSERT_TRUE(backup.note.by);
  EXPECT_EQ(std::get<NoteAction>(backup.note.payload).subject, "/b.db");
}

TEST(Audit, IsNotKeptOfWhatCustomersDo) {
  const auto plan =
      Request("POST", "/api/customers/c1/orders", R"([{"productID":"1","quantity":1}])")
          .plan_as<Submit>();
  EXPECT_FALSE(plan.message.by);
}

TEST(Audit, TakesNoReasonThatIsNoText) {
  EXPECT_EQ(ask("PUT", "stock/soup", R"({"onHand":7})")
                .with("audit-reason", std::string(201, 'x'))
                .answer()
                .status,
            400);
}

AuditView entry(Time at, std::string who, std::string subject) {
  return {.id = order_id,
          .at = at,
          .who = std::move(who),
          .action = "SetItem",
          .subject = std::move(subject),
          .reason = "counted",
          .outcome = "done"};
}

TEST(Audit, IsListedNewestFirst) {
  const auto list = ask("GET", "audit").plan_as<List>();
  EXPECT_EQ(list.query.type, &type_of<AuditView>());
  EXPECT_TRUE(list.query.newest_first);
  EXPECT_EQ(list.query.column, "");
  EXPECT_EQ(list.render({.records = {found(entry(noon, "operator", "soup"))}}).body,
            R"({"entries":[{"id":"65a000000000000000000001","at":"2026-01-01T12:00:00.000Z",)"
            R"("who":"operator","action":"SetItem","subject":"soup","reason":"counted",)"
            R"("outcome":"done"}]})");
}

TEST(Audit, IsFoundBySubjectAndByWhoDidIt) {
  const auto by_subject = ask("GET", "audit?subject=soup&who=operator").plan_as<List>();
  EXPECT_EQ(by_subject.query.column, "subject");
  EXPECT_EQ(by_subject.query.value, "soup");
  const auto body =
      by_subject.render({.records = {found(entry(noon, "another", "soup"))}, .more = true}).body;
  EXPECT_TRUE(body.starts_with(R"({"entries":[],"nextCursor":")")) << body;
  const auto by_who = ask("GET", "audit?who=operator").plan_as<List>();
  EXPECT_EQ(by_who.query.column, "who");
}

TEST(Audit, IsCutToATime) {
  const auto list =
      ask("GET", "audit?from=2026-01-01T12:00:00Z&to=2026-01-01T13:00:00Z").plan_as<List>();
  EXPECT_EQ(list.query.after.substr(0, 8), "6956700c") << "a minute later, in seconds since 1970";
  const auto count = [&](Time at) {
    const auto body =
        list.render({.records = {found(entry(at, "operator", "soup"))}, .more = true}).body;
    EXPECT_EQ(body.contains("nextCursor"), at >= noon) << "nothing older is wanted";
    return body.contains(R"("subject")");
  };
  EXPECT_TRUE(count(noon));
  EXPECT_TRUE(count(noon + std::chrono::hours{1}));
  EXPECT_FALSE(count(noon + std::chrono::hours{2}));
  EXPECT_FALSE(count(noon - Duration{1}));
  EXPECT_EQ(ask("GET", "audit?from=yesterday").answer().status, 400);
  const auto late = ask("GET", "audit?to=9999-01-01T00:00:00Z").plan_as<List>();
  EXPECT_EQ(late.query.after.substr(0, 8), "ffffffff") << "beyond what an id can tell";
}

}  // namespace
}  // namespace oms::edge
