// /oms/orders: what its clients send, and what they are answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;
using ::testing::HasSubstr;

const std::string one = "/oms/orders/" + std::string{order_text};

Request place(std::string body) {
  return {"POST", "/oms/orders", std::move(body)};
}
Request change(std::string body) {
  return {"PUT", one, std::move(body)};
}

OrderView supplied() {
  auto order = placed_order();
  order.customer_id = "7";
  order.face = Face::fulfilment;
  order.status = OrderStatus::completed;
  order.lines[0].status = LineStatus::executed;
  order.lines.push_back({.product_id = "soap", .quantity = 3, .status = LineStatus::cancelled});
  return order;
}

TEST(PlaceSupply, TakesItsClientsNumbersAsNames) {
  const auto order = place(R"({"userId":7,"orderItems":[{"productId":1,"quantity":2},)"
                           R"({"productId":"soap","quantity":3}]})")
                         .message<PlaceOrder>();
  EXPECT_EQ(order.customer_id, "7");
  EXPECT_EQ(order.saga, "supply");
  EXPECT_EQ(order.face, Face::fulfilment);
  ASSERT_EQ(order.lines.size(), 2U);
  EXPECT_EQ(order.lines[0].product_id, "1");
  EXPECT_EQ(order.lines[1].product_id, "soap");
  EXPECT_EQ(order.lines[1].quantity, 3);
}

TEST(PlaceSupply, KeepsTheSameProductOnTwoLines) {
  const auto order = place(R"({"userId":"a","orderItems":[{"productId":1,"quantity":2},)"
                           R"({"productId":1,"quantity":2}]})")
                         .message<PlaceOrder>();
  EXPECT_EQ(order.lines.size(), 2U);
}

TEST(PlaceSupply, RefusesInItsClientsWords) {
  for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{
           {"", "needs a body"},
           {R"({"orderItems":[{"productId":1,"quantity":2}]})", "/userId: is required"},
           {R"({"userId":1,"orderItems":[]})", "/orderItems: an order has 1 to 100 items"},
           {R"({"userId":1})", "/orderItems: an order has 1 to 100 items"},
           {R"({"userId":1.5,"orderItems":[{"productId":1,"quantity":2}]})", "/userId: must be"},
           {R"({"userId":null,"orderItems":[{"productId":1,"quantity":2}]})", "/userId: must be"},
           {R"({"userId":1,"orderItems":[{"productId":{},"quantity":2}]})",
            "/orderItems/0/productId: must be"},
           {R"({"userId":1,"orderItems":[{"productId":1,"quantity":0}]})",
            "/orderItems/0/quantity: must be"},
           {R"({"userId":1,"status":"EXECUTED","orderItems":[{"productId":1,"quantity":1}]})",
            "/status: unknown field"},
           {R"({"userId":1,"orderItems":[{"productId":1,"quantity":1,"status":"PENDING"}]})",
            "/orderItems/0/status: unknown field"}}) {
    const auto response = place(body).answer();
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_EQ(response.content_type, "application/json");
    EXPECT_THAT(response.body, HasSubstr(R"({"success":false,"data":null,"error":")")) << body;
    EXPECT_THAT(response.body, HasSubstr(words)) << body;
  }
}

TEST(PlaceSupply, AnswersTheOrderLineByLine) {
  const auto plan =
      place(R"({"userId":7,"orderItems":[{"productId":1,"quantity":2}]})").plan_as<Submit>();
  const auto response = plan.render(make_record(supplied()));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(header(response, "Location"), one);
  EXPECT_EQ(response.body,
            R"({"success":true,"data":{"orderId":")" + std::string{order_text} +
                R"(","userId":7,"status":"EXECUTED","orderItems":[)"
                R"({"productId":1,"quantity":2,"status":"EXECUTED"},)"
                R"({"productId":"soap","quantity":3,"status":"CANCELED"}]},"error":null})");
}

TEST(PlaceSupply, TheRulesRefuseInItsClientsWords) {
  const auto plan =
      place(R"({"userId":7,"orderItems":[{"productId":1,"quantity":2}]})").plan_as<Submit>();
  const auto response =
      plan.render(fail(ErrorKind::unprocessable, "no such", "/items/0/productID"));
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(response.body, HasSubstr(R"("error":"/orderItems/0/productId: no such")"));
}

TEST(PlaceSupply, KeysOfDifferentUsersNeverMeet) {
  const auto key_of_user = [](const char* user) {
    auto request = place(R"({"userId":)" + std::string{user} +
                         R"(,"orderItems":[{"productId":1,"quantity":2}]})");
    return request.with("idempotency-key", "k1").plan_as<Submit>().message.once->key;
  };
  EXPECT_EQ(key_of_user("7"), key_of_user("\"7\""));
  EXPECT_NE(key_of_user("7"), key_of_user("8"));
}

