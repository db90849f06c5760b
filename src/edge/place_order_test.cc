#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;

const std::string orders_path = "/api/customers/c1/orders";
const std::string two_cheeses = R"({"items":[{"productID":"1","quantity":2}]})";

Request place(std::string body = two_cheeses) {
  return {"POST", orders_path, std::move(body)};
}

HttpResponse answer_with(const Request& request, const Result<Record>& result) {
  const auto plan = request.plan();
  return std::get<Submit>(plan).render(result);
}

TEST(PlaceOrder, BecomesAMessageUnderAFreshId) {
  const auto submit = place().plan_as<Submit>();
  EXPECT_EQ(submit.message.id, order_id);
  EXPECT_EQ(submit.message.order_id, order_id);
  EXPECT_TRUE(submit.message.fresh);
  EXPECT_FALSE(submit.message.once);
  EXPECT_FALSE(submit.is_urgent);
  const auto& order = std::get<PlaceOrder>(submit.message.payload);
  EXPECT_EQ(order.customer_id, "c1");
  EXPECT_EQ(order.face, Face::customers);
  ASSERT_EQ(order.lines.size(), 1U);
  EXPECT_EQ(order.lines[0].product_id, "1");
  EXPECT_EQ(order.lines[0].quantity, 2);
  EXPECT_TRUE(order.customer.is_empty());
}

TEST(PlaceOrder, TakesABareListOfItemsToo) {
  const auto order = place(R"( [{"productID":"1","quantity":2}])").message<PlaceOrder>();
  ASSERT_EQ(order.lines.size(), 1U);
  EXPECT_EQ(order.lines[0].quantity, 2);
}

TEST(PlaceOrder, TakesTheCustomersContact) {
  const auto order = place(R"({"items":[{"productID":"1","quantity":2}],"customer":{"name":"Zoë",)"
                           R"("email":"zoe@example.org","phoneNumber":"+49 (30) 123-456"}})")
                         .message<PlaceOrder>();
  EXPECT_EQ(order.customer.name, "Zoë");
  EXPECT_EQ(order.customer.email, "zoe@example.org");
  EXPECT_EQ(order.customer.phone_number, "+4930123456");
  EXPECT_EQ(order.customer.phone_typed, "+49 (30) 123-456");
}

TEST(PlaceOrder, TakesWhatIsLeftEmptyInAFormAsNotGiven) {
  const auto order = place(R"({"items":[{"productID":"1","quantity":2}],)"
                           R"("customer":{"name":"","email":"","phoneNumber":null}})")
                         .message<PlaceOrder>();
  EXPECT_TRUE(order.customer.is_empty());
}

TEST(PlaceOrder, CarriesTheCallersTrace) {
  const auto traced =
      place().with("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  EXPECT_EQ(traced.plan_as<Submit>().message.trace.trace_id[0], 0x0A);
  const auto broken = place().with("traceparent", "00-00-00-00");
  EXPECT_EQ(broken.plan_as<Submit>().message.trace.trace_id, Trace{}.trace_id);
}

TEST(PlaceOrder, AnswersWithTheCommittedOrder) {
  const auto response = answer_with(place(), make_record(placed_order()));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(header(response, "Location"), orders_path + "/" + std::string{order_text});
  EXPECT_EQ(header(response, "ETag"), "\"1\"");
  EXPECT_EQ(response.body,
            R"({"order":{"orderID":"65a000000000000000000001","customerID":"c1",)"
            R"("items":[{"productID":"1","productName":"Cheese","quantity":2,)"
            R"("priceID":"price_cheese","unitPrice":450}],"total":900,"currency":"usd",)"
            R"("status":"pending","PaymentLink":"none","paymentMethod":"link",)"
            R"("fulfilment":"delivery","version":1,)"
            R"("createdAt":"2026-01-01T12:00:00.000Z","updatedAt":"2026-01-01T12:00:00.000Z",)"
            R"("paymentStatus":"requested","history":[{"version":1,"status":"pending",)"
            R"("at":"2026-01-01T12:00:00.000Z"}],"notices":[]},)"
            R"("redirectToURL":"http://127.0.0.1:8080/success.html?customerID=c1&orderID=)"
            R"(65a000000000000000000001"})");
}

