#include <gtest/gtest.h>

#include "edge/paging.h"
#include "edge/samples.h"
#include "edge/views.h"

namespace oms::edge {
namespace {

using namespace samples;

const std::string orders_path = "/api/customers/c1/orders";
const std::string order_path = orders_path + "/" + std::string{order_text};

HttpResponse shown(const Request& request, const std::vector<Found>& records) {
  const auto plan = request.plan();
  return std::get<Get>(plan).render(records);
}

HttpResponse listed(const Request& request, const Page& page) {
  const auto plan = request.plan();
  return std::get<List>(plan).render(page);
}

TEST(ShowOrder, ReadsTheOrderByItsId) {
  const auto get = Request("GET", order_path).plan_as<Get>();
  EXPECT_EQ(get.keys,
            (std::vector{key_of<OrderView>(order_text), key_of<ArchivedOrderView>(order_text)}));
  EXPECT_TRUE(get.is_last_instead);
}

TEST(ShowOrder, ShowsItWithItsVersionAsTag) {
  const auto response = shown({"GET", order_path}, {found(placed_order())});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "ETag"), "\"1\"");
  EXPECT_TRUE(response.body.starts_with(R"({"orderID":"65a0)")) << response.body;
  EXPECT_EQ(response.body, order_json(placed_order()));
}

TEST(ShowOrder, SendsNoBodyToWhoHasThatVersion) {
  auto order = placed_order();
  order.version = 7;
  const auto ask = [&](const char* tags) {
    return shown(Request("GET", order_path).with("if-none-match", tags), {found(order)});
  };
  EXPECT_EQ(ask("\"7\"").status, 304);
  EXPECT_EQ(ask("\"7\"").body, "");
  EXPECT_EQ(header(ask("\"7\""), "ETag"), "\"7\"");
  EXPECT_EQ(ask("\"6\"").status, 200);
}

TEST(ShowOrder, AnotherCustomersOrderIsAsUnknownAsNone) {
  auto theirs = placed_order();
  theirs.customer_id = "c2";
  const auto foreign = shown({"GET", order_path}, {found(theirs)});
  const auto missing = shown({"GET", order_path}, {Found{}});
  const auto no_id = Request("GET", orders_path + "/17").answer();
  const auto cancelled = Request("POST", order_path + "/cancel")
                             .plan_as<Submit>()
                             .render(fail(ErrorKind::not_found, "there is no such order"));
  EXPECT_EQ(missing.status, 404);
  for (const auto& other : {foreign, no_id, cancelled, no_such_order()}) {
    EXPECT_EQ(other.status, missing.status);
    EXPECT_EQ(other.headers, missing.headers);
    EXPECT_EQ(other.content_type, missing.content_type);
    EXPECT_EQ(other.body, missing.body);
  }
}

// The names that its clients read.
TEST(ShowOrder, IsTheFlatOrder) {
  auto order = placed_order();
  order.payment_link = "https://pay.example.org/cs_1";
  order.fulfilment = Fulfilment::pickup;
  order.note = "Ring twice";
  order.lines[0].note = "No onions";
  order.address = {
      .lines = {"12 High Street", "Flat 3"}, .postal_code = "N1 9GU", .city = "London"};
  order.revision =
      RevisionState{.change = 1, .status = ChangeStatus::failed, .failure = Reason::already_paid};
  EXPECT_EQ(shown({"GET", order_path}, {found(order)}).body,
            R"({"orderID":"65a000000000000000000001","customerID":"c1",)"
            R"("items":[{"productID":"1","productName":"Cheese","quantity":2,)"
            R"("priceID":"price_cheese","unitPrice":450,"note":"No onions"}],)"
            R"("total":900,"currency":"usd","status":"pending",)"
            R"("PaymentLink":"https://pay.example.org/cs_1","paymentMethod":"link",)"
            R"("fulfilment":"pickup","note":"Ring twice",)"
            R"("address":{"lines":["12 High Street","Flat 3"],"postalCode":"N1 9GU",)"
            R"("city":"London","country":""},"version":1,)"
            R"("createdAt":"2026-01-01T12:00:00.000Z","updatedAt":"2026-01-01T12:00:00.000Z",)"
            R"("paymentStatus":"requested",)"
            R"("revision":{"number":1,"status":"failed","failure":"already_paid"},)"
            R"("history":[{"version":1,"status":"pending","at":"2026-01-01T12:00:00.000Z"}],)"
            R"("notices":[]})");
}

TEST(ShowOrder, ACheckoutIsPaidByCardAndNotBrought) {
  auto order = placed_order();
  order.method = PaymentMethod::card;
  const auto body = order_json(order);
  EXPECT_TRUE(body.contains(R"("paymentMethod":"card")")) << body;
  EXPECT_FALSE(body.contains("fulfilment")) << body;
}

TEST(ShowOrder, AnOrderOfAnotherFaceIsNotThere) {
  auto order = placed_order();
  order.face = Face::fulfilment;
  EXPECT_EQ(shown({"GET", order_path}, {found(order)}).body, no_such_order().body);
}

TEST(ShowOrder, SaysThatAnOrderWasArchivedToItsCustomerOnly) {
  const Request request{"GET", order_path};
  const auto entry = [](const char* customer) {
    return found(ArchivedOrderView{.id = order_id, .customer_id = customer, .archived_at = noon});
  };
  const auto gone = shown(request, {Found{}, entry("c1")});
  EXPECT_EQ(gone.status, 410);
  EXPECT_TRUE(gone.body.contains("2026-01-01T12:00:00.000Z")) << gone.body;
  EXPECT_EQ(shown(request, {Found{}, entry("c2")}).body, no_such_order().body);
  EXPECT_EQ(shown(request, {Found{}, Found{}}).body, no_such_order().body);
  EXPECT_EQ(shown(request, {found(placed_order()), Found{}}).status, 200);
}

TEST(ListOrders, AsksForTheCustomersNewest) {
  const auto query = Request("GET", orders_path).plan_as<List>().query;
  EXPECT_EQ(query.type, &type_of<OrderView>());
  EXPECT_EQ(query.column, "customer_id");
  EXPECT_EQ(query.value, "c1");
  EXPECT_TRUE(query.newest_first);
  EXPECT_EQ(query.after, "");
  EXPECT_EQ(query.limit, 20U);
}

TEST(ListOrders, GoesOnWhereTheLastPageEnded) {
  auto second = placed_order();
  second.id = other_id;
  const auto page = listed({"GET", orders_path + "?limit=2"},
                           {.records = {found(second), found(placed_order())}, .more = true});
  const std::string next =
      R"(],"nextCursor":")" + cursor_of(order_text, ListTag::of(orders_path)) + "\"}";
  EXPECT_TRUE(page.body.ends_with(next)) << page.body;
  const auto query =
      Request("GET",
              orders_path + "?limit=2&cursor=" + cursor_of(order_text, ListTag::of(orders_path)))
          .plan_as<List>()
          .query;
  EXPECT_EQ(query.after, order_text);
  EXPECT_EQ(query.limit, 2U);
}

