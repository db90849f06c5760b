// /orders, /customers and /products: what their clients send, and what they are answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;
using ::testing::HasSubstr;

const std::string one = "/orders/" + std::string{order_text};

Request place(std::string body) {
  return {"POST", "/orders", std::move(body)};
}
Request place() {
  return place(R"({"customerId":1,"items":[{"productId":1,"quantity":2,"price":450}]})");
}

OrderView checkout(OrderStatus status = OrderStatus::pending) {
  auto order = placed_order();
  order.customer_id = "1";
  order.face = Face::coordinator;
  order.status = status;
  return order;
}

HttpResponse shown(const Request& request, const std::vector<Found>& records) {
  return request.plan_as<Get>().render(records);
}

std::string status_in(const HttpResponse& response) {
  const auto at = response.body.find(R"("status":")") + 10;
  return response.body.substr(at, response.body.find('"', at) - at);
}

TEST(PlaceCheckout, IsPaidFromTheCustomersAccount) {
  const auto order = place().message<PlaceOrder>();
  EXPECT_EQ(order.customer_id, "1");
  EXPECT_EQ(order.saga, "checkout");
  EXPECT_EQ(order.face, Face::coordinator);
  EXPECT_EQ(order.method, PaymentMethod::account);
  ASSERT_EQ(order.lines.size(), 1U);
  EXPECT_EQ(order.lines[0].product_id, "1");
  EXPECT_EQ(order.lines[0].quantity, 2);
  EXPECT_EQ(order.lines[0].expected_price, 450);
}

TEST(PlaceCheckout, OrByTheTokenOfACard) {
  const auto order = place(R"({"customerId":"c","items":[{"productId":"a","quantity":"2"}],)"
                           R"("paymentToken":"tok_visa"})")
                         .message<PlaceOrder>();
  EXPECT_EQ(order.method, PaymentMethod::card);
  EXPECT_EQ(order.payment_token, "tok_visa");
  EXPECT_EQ(order.lines[0].quantity, 2);
  EXPECT_FALSE(order.lines[0].expected_price);
}

TEST(PlaceCheckout, KeepsTheSameProductOnTwoLines) {
  const auto order = place(R"({"customerId":1,"items":[{"productId":1,"quantity":2},)"
                           R"({"productId":1,"quantity":3}]})")
                         .message<PlaceOrder>();
  EXPECT_EQ(order.lines.size(), 2U);
}

TEST(PlaceCheckout, AnswersNumbersAsNumbers) {
  const auto response = place().plan_as<Submit>().render(make_record(checkout()));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(header(response, "Location"), one);
  EXPECT_EQ(response.body,
            R"({"id":")" + std::string{order_text} +
                R"(","customerId":1,"status":"Pending","items":[{"productId":1,"quantity":2,)"
                R"("price":450}],"created_at":"2026-01-01T12:00:00.000Z"})");
}

TEST(PlaceCheckout, AnswersPendingHoweverSoonItIsOver) {
  const auto response =
      place().plan_as<Submit>().render(make_record(checkout(OrderStatus::cancelled)));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(status_in(response), "Pending");
}

TEST(PlaceCheckout, RefusesWhatIsNotRight) {
  const auto line = [](const std::string& item) {
    return R"({"customerId":1,"items":[)" + item + "]}";
  };
  std::string many = R"({"productId":1,"quantity":1})";
  for (int i = 0; i < 100; ++i) many += R"(,{"productId":1,"quantity":1})";
  for (const auto& [body, pointer] : std::vector<std::pair<std::string, std::string>>{
           {line(""), "#/items"},
           {R"({"customerId":1})", "#/items"},
           {line(many), "#/items"},
           {R"({"items":[{"productId":1,"quantity":1}]})", "#/customerId"},
           {R"({"customerId":1.5,"items":[{"productId":1,"quantity":1}]})", "#/customerId"},
           {line(R"({"productId":1,"quantity":0})"), "#/items/0/quantity"},
           {line(R"({"productId":1,"quantity":-2})"), "#/items/0/quantity"},
           {line(R"({"productId":1,"quantity":1.5})"), "#/items/0/quantity"},
           {line(R"({"productId":1,"quantity":1000001})"), "#/items/0/quantity"},
           {line(R"({"productId":{},"quantity":1})"), "#/items/0/productId"},
           {line(R"({"productId":1,"quantity":1,"price":-1})"), "#/items/0/price"},
           {line(R"({"productId":1,"quantity":1,"price":4.5})"), "#/items/0/price"},
           {R"({"customerId":1,"status":"Confirm","items":[{"productId":1,"quantity":1}]})",
            "#/status"},
           {R"({"customerId":1,"items":[{"productId":1,"quantity":1}],"cardNumber":"4242"})",
            "#/cardNumber"},
           {R"({"customerId":1,"items":[{"productId":1,"quantity":1}],"paymentDetails":{}})",
            "#/paymentDetails"},
           {R"({"customerId":1,"items":[{"productId":1,"quantity":1}],)"
            R"("paymentToken":"4242 4242 4242 4242"})",
            "#/paymentToken"},
           {R"({"customerId":1,"items":[{"productId":1,"quantity":1}],"paymentToken":""})",
            "#/paymentToken"}}) {
    const auto response = place(body).answer();
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_THAT(response.body, HasSubstr("\"pointer\":\"" + pointer + "\"")) << body;
  }
  EXPECT_EQ((Request{"POST", "/orders?cvv=123", "{}"}.answer().status), 400);
}