TEST(PlaceOrder, ARetryIsShownTheOrderOfTheFirstRequest) {
  auto first = placed_order();
  first.id = other_id;
  const auto response = answer_with(place().with("idempotency-key", "k1"), make_record(first));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(header(response, "Location"), orders_path + "/" + std::string{other_text});
  EXPECT_TRUE(response.body.contains(R"("orderID":"65a000000000000000000002")"));
  EXPECT_TRUE(response.body.contains("orderID=65a000000000000000000002"));
}

TEST(PlaceOrder, AnOrderThatIsCancelledAtOnceIsStillCreated) {
  auto order = placed_order();
  order.status = OrderStatus::cancelled;
  order.reason = Reason::out_of_stock;
  order.version = 2;
  const auto response = answer_with(place(), make_record(order));
  EXPECT_EQ(response.status, 201);
  EXPECT_TRUE(response.body.contains(R"("status":"cancelled")"));
  EXPECT_TRUE(response.body.contains(R"("reason":"out_of_stock")"));
}

TEST(PlaceOrder, EscapesTheCustomersIdInAddresses) {
  auto order = placed_order();
  order.customer_id = "a b&c=\"ü";
  const auto response = answer_with(place(), make_record(order));
  EXPECT_TRUE(header(response, "Location").contains("/a%20b%26c%3D%22%C3%BC/"));
  EXPECT_TRUE(response.body.contains("?customerID=a%20b%26c%3D%22%C3%BC&"));
}