TEST(ListOrders, TheLastPageHasNoCursor) {
  EXPECT_EQ(listed({"GET", orders_path}, {}).body, R"({"orders":[]})");
  const auto one = listed({"GET", orders_path}, {.records = {found(placed_order())}});
  EXPECT_FALSE(one.body.contains("nextCursor"));
  EXPECT_TRUE(one.body.ends_with("}]}"));
}

TEST(ListOrders, RefusesLimitsAndCursorsThatAreNone) {
  for (const char* query :
       {"limit=0", "limit=101", "limit=-1", "limit=ten", "limit=1.5", "limit=%zz", "cursor=!",
        "cursor=YQ", "cursor=A", "cursor=%00", "limit=99999999999999999999", "limit=", "limit",
        "cursor=", "limit=5&limit=6", "limit=5&limit=5", "limt=5", "status=eaten", "state=paid"}) {
    EXPECT_EQ(Request("GET", orders_path + "?" + query).answer().status, 400) << query;
  }
}

TEST(ListOrders, SaysWhichParameterIsWrongAndWhatItMayBe) {
  const auto detail = [](const char* query) {
    return Request("GET", orders_path + "?" + query).refusal();
  };
  EXPECT_TRUE(detail("limit=").contains("the parameter 'limit' is a whole number from 1 to 100"));
  EXPECT_TRUE(detail("limit=5&limit=6").contains("the parameter 'limit' is given twice"));
  EXPECT_TRUE(
      detail("limt=5").contains("no parameter 'limt', only status, from, to, limit, cursor"));
}

