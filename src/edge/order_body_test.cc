// What an order may say, and how it is changed.
#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;

const std::string orders_path = "/api/customers/c1/orders";
const std::string order_path = orders_path + "/" + std::string{order_text};

// An order of one cheese that says this, too.
Request place(const std::string& more) {
  return {"POST", orders_path, R"({"items":[{"productID":"1","quantity":1}],)" + more + "}"};
}

PlaceOrder placed(const std::string& more) {
  return place(more).message<PlaceOrder>();
}

Request with_items(const std::string& items) {
  return {"POST", orders_path, R"({"items":[)" + items + "]}"};
}

Request revise(std::string body) {
  return Request("PATCH", order_path, std::move(body)).with("if-match", "\"3\"");
}

// "400 /pointer" of a refusal, and its words.
void expect_refusal(const Request& request, const std::string& pointer, const std::string& words) {
  const auto refusal = request.refusal();
  EXPECT_TRUE(refusal.starts_with("400 ")) << refusal;
  EXPECT_TRUE(refusal.contains(R"("pointer":"#)" + pointer + '"')) << refusal;
  EXPECT_TRUE(refusal.contains(words)) << refusal;
}

TEST(Fulfilment, IsDeliveryWhereThereIsAnAddress) {
  EXPECT_EQ(placed(R"("customer":{"address":{"lines":["1 Main St"],"city":"Springfield"}})").saga,
            "food");
  EXPECT_EQ(placed(R"("customer":{"name":"Zoë"})").saga, "pickup");
  EXPECT_EQ(placed(R"("customer":{"address":{"lines":["", " "],"city":""}})").saga, "pickup")
      << "left empty in a form";
}

TEST(Fulfilment, IsWhatTheCustomerSays) {
  EXPECT_EQ(placed(R"("fulfilment":"delivery")").saga, "food") << "they will say where";
  const auto pickup =
      placed(R"("fulfilment":"pickup","customer":{"address":{"city":"Springfield"}})");
  EXPECT_EQ(pickup.saga, "pickup");
  EXPECT_EQ(pickup.address.city, "Springfield") << "kept, for the receipt";
  expect_refusal(place(R"("fulfilment":"drone")"), "/fulfilment", "delivery");
}

TEST(Fulfilment, OfABareListIsPickup) {
  const Request bare{"POST", orders_path, R"([{"productID":"1","quantity":1}])"};
  EXPECT_EQ(bare.message<PlaceOrder>().saga, "pickup");
}

TEST(Address, IsKeptAsItWasWritten) {
  const auto order = placed(R"("customer":{"name":"Zoë","address":{)"
                            R"("lines":[" 12 High Street ","Flat 3"],"postalCode":"N1 9GU",)"
                            R"("city":"London","country":"UK"}})");
  EXPECT_EQ(order.customer.name, "Zoë");
  EXPECT_EQ(order.address.lines, (std::vector<std::string>{"12 High Street", "Flat 3"}));
  EXPECT_EQ(order.address.postal_code, "N1 9GU");
  EXPECT_EQ(order.address.city, "London");
  EXPECT_EQ(order.address.country, "UK");
}

TEST(Address, HasBounds) {
  const auto with = [](const std::string& address) {
    return place(R"("customer":{"address":{)" + address + "}}");
  };
  const auto long_text = '"' + std::string(201, 'x') + '"';
  expect_refusal(with(R"("lines":["1","2","3","4","5","6"])"), "/customer/address/lines",
                 "at most 5 lines");
  expect_refusal(with(R"("lines":["1",)" + long_text + "]"), "/customer/address/lines/1",
                 "at most 200 bytes");
  expect_refusal(with(R"("city":)" + long_text), "/customer/address/city", "at most 200 bytes");
  expect_refusal(with(R"("postalCode":"1\n2")"), "/customer/address/postalCode",
                 "no control characters");
  expect_refusal(with(R"("country":"UK")"), "/customer/address",
                 "an address needs a city or at least one of its lines");
  expect_refusal(with(R"("street":"x")"), "/customer/address/street", "unknown field");
}

TEST(Notes, AreForTheOrderAndForEachLine) {
  const auto order = Request("POST", orders_path,
                             R"({"items":[{"productID":"1","quantity":1,"note":" No onions "}],)"
                             R"("note":"Ring twice"})")
                         .message<PlaceOrder>();
  EXPECT_EQ(order.note, "Ring twice");
  EXPECT_EQ(order.lines.at(0).note, "No onions");
  expect_refusal(place(R"("note":"a\nb")"), "/note", "no control characters");
  expect_refusal(
      with_items(R"({"productID":"1","quantity":1,"note":")" + std::string(201, 'x') + "\"}"),
      "/items/0/note", "at most 200 bytes");
}

TEST(Lines, OfOneProductAreMerged) {
  const auto order = with_items(R"({"productID":"1","quantity":2,"note":"No onions"},)"
                                R"({"productID":"2","quantity":1},)"
                                R"({"productID":"1","quantity":3,"note":"Well done"},)"
                                R"({"productID":"1","quantity":1,"note":"Well done"})")
                         .message<PlaceOrder>();
  ASSERT_EQ(order.lines.size(), 2U);
  EXPECT_EQ(order.lines[0].product_id, "1");
  EXPECT_EQ(order.lines[0].quantity, 6);
  EXPECT_EQ(order.lines[0].note, "No onions; Well done");
  EXPECT_EQ(order.lines[1].quantity, 1);
}

TEST(Lines, AreMergedWithinTheirBounds) {
  expect_refusal(
      with_items(R"({"productID":"1","quantity":1000000},{"productID":"1","quantity":1})"),
      "/items/1/quantity", "at most 1000000");
  const auto noted = [](char c) {
    return R"({"productID":"1","quantity":1,"note":")" + std::string(150, c) + "\"}";
  };
  expect_refusal(with_items(noted('a') + "," + noted('b')), "/items/1/note",
                 "the notes on one product must have at most 200 bytes");
}