TEST(Supply, IsForCallersOnThisMachine) {
  EXPECT_EQ(Request("GET", one).from_afar().answer().status, 403);
  EXPECT_EQ(Request("GET", one).with("x-forwarded-for", "192.0.2.1").answer().status, 403);
  EXPECT_EQ(place("{}").from_afar().answer().status, 403);
  EXPECT_EQ(change("{}").from_afar().answer().status, 403);
}

TEST(ShowSupply, ShowsOnlyWhatWasPlacedThere) {
  const auto plan = Request("GET", one).plan_as<Get>();
  EXPECT_EQ(plan.render({found(supplied())}).status, 200);
  EXPECT_EQ(plan.render({found(placed_order())}).status, 404);
  EXPECT_EQ(plan.render({Found{}}).status, 404);
  EXPECT_EQ(Request("GET", "/oms/orders/12").answer().status, 404);
  const auto theirs = Request("GET", "/api/customers/7/orders/" + std::string{order_text});
  EXPECT_EQ(theirs.plan_as<Get>().render({found(supplied()), Found{}}).status, 404);
}

TEST(ShowSupply, SaysPendingUntilItIsThrough) {
  auto order = supplied();
  order.status = OrderStatus::pending;
  order.lines[0].status = LineStatus::pending;
  const auto response = Request("GET", one).plan_as<Get>().render({found(order)});
  EXPECT_THAT(response.body, HasSubstr(R"("status":"PENDING","orderItems":[)"));
  EXPECT_THAT(response.body, HasSubstr(R"({"productId":1,"quantity":2,"status":"PENDING"})"));
}

TEST(ChangeSupply, NamesTheLinesThatChange) {
  const auto asked = change(R"({"orderItems":[{"productId":1,"quantity":5},)"
                            R"({"productId":"soap","status":"CANCELED"}]})")
                         .with("if-match", "\"4\"")
                         .message<ReviseOrder>();
  ASSERT_EQ(asked.lines.size(), 2U);
  EXPECT_EQ(asked.lines[0].product_id, "1");
  EXPECT_EQ(asked.lines[0].quantity, 5);
  EXPECT_EQ(asked.lines[0].status, LineStatus::executed);
  EXPECT_FALSE(asked.lines[1].quantity);
  EXPECT_EQ(asked.lines[1].status, LineStatus::cancelled);
  EXPECT_FALSE(asked.all);
  EXPECT_THAT(asked.versions, ::testing::ElementsAre(4));
}

TEST(ChangeSupply, CancelsAllAndExecutesAllForTheOperator) {
  EXPECT_EQ(change(R"({"status":"CANCELED"})").message<ReviseOrder>().all, LineStatus::cancelled);
  EXPECT_EQ(change(R"({"status":"EXECUTED"})").answer().status, 401);
  EXPECT_EQ(change(R"({"status":"EXECUTED"})").by_operator().message<ReviseOrder>().all,
            LineStatus::executed);
}

TEST(ChangeSupply, SaysWhetherTheLinesHaveChanged) {
  const auto render = change(R"({"status":"CANCELED"})").plan_as<Submit>().render;
  auto order = supplied();
  EXPECT_EQ(render(make_record(order)).status, 200);
  order.revision = RevisionState{.change = 1, .status = ChangeStatus::done};
  EXPECT_EQ(render(make_record(order)).status, 200);
  order.revision->status = ChangeStatus::under_way;
  EXPECT_EQ(render(make_record(order)).status, 202);
  order.revision = {.change = 1, .status = ChangeStatus::failed, .failure = Reason::not_changeable};
  const auto refused = render(make_record(order));
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr(R"({"success":false,"data":null,"error":"the order ended)"));
}

TEST(ChangeSupply, FindsNoOrderThatWasArchived) {
  const auto render = change(R"({"status":"CANCELED"})").plan_as<Submit>().render;
  EXPECT_EQ(render(fail(ErrorKind::gone, "archived at noon")).status, 404);
}

TEST(ChangeSupply, IsRefusedWhereItIsNotClear) {
  for (const char* body :
       {"", "{}", R"({"orderItems":[]})", R"({"status":"PENDING"})", R"({"status":"canceled"})",
        R"({"status":"DONE"})", R"({"orderItems":[{"productId":1,"status":"PENDING"}]})",
        R"({"orderItems":[{"productId":1,"quantity":0}]})", R"({"orderItems":[{"quantity":1}]})",
        R"({"userId":7})"}) {
    EXPECT_EQ(change(body).answer().status, 400) << body;
  }
}

}  // namespace
}  // namespace oms::edge