TEST(PlaceCheckout, TheRulesPointIntoItsOwnBody) {
  const auto render = place().plan_as<Submit>().render;
  EXPECT_THAT(render(fail(ErrorKind::unprocessable, "no such", "/items/0/productID")).body,
              HasSubstr("#/items/0/productId"));
  EXPECT_EQ(render(fail(ErrorKind::unprocessable, "it costs 450", "/items/0/price")).status, 422);
}

TEST(PlaceCheckout, KeysOfDifferentCustomersNeverMeet) {
  const auto key_of = [](const char* customer) {
    return place(R"({"customerId":)" + std::string{customer} +
                 R"(,"items":[{"productId":1,"quantity":1}]})")
        .with("idempotency-key", "k1")
        .plan_as<Submit>()
        .message.once.value()
        .key;
  };
  EXPECT_EQ(key_of("1"), key_of("\"1\""));
  EXPECT_NE(key_of("1"), key_of("2"));
}

TEST(ShowCheckout, HasThreeWords) {
  for (const auto& [status, word] : {std::pair{OrderStatus::pending, "Pending"},
                                     {OrderStatus::paid, "Pending"},
                                     {OrderStatus::completed, "Confirm"},
                                     {OrderStatus::cancelled, "Cancel"}}) {
    EXPECT_EQ(status_in(shown({"GET", one}, {found(checkout(status))})), word);
  }
}

TEST(ShowCheckout, ShowsNoOrdersOfOtherFaces) {
  EXPECT_EQ(shown({"GET", one}, {found(placed_order())}).status, 404);
  EXPECT_EQ(shown({"GET", one}, {Found{}}).status, 404);
  EXPECT_EQ((Request{"GET", "/orders/1"}.answer().status), 404);
}

TEST(ChangeCheckout, IsOfTheVersionThatTheCallerHasSeen) {
  const auto status = [](const char* tag) {
    const auto request = Request{"PUT", one, R"({"status":"Confirm"})"}.with("if-match", tag);
    return shown(request, {found(checkout(OrderStatus::completed))}).status;
  };
  EXPECT_EQ(status("\"1\""), 200);
  EXPECT_EQ(status("*"), 200);
  EXPECT_EQ(status("\"2\""), 412);
}

TEST(ChangeCheckout, Cancels) {
  const auto plan = Request{"PUT", one, R"({"status":"Cancel"})"}.plan_as<Submit>();
  const auto& cancel = std::get<CancelOrder>(plan.message.payload);
  EXPECT_EQ(cancel.face, Face::coordinator);
  EXPECT_EQ(cancel.customer_id, "");
  EXPECT_EQ(plan.message.order_id, order_id);
  auto asked = checkout();
  asked.cancel_requested = true;
  EXPECT_EQ(plan.render(make_record(asked)).status, 200);
  EXPECT_EQ(plan.render(fail(ErrorKind::conflict, "too late")).status, 409);
  EXPECT_EQ(plan.render(fail(ErrorKind::not_found, "no such")).status, 404);
  EXPECT_EQ(plan.render(fail(ErrorKind::gone, "archived")).status, 404);
}