TEST(PlaceOrder, PassesOnWhyItWasRefused) {
  const Error unknown{ErrorKind::unprocessable, "there is no product '7'", "/items/0/productID"};
  const auto response = answer_with(place(), std::unexpected(unknown));
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_TRUE(response.body.contains(R"("pointer":"#/items/0/productID")"));
  const auto bare =
      answer_with(place(R"([{"productID":"7","quantity":1}])"), std::unexpected(unknown));
  EXPECT_TRUE(bare.body.contains(R"("pointer":"#/0/productID")"));
}

// Each body, and the pointer to what is wrong with it.
struct Refused {
  const char* body;
  const char* pointer;
};

class PlaceOrderRefuses : public testing::TestWithParam<Refused> {};

TEST_P(PlaceOrderRefuses, WithAPointer) {
  const auto response = place(GetParam().body).answer();
  EXPECT_EQ(response.status, 400) << response.body;
  const std::string pointer = R"("pointer":"#)" + std::string{GetParam().pointer} + '"';
  EXPECT_TRUE(response.body.contains(pointer)) << response.body;
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, PlaceOrderRefuses,
    testing::Values(
        // A price or a status that the caller would like to have.
        Refused{R"({"items":[{"productID":"1","quantity":2,"unitPrice":1}]})",
                "/items/0/unitPrice"},
        Refused{R"({"items":[{"productID":"1","quantity":2}],"status":"paid"})", "/status"},
        Refused{R"({"items":[{"productID":"1","quantity":2}],"total":1})", "/total"},
        Refused{R"({"items":[],"customer":{"x":1}})", "/customer/x"},
        Refused{R"([{"productID":"1","quantity":2,"price":1}])", "/0/price"},
        // Quantities.
        Refused{R"({"items":[{"productID":"1","quantity":0}]})", "/items/0/quantity"},
        Refused{R"({"items":[{"productID":"1","quantity":-1}]})", "/items/0/quantity"},
        Refused{R"({"items":[{"productID":"1","quantity":1.5}]})", "/items/0/quantity"},
        Refused{R"({"items":[{"productID":"1","quantity":"2"}]})", "/items/0/quantity"},
        Refused{R"({"items":[{"productID":"1","quantity":9223372036854775808}]})",
                "/items/0/quantity"},
        Refused{R"({"items":[{"productID":"1","quantity":1},{"productID":"1"}]})",
                "/items/1/quantity"},
        Refused{R"([{"productID":"1","quantity":0}])", "/0/quantity"},
        // Products.
        Refused{R"({"items":[{"productID":"","quantity":1}]})", "/items/0/productID"},
        Refused{R"({"items":[{"productID":"a\u0007","quantity":1}]})", "/items/0/productID"},
        Refused{R"({"items":[{"productID":1,"quantity":1}]})", "/items/0/productID"},
        Refused{R"({"items":[]})", "/items"}, Refused{R"({})", "/items"},
        // What comes twice.
        Refused{R"({"items":[{"productID":"1","quantity":1,"quantity":2}]})", "/items/0/quantity"},
        Refused{R"({"items":[],"items":[]})", "/items"},
        // Contacts.
        Refused{R"({"items":[{"productID":"1","quantity":1}],"customer":{"email":"a@b@c"}})",
                "/customer/email"},
        Refused{R"({"items":[{"productID":"1","quantity":1}],"customer":{"email":"<a@b.de>"}})",
                "/customer/email"},
        Refused{
            R"({"items":[{"productID":"1","quantity":1}],"customer":{"email":"a@b\r\nBcc: c"}})",
            "/customer/email"},
        Refused{
            R"({"items":[{"productID":"1","quantity":1}],"customer":{"phoneNumber":"call me"}})",
            "/customer/phoneNumber"},
        Refused{R"({"items":[{"productID":"1","quantity":1}],"customer":{"name":"a\nb"}})",
                "/customer/name"},
        // What would be markup in a URI or in JSON.
        Refused{R"({"a\"<b> \u00e4":1})", "/a%22%3Cb%3E%20%C3%A4"}));

// Why a quantity, as it stands in the JSON, is refused; empty if it is not.
std::string refusal_of_quantity(const std::string& quantity) {
  const auto plan = place(R"({"items":[{"productID":"1","quantity":)" + quantity + "}]}").plan();
  const auto* response = std::get_if<HttpResponse>(&plan);
  if (response == nullptr) return {};
  EXPECT_EQ(response->status, 400) << quantity;
  EXPECT_TRUE(response->body.contains(R"("pointer":"#/items/0/quantity")")) << response->body;
  const auto from = response->body.find(R"("detail":")") + 10;
  return response->body.substr(from, response->body.find('"', from) - from);
}

TEST(PlaceOrder, TakesAWholeQuantityHoweverItIsWritten) {
  for (const char* two : {"2", "2.0", "2e0", "20e-1", "0.2E+1"}) {
    const auto order = place(std::string{R"([{"productID":"1","quantity":)"} + two + "}]");
    EXPECT_EQ(order.message<PlaceOrder>().lines[0].quantity, 2) << two;
  }
  EXPECT_EQ(refusal_of_quantity("1e6"), "");
}

TEST(PlaceOrder, SaysWhatAQuantityMayBe) {
  const std::string rule = "must be a whole number between 1 and 1000000";
  for (const char* out : {"0", "-0.0", "-1", "1000001", "100000000000000000000", "1e400"}) {
    EXPECT_EQ(refusal_of_quantity(out), rule) << out;
  }
  EXPECT_EQ(refusal_of_quantity("\"2\""), rule + ", not a string");
  EXPECT_EQ(refusal_of_quantity("null"), rule + ", not null");
  EXPECT_EQ(refusal_of_quantity("2.5"), rule + ", not a fraction");
}

TEST(PlaceOrder, HasAtMostAHundredItems) {
  const auto items = [](std::size_t count) {
    std::string body = "[";
    for (std::size_t i = 0; i < count; ++i) {
      body += i == 0 ? "" : ",";
      body += R"({"productID":")" + std::to_string(i) + R"(","quantity":1})";
    }
    return place(body + "]");
  };
  EXPECT_EQ(items(100).message<PlaceOrder>().lines.size(), 100U);
  EXPECT_EQ(items(101).answer().status, 400);
}

TEST(PlaceOrder, RefusesWhatIsNoJson) {
  for (const char* body : {"", "{", "null", "7", "\"order\"", "{\"items\":[}", "[1]", "{} {}"}) {
    EXPECT_EQ(place(body).answer().status, 400) << body;
  }
  EXPECT_EQ(place(std::string(100, '[')).answer().status, 400);
  EXPECT_EQ(place("{\"items\":[{\"productID\":\"\xFF\",\"quantity\":1}]}").answer().status, 400);
}

TEST(PlaceOrder, RefusesALongProductId) {
  const auto with_id = [](std::size_t size) {
    return place(R"([{"productID":")" + std::string(size, 'x') + R"(","quantity":1}])").plan();
  };
  EXPECT_TRUE(std::holds_alternative<Submit>(with_id(63)));
  EXPECT_TRUE(std::holds_alternative<HttpResponse>(with_id(64)));
}

TEST(PlaceOrder, ALongUnknownFieldIsNotEchoedWhole) {
  EXPECT_LT(place("{\"" + std::string(60'000, 'x') + "\":1}").answer().body.size(), 1000U);
}

TEST(PlaceOrder, RefusesACustomerIdThatIsNoName) {
  EXPECT_EQ(Request("POST", "/api/customers/a\x7F/orders", two_cheeses).answer().status, 400);
  const std::string too_long = "/api/customers/" + std::string(64, 'x') + "/orders";
  EXPECT_EQ(Request("POST", too_long, two_cheeses).answer().status, 400);
}

TEST(PlaceOrder, WantsJson) {
  const auto status_with = [](const char* type) {
    const auto plan = place().with("content-type", type).plan();
    const auto* response = std::get_if<HttpResponse>(&plan);
    return response != nullptr ? response->status : 0;
  };
  EXPECT_EQ(status_with("application/json"), 0);
  EXPECT_EQ(status_with(""), 0) << "none is said";
  for (const char* utf8 :
       {"Application/JSON; charset=utf-8", "application/json;charset=UTF-8",
        "application/json ; Charset=\"utf-8\"", "application/json; charset=us-ascii",
        "application/json; charset=utf8;", "application/json; a=\";charset=x\"; charset=UTF-8"}) {
    EXPECT_EQ(status_with(utf8), 0) << utf8;
  }
  for (const char* other :
       {"application/json; charset=iso-8859-1", "application/json;charset=\"ISO-8859-1\"",
        "application/json; charset=utf-16", "application/json; charset=",
        "application/json; charset", "application/json; a=b; charset=latin1",
        "application/json; charset=utf-8; charset=latin1"}) {
    EXPECT_EQ(status_with(other), 415) << other;
  }
  EXPECT_EQ(status_with("application/json charset=utf-8"), 415);
  EXPECT_EQ(status_with("text/plain"), 415);
  EXPECT_EQ(status_with("application/json-patch+json"), 415);
  EXPECT_EQ(status_with("application/x-www-form-urlencoded"), 415);
}

TEST(PlaceOrder, IsNotForThePagesOfAnotherSite) {
  const auto plan = place().with("sec-fetch-site", "cross-site").plan();
  const auto* response = std::get_if<HttpResponse>(&plan);
  ASSERT_NE(response, nullptr);
  EXPECT_EQ(response->status, 403);
  for (const char* mine : {"same-origin", "same-site", "none"}) {
    EXPECT_TRUE(std::holds_alternative<Submit>(place().with("sec-fetch-site", mine).plan()));
  }
}

}  // namespace
}  // namespace oms::edge