TEST(Lines, OnceMergedAreRefusedWhereTheyWereSent) {
  const std::string items = R"({"productID":"1","quantity":1},{"productID":"1","quantity":1},)"
                            R"({"productID":"2","quantity":1})";
  const Error unknown{ErrorKind::unprocessable, "there is no product '2'", "/items/1/productID"};
  const auto answer = with_items(items).plan_as<Submit>().render(std::unexpected(unknown));
  EXPECT_TRUE(answer.body.contains(R"("pointer":"#/items/2/productID")")) << answer.body;
  const auto bare = Request("POST", orders_path, "[" + items + "]")
                        .plan_as<Submit>()
                        .render(std::unexpected(unknown));
  EXPECT_TRUE(bare.body.contains(R"("pointer":"#/2/productID")")) << bare.body;
}

TEST(Checkout, IsPaidByTheTokenOfACard) {
  const auto order = placed(R"("type":"checkout","paymentToken":"tok_1","note":"A gift")");
  EXPECT_EQ(order.saga, "checkout");
  EXPECT_EQ(order.method, PaymentMethod::card);
  EXPECT_EQ(order.payment_token, "tok_1");
  EXPECT_EQ(order.note, "A gift");
  EXPECT_EQ(placed(R"("type":"food","fulfilment":"delivery")").method, PaymentMethod::link);
}

TEST(Checkout, SaysWhatDoesNotGoTogether) {
  expect_refusal(place(R"("type":"checkout")"), "/paymentToken", "a checkout needs a paymentToken");
  expect_refusal(place(R"("paymentToken":"tok_1")"), "/paymentToken", "food is paid by link");
  expect_refusal(place(R"("type":"checkout","paymentToken":"tok_1","fulfilment":"pickup")"),
                 "/fulfilment", "leave fulfilment out");
  expect_refusal(place(R"("type":"checkout","paymentToken":"")"), "/paymentToken", "is not empty");
  expect_refusal(place(R"("type":"checkout","paymentToken":"4242424242424242")"), "/paymentToken",
                 "a card number is no token");
  expect_refusal(place(R"("type":"gift")"), "/type", "food");
}

TEST(Cards, AreNobodysName) {
  const auto refused = [](const Request& request) {
    const auto response = request.answer();
    EXPECT_EQ(response.status, 400) << response.body;
    EXPECT_FALSE(response.body.contains("4242")) << response.body;
  };
  refused({"GET", "/api/customers/4242424242424242/orders"});
  refused({"POST", "/oms/orders",
           R"({"userId":"4242424242424242","orderItems":[{"productId":1,"quantity":1}]})"});
  refused({"POST", "/oms/orders",
           R"({"userId":4242424242422,"orderItems":[{"productId":1,"quantity":1}]})"});
  refused({"POST", "/orders",
           R"({"customerId":"c 4242424242424242","items":[{"productId":1,"quantity":1}]})"});
  refused({"POST", "/customers", R"({"fullName":"Ann 4242424242424242","balance":0})"});
  refused(Request{"POST", "/api/admin/orders/65a000000000000000000001/refunds",
                  R"({"everything":true,"reason":"card 4242424242424242"})"}
              .by_operator());
  refused(Request{"POST", "/api/admin/stock/1/restock",
                  R"({"quantity":1,"reason":"4242 4242 4242 4242"})"}
              .by_operator());
}

TEST(Cards, AreNotKeptAsSomethingElse) {
  const std::string card = R"("4242 4242 4242 4242")";
  expect_refusal(place(R"("note":)" + card), "/note", "does not belong here");
  expect_refusal(place(R"("customer":{"name":)" + card + "}"), "/customer/name",
                 "does not belong here");
  expect_refusal(place(R"("customer":{"address":{"lines":[)" + card + "]}}"),
                 "/customer/address/lines/0", "does not belong here");
}

TEST(ReviseOrder, NamesTheWholeNewList) {
  const auto submit = revise(R"({"items":[{"productID":"1","quantity":3,"note":"Hot"},)"
                             R"({"productID":"2","quantity":1}]})")
                          .plan_as<Submit>();
  EXPECT_EQ(submit.message.order_id, order_id);
  EXPECT_FALSE(submit.message.fresh);
  const auto& asked = std::get<ReviseOrder>(submit.message.payload);
  EXPECT_EQ(asked.customer_id, "c1");
  EXPECT_EQ(asked.face, Face::customers);
  EXPECT_EQ(asked.versions, std::vector<std::int64_t>{3});
  ASSERT_EQ(asked.lines.size(), 2U);
  EXPECT_EQ(asked.lines[0].product_id, "1");
  EXPECT_EQ(asked.lines[0].quantity, 3);
  EXPECT_EQ(asked.lines[0].note, "Hot");
  EXPECT_FALSE(asked.note);
  EXPECT_FALSE(asked.customer);
  EXPECT_FALSE(asked.address);
}

TEST(ReviseOrder, ChangesWhatIsNamedAndEmptiesWhatIsEmpty) {
  const auto asked = revise(R"({"note":"","customer":{"email":"","phoneNumber":"+49 30 123456",)"
                            R"("address":{"city":"Bonn"}}})")
                         .message<ReviseOrder>();
  EXPECT_TRUE(asked.lines.empty());
  EXPECT_EQ(asked.note, "");
  ASSERT_TRUE(asked.customer);
  EXPECT_FALSE(asked.customer->name);
  EXPECT_EQ(asked.customer->email, "");
  EXPECT_EQ(asked.customer->phone_number, "+4930123456");
  EXPECT_EQ(asked.customer->phone_typed, "+49 30 123456");
  ASSERT_TRUE(asked.address);
  EXPECT_EQ(asked.address->city, "Bonn");
}

TEST(ReviseOrder, IsToldWhetherTheItemsHaveChanged) {
  const auto items = revise(R"({"items":[{"productID":"1","quantity":1}]})").plan_as<Submit>();
  const auto note = revise(R"({"note":"Ring"})").plan_as<Submit>();
  const auto both =
      revise(R"({"items":[{"productID":"1","quantity":1}],"note":"Ring"})").plan_as<Submit>();
  auto order = placed_order();
  order.revision = RevisionState{.change = 1, .status = ChangeStatus::under_way};
  EXPECT_EQ(items.render(make_record(order)).status, 202);
  order.revision->status = ChangeStatus::done;
  EXPECT_EQ(items.render(make_record(order)).status, 200);
  order.revision = {
      .change = 1, .status = ChangeStatus::failed, .failure = Reason::kitchen_started};
  const auto failed = items.render(make_record(order));
  EXPECT_EQ(failed.status, 409) << "it has begun in the commit that took the request";
  EXPECT_TRUE(failed.body.contains("the kitchen has started")) << failed.body;
  EXPECT_FALSE(failed.body.contains("note")) << failed.body;
  EXPECT_EQ(note.render(make_record(order)).status, 200) << "it asked for no other items";
  const auto half = both.render(make_record(order));
  EXPECT_EQ(half.status, 409);
  EXPECT_TRUE(half.body.contains("the note and the customer's details of this request are changed"))
      << half.body;
}

TEST(ReviseOrder, NeedsTheVersionThatItChanges) {
  const std::string body = R"({"note":"Ring twice"})";
  const auto without = Request("PATCH", order_path, body).answer();
  EXPECT_EQ(without.status, 428);
  EXPECT_TRUE(without.body.contains("If-Match")) << without.body;
  const auto any = Request("PATCH", order_path, body).with("if-match", "*").message<ReviseOrder>();
  EXPECT_TRUE(any.versions.empty());
  const auto stale = revise(body).plan_as<Submit>().render(fail(ErrorKind::stale, "is at 4"));
  EXPECT_EQ(stale.status, 412);
}

TEST(ReviseOrder, SaysWhatItCannotChange) {
  const std::string item = R"({"productID":"1","quantity":1})";
  expect_refusal(revise(R"({"items":[]})"), "/items", "at least one item");
  expect_refusal(revise(R"({"items":null})"), "/items", "must not be null");
  expect_refusal(revise(R"({"customer":{"email":null}})"), "/customer/email", "must not be null");
  expect_refusal(revise(R"({"fulfilment":"pickup"})"), "/fulfilment", "unknown field");
  expect_refusal(revise(R"({"items":[{"productID":"1"}]})"), "/items/0/quantity", "required");
  expect_refusal(revise(R"({"status":"paid","items":[)" + item + "]}"), "/status", "unknown field");
  EXPECT_TRUE(revise("{}").refusal().contains("say what is to change")) << revise("{}").refusal();
}

TEST(ReviseOrder, MayComeAsAMergePatch) {
  const auto status_with = [](const char* type) {
    const auto plan = revise(R"({"note":"x"})").with("content-type", type).plan();
    const auto* response = std::get_if<HttpResponse>(&plan);
    return response != nullptr ? response->status : 0;
  };
  EXPECT_EQ(status_with("application/json"), 0);
  EXPECT_EQ(status_with("application/merge-patch+json"), 0);
  EXPECT_EQ(status_with("application/json-patch+json"), 415);
  const auto placed_so =
      place(R"("note":"x")").with("content-type", "application/merge-patch+json");
  EXPECT_EQ(placed_so.answer().status, 415) << "it is no patch of anything";
}

TEST(ReviseOrder, IsUnderWayOrDone) {
  const auto render = revise(R"({"note":"x"})").plan_as<Submit>().render;
  auto order = placed_order();
  order.version = 4;
  EXPECT_EQ(render(make_record(order)).status, 200);
  EXPECT_EQ(header(render(make_record(order)), "ETag"), "\"4\"");
  order.revision = RevisionState{.change = 1};
  EXPECT_EQ(render(make_record(order)).status, 202);
  order.revision->status = ChangeStatus::done;
  EXPECT_EQ(render(make_record(order)).status, 200);
}

}  // namespace
}  // namespace oms::edge