TEST(ChangeCheckout, ConfirmsNothingAndTakesNothingBack) {
  const auto put = [](const char* word, OrderStatus status) {
    return shown({"PUT", one, R"({"status":")" + std::string{word} + "\"}"},
                 {found(checkout(status))})
        .status;
  };
  EXPECT_EQ(put("Confirm", OrderStatus::pending), 409);
  EXPECT_EQ(put("Confirm", OrderStatus::cancelled), 409);
  EXPECT_EQ(put("Confirm", OrderStatus::completed), 200) << "it is";
  EXPECT_EQ(put("Pending", OrderStatus::completed), 409);
  EXPECT_EQ(put("Pending", OrderStatus::pending), 200);
  EXPECT_EQ(shown({"PUT", one, R"({"status":"Confirm"})"}, {found(placed_order())}).status, 404);
}

TEST(ChangeCheckout, KnowsNoOtherWords) {
  for (const char* body : {"", "{}", R"({"status":"Done"})", R"({"status":"Cancel","items":[]})"}) {
    EXPECT_EQ((Request{"PUT", one, body}.answer().status), 400) << body;
  }
}

TEST(OpenAccount, TakesANameAndABalance) {
  auto euros = settings();
  euros.currency = "eur";
  const Request request = std::move(
      Request{"POST", "/customers", R"({"fullName":"Ann Example","balance":1000})"}.under(euros));
  const auto open = request.message<OpenAccount>();
  EXPECT_EQ(open.full_name, "Ann Example");
  EXPECT_EQ(open.balance, 1000);
  EXPECT_EQ(open.currency, "eur");
  const auto response = request.plan_as<Submit>().render(
      make_record(AccountView{.id = "1", .full_name = "Ann Example", .balance = 1000}));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(header(response, "Location"), "/customers/1");
  EXPECT_EQ(response.body, R"({"customer":{"id":1,"fullName":"Ann Example","balance":1000}})");
}

TEST(OpenAccount, RefusesWhatIsNotRight) {
  for (const char* body : {"", "{}", R"({"fullName":"","balance":1})", R"({"fullName":"A"})",
                           R"({"fullName":"A","balance":-1})", R"({"fullName":"A","balance":1.5})",
                           R"({"fullName":"A","balance":1,"id":1})",
                           R"({"fullName":"A","balance":10000000000000000})"}) {
    EXPECT_EQ((Request{"POST", "/customers", body}.answer().status), 400) << body;
  }
}

TEST(ShowAccount, IsFoundByItsNumber) {
  const Request request{"GET", "/customers/1"};
  EXPECT_EQ(request.plan_as<Get>().keys, std::vector{key_of<AccountView>("1")});
  EXPECT_EQ(shown(request, {found(AccountView{.id = "1", .full_name = "A", .balance = 5})}).body,
            R"({"customer":{"id":1,"fullName":"A","balance":5}})");
  EXPECT_EQ(shown(request, {Found{}}).status, 404);
}

TEST(Products, AreABareArrayOfWhatIsSold) {
  const auto list = Request{"GET", "/products"}.plan_as<List>();
  auto gone = cheese();
  gone.archived = true;
  EXPECT_EQ(list.render({.records = {found(cheese()), found(gone)}}).body,
            R"([{"id":1,"name":"Cheese","price":450,"stockQuantity":80}])");
  EXPECT_EQ(header(list.render({.records = {found(cheese())}, .more = true}), "Link").substr(0, 28),
            "</products?limit=100&cursor=");
}

TEST(Products, OneIsItsObject) {
  const Request request{"GET", "/products/1"};
  EXPECT_EQ(shown(request, {found(cheese())}).body,
            R"({"id":1,"name":"Cheese","price":450,"stockQuantity":80})");
  auto gone = cheese();
  gone.archived = true;
  EXPECT_EQ(shown(request, {found(gone)}).status, 404);
  EXPECT_EQ(shown(request, {Found{}}).status, 404);
}

TEST(Products, ANewOneTakesTheNextNumber) {
  const Request request{"POST", "/products", R"({"name":"Soap","price":250,"stockQuantity":7})"};
  const auto item = request.message<SetItem>();
  EXPECT_EQ(item.product_id, "");
  EXPECT_EQ(item.name, "Soap");
  EXPECT_EQ(item.price, 250);
  EXPECT_EQ(item.on_hand, 7);
  const auto response = request.plan_as<Submit>().render(make_record(cheese()));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(header(response, "Location"), "/products/1");
}