TEST(ListOrders, DoesNotGoOnFromAnotherCustomersCursor) {
  const auto theirs = cursor_of(order_text, ListTag::of("/api/customers/c2/orders"));
  const auto refusal = Request("GET", orders_path + "?cursor=" + theirs).refusal();
  EXPECT_TRUE(refusal.starts_with("400 ")) << refusal;
  EXPECT_TRUE(refusal.contains("belongs to another list")) << refusal;
}

TEST(CancelOrder, GoesAheadOfNewOrdersAndNamesTheCustomer) {
  const auto submit = Request("POST", order_path + "/cancel").plan_as<Submit>();
  EXPECT_TRUE(submit.is_urgent);
  EXPECT_FALSE(submit.message.fresh);
  EXPECT_EQ(submit.message.order_id, order_id);
  EXPECT_EQ(std::get<CancelOrder>(submit.message.payload).customer_id, "c1");
  EXPECT_TRUE(std::get<CancelOrder>(submit.message.payload).versions.empty());
}

TEST(CancelOrder, IsAcceptedOrTooLate) {
  const auto submit = Request("POST", order_path + "/cancel").plan_as<Submit>();
  auto order = placed_order();
  order.cancel_requested = true;
  const auto accepted = submit.render(make_record(order));
  EXPECT_EQ(accepted.status, 202);
  EXPECT_EQ(accepted.body, order_json(order));
  EXPECT_TRUE(accepted.body.contains(R"("cancelRequested":true)"));
  EXPECT_EQ(submit.render(fail(ErrorKind::conflict, "the kitchen has started")).status, 409);
}

TEST(CancelOrder, IsTooLateWhenTheKitchenBeganInTheSameCommit) {
  const auto submit = Request("POST", order_path + "/cancel").plan_as<Submit>();
  auto order = placed_order();
  order.status = OrderStatus::preparing;
  EXPECT_EQ(submit.render(make_record(order)).status, 409);
}

TEST(FollowOrder, WatchesOneOrderOfOneCustomer) {
  const auto follow = Request("GET", order_path + "/stream").plan_as<Follow>();
  EXPECT_EQ(follow.order_id, order_id);
  EXPECT_EQ(follow.customer_id, "c1");
  EXPECT_EQ(follow.after, std::nullopt);
  EXPECT_TRUE(follow.only.empty());
}

TEST(FollowOrder, GoesOnAfterTheVersionThatWasSeen) {
  const auto after = [](const char* id) {
    return Request("GET", order_path + "/stream").with("last-event-id", id).plan_as<Follow>().after;
  };
  EXPECT_EQ(after("4"), 4);
  EXPECT_EQ(after(""), std::nullopt);
  EXPECT_EQ(after("-4"), std::nullopt);
  EXPECT_EQ(after("4 or more"), std::nullopt);
}

TEST(Menu, IsSortedByKindThenName) {
  auto soap = cheese();
  soap.id = "a";
  soap.kind = "goods";
  soap.name = "Soap";
  auto bread = cheese();
  bread.id = "b";
  bread.name = "Bread";
  const auto plan = Request("GET", "/api/menu").plan_as<List>();
  EXPECT_EQ(plan.query.type, &type_of<ItemView>());
  EXPECT_EQ(plan.query.limit, 1000U);
  const auto body = plan.render({.records = {found(soap), found(cheese()), found(bread)}}).body;
  EXPECT_LT(body.find("Bread"), body.find("Cheese"));
  EXPECT_LT(body.find("Cheese"), body.find("Soap"));
}

TEST(Menu, ShowsWhatCanBeHadAndForHowMuch) {
  const auto plan = Request("GET", "/api/menu").plan_as<List>();
  EXPECT_EQ(plan.render({.records = {found(cheese())}}).body,
            R"({"items":[{"productID":"1","name":"Cheese","kind":"dish",)"
            R"("priceID":"price_cheese","price":450,"currency":"usd","available":60,)"
            R"("preparationSeconds":3}]})");
  auto none = cheese();
  none.available = -10;
  EXPECT_TRUE(plan.render({.records = {found(none)}}).body.contains(R"("available":0)"));
}

TEST(Webhook, IsHandedOnAsItCame) {
  const auto webhook = Request("POST", "/webhook", "{ \"id\": 1 }")
                           .with("stripe-signature", "t=1,v1=ab")
                           .with("content-type", "application/json; charset=utf-8")
                           .plan_as<Webhook>();
  EXPECT_EQ(webhook.signature, "t=1,v1=ab");
  EXPECT_EQ(webhook.body, "{ \"id\": 1 }");
}

}  // namespace
}  // namespace oms::edge