TEST(Products, AreChangedFieldByField) {
  const auto item = Request{"PUT", "/products/1", R"({"id":1,"price":300})"}.message<SetItem>();
  EXPECT_EQ(item.product_id, "1");
  EXPECT_TRUE(item.condition.must_exist);
  EXPECT_EQ(item.price, 300);
  EXPECT_FALSE(item.name);
  EXPECT_FALSE(item.on_hand);
}

TEST(Products, ARefusalPointsIntoItsOwnBody) {
  const auto render =
      Request{"PUT", "/products/1", R"({"stockQuantity":3})"}.plan_as<Submit>().render;
  EXPECT_THAT(render(fail(ErrorKind::conflict, "reserved", "/onHand")).body,
              HasSubstr("#/stockQuantity"));
  EXPECT_EQ(render(fail(ErrorKind::stale, "there is no such item")).status, 404);
  const auto conditional = Request{"PUT", "/products/1", R"({"stockQuantity":3})"}
                               .with("if-match", "\"7\"")
                               .plan_as<Submit>()
                               .render;
  EXPECT_EQ(conditional(fail(ErrorKind::stale, "it has changed")).status, 412);
}

TEST(Products, RefuseWhatIsNotRight) {
  for (const char* body :
       {"", "{}", R"({"name":"A"})", R"({"price":1})", R"({"name":"","price":1})",
        R"({"name":"A","price":0})", R"({"name":"A","price":-1})", R"({"name":"A","price":1.5})",
        R"({"name":"A","price":1,"stockQuantity":-1})", R"({"name":"A","price":1,"stock":1})",
        R"({"id":9,"name":"A","price":1})"}) {
    EXPECT_EQ((Request{"POST", "/products", body}.answer().status), 400) << body;
  }
  for (const char* body : {"{}", R"({"id":2,"price":1})", R"({"name":""})"}) {
    EXPECT_EQ((Request{"PUT", "/products/1", body}.answer().status), 400) << body;
  }
}

TEST(Products, AreArchivedByDelete) {
  const Request request{"DELETE", "/products/1"};
  EXPECT_EQ(request.message<ArchiveItem>().product_id, "1");
  const auto render = request.plan_as<Submit>().render;
  EXPECT_EQ(render(make_record(cheese())).status, 204);
  EXPECT_EQ(render(fail(ErrorKind::conflict, "reserved")).status, 409);
  EXPECT_EQ(render(fail(ErrorKind::stale, "no such")).status, 404);
}

TEST(Coordinator, IsForThisMachineAndItsShopForTheOperatorToo) {
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"POST", "/orders"},
                                                        {"GET", one},
                                                        {"PUT", one},
                                                        {"GET", "/products"},
                                                        {"GET", "/customers/1"}}) {
    EXPECT_EQ((Request{method, path, "{}"}.from_afar().answer().status), 403) << path;
    EXPECT_EQ((Request{method, path, "{}"}.by_operator().from_afar().answer().status), 403) << path;
  }
  for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{
           {"POST", "/products"}, {"PUT", "/products/1"}, {"POST", "/customers"}}) {
    EXPECT_EQ((Request{method, path, "{}"}.from_afar().answer().status), 401) << path;
    EXPECT_EQ((Request{method, path, "{}"}.by_operator().from_afar().answer().status), 400) << path;
  }
  EXPECT_EQ((Request{"DELETE", "/products/1"}.from_afar().answer().status), 401);
}

TEST(Coordinator, MovesBelowAPrefix) {
  auto moved = settings();
  moved.coordinator_prefix = "/shop";
  const auto plan =
      Request{"POST", "/shop/orders", R"({"customerId":1,"items":[{"productId":1,"quantity":2}]})"}
          .under(moved)
          .plan_as<Submit>();
  EXPECT_EQ(std::get<PlaceOrder>(plan.message.payload).saga, "checkout");
  EXPECT_EQ((Request{"GET", "/orders/1"}.under(moved).answer().status), 404);
  EXPECT_EQ((Request{"GET", "/products"}.under(moved).answer().status), 404);
  EXPECT_EQ((header(Request{"DELETE", "/shop/products"}.under(moved).answer(), "Allow")),
            "GET, HEAD, POST");
  EXPECT_TRUE((std::holds_alternative<List>(Request{"GET", "/api/menu"}.under(moved).plan())));
  EXPECT_EQ((Request{"GET", "/shop/api/menu"}.under(moved).answer().status), 404);
}

}  // namespace
}  // namespace oms::edge
