// /order: what its clients send, and what they are answered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string customer =
    R"("customer":{"name":"Ann","email":"Ann@Example.com","phoneNumber":"0151 234567"})";
const std::string items = R"("items":[{"id":1,"quantity":2},{"id":"soap","quantity":"3"}])";
const std::string card =
    R"("paymentDetails":{"name":"ANN EXAMPLE","cardNumber":"4242 4242 4242 4242",)"
    R"("expiryDate":"12/30","cvv":"987"})";

std::string body_of(const std::string& a, const std::string& b, const std::string& c) {
  return "{" + a + "," + b + "," + c + "}";
}

GatewaySettings with_tokenizer() {
  auto made = settings();
  made.tokenize = [](const CardDetails& given) -> Result<std::string> {
    if (given.number.contains('x')) {
      return fail(ErrorKind::unprocessable, "this is not a valid card number", "/card");
    }
    return "tok_for_" + std::string{given.number.substr(given.number.size() - 4)};
  };
  return made;
}

Request place(std::string body) {
  return std::move(Request{"POST", "/order", std::move(body)}.under(with_tokenizer()));
}
Request place() {
  return place(body_of(customer, items, card));
}

OrderView chained() {
  auto order = placed_order();
  order.face = Face::event_chain;
  order.lines.push_back({.product_id = "soap", .quantity = 3, .unit_price = 100});
  order.total = 1200;
  order.customer = {.name = "Ann",
                    .email = "ann@example.com",
                    .phone_number = "+49151234567",
                    .phone_typed = "0151 234567"};
  return order;
}

TEST(PlaceChained, PaysFirstByAToken) {
  const auto order = place().message<PlaceOrder>();
  EXPECT_EQ(order.saga, "prepaid");
  EXPECT_EQ(order.face, Face::event_chain);
  EXPECT_EQ(order.method, PaymentMethod::card);
  EXPECT_EQ(order.payment_token, "tok_for_4242");
  ASSERT_EQ(order.lines.size(), 2U);
  EXPECT_EQ(order.lines[0].product_id, "1");
  EXPECT_EQ(order.lines[1].product_id, "soap");
  EXPECT_EQ(order.lines[1].quantity, 3) << "it was sent as a text";
}

TEST(PlaceChained, KnowsTheCustomerByEmailInWhateverCase) {
  const auto of = [](const std::string& person) {
    return place(body_of(R"("customer":)" + person, items, card)).message<PlaceOrder>().customer_id;
  };
  const auto ann = of(R"({"email":"ann@example.com","phoneNumber":"12345"})");
  EXPECT_EQ(ann.size(), 32U);
  EXPECT_EQ(of(R"({"email":"ANN@example.COM"})"), ann);
  EXPECT_NE(of(R"({"email":"bob@example.com"})"), ann);
  EXPECT_NE(of(R"({"phoneNumber":"12345"})"), ann);
  EXPECT_EQ(of(R"({"phoneNumber":"12345"})"), of(R"({"name":"B","phoneNumber":"12-345"})"));
}

TEST(PlaceChained, PutsTheCountryBeforeAPhoneNumber) {
  auto german = with_tokenizer();
  german.phone_country = "+49";
  const auto of = [&](const std::string& number) {
    const auto person = R"("customer":{"phoneNumber":")" + number + "\"}";
    return Request{"POST", "/order", body_of(person, items, card)}
        .under(german)
        .message<PlaceOrder>()
        .customer;
  };
  EXPECT_EQ(of("151 234567").phone_number, "+49151234567");
  EXPECT_EQ(of("151 234567").phone_typed, "151 234567");
  EXPECT_EQ(of("151234567").phone_typed, "151234567");
  EXPECT_EQ(of("+44 151234567").phone_number, "+44151234567");
  EXPECT_EQ(of("0151 234567").phone_number, "+49151234567") << "the 0 is not dialed from abroad";
  EXPECT_EQ(of("0044 151 234567").phone_number, "+44151234567");
  EXPECT_EQ(of("00441512345678901").phone_number, "+441512345678901") << "15 digits";
  EXPECT_EQ(place().message<PlaceOrder>().customer.phone_number, "0151234567")
      << "no country is set";
}

TEST(PlaceChained, CountsTheDigitsOfAPhoneNumberWithItsCountry) {
  auto german = with_tokenizer();
  german.phone_country = "+49";
  for (const auto* number : {"15123456789012", "0015123456789012345", "00151"}) {
    const auto person = R"("customer":{"phoneNumber":")" + std::string{number} + "\"}";
    const auto response =
        Request{"POST", "/order", body_of(person, items, card)}.under(german).answer();
    EXPECT_EQ(response.status, 400) << number;
    EXPECT_THAT(response.body, HasSubstr("#/customer/phoneNumber")) << number;
  }
}

TEST(PlaceChained, KeepsNothingOfTheCard) {
  const auto plan = place().plan_as<Submit>();
  const auto& order = std::get<PlaceOrder>(plan.message.payload);
  for (const auto& text : {order.customer.name, order.customer.email, order.note,
                           order.payment_token, order.customer_id}) {
    EXPECT_THAT(text, Not(HasSubstr("987")));
    EXPECT_THAT(text, Not(HasSubstr("ANN EXAMPLE")));
  }
}

TEST(PlaceChained, AnIdempotencyKeysFingerprintHasNothingOfTheCard) {
  const auto once = [](const std::string& body) {
    return place(body).with("idempotency-key", "k1").plan_as<Submit>().message.once.value();
  };
  const std::string other = R"("paymentDetails":{"name":"B","cardNumber":"5555555555554444",)"
                            R"("expiryDate":"01/31","cvv":"1234"})";
  const auto first = once(body_of(customer, items, card));
  EXPECT_EQ(first.fingerprint, once(body_of(customer, items, other)).fingerprint);
  EXPECT_EQ(once(body_of(card, items, customer)).fingerprint,
            once(body_of(other, items, customer)).fingerprint);
  EXPECT_NE(first.fingerprint,
            once(body_of(customer, R"("items":[{"id":1,"quantity":3}])", card)).fingerprint);
}

TEST(PlaceChained, KeysOfDifferentCustomersNeverMeet) {
  const auto key_of = [](const std::string& person) {
    return place(body_of(R"("customer":)" + person, items, card))
        .with("idempotency-key", "k1")
        .plan_as<Submit>()
        .message.once.value()
        .key;
  };
  EXPECT_EQ(key_of(R"({"email":"a@b.example"})"), key_of(R"({"email":"A@B.example"})"));
  EXPECT_NE(key_of(R"({"email":"a@b.example"})"), key_of(R"({"email":"c@b.example"})"));
}

TEST(PlaceChained, AnswersTheOrderWithoutTheCard) {
  const auto response = place().plan_as<Submit>().render(make_record(chained()));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body,
            R"({"id":"65a000000000000000000001","status":"pending","customer":{"name":"Ann",)"
            R"("email":"ann@example.com","phoneNumber":"0151 234567"},"items":[)"
            R"({"id":1,"quantity":2},{"id":"soap","quantity":3}],"total":1200,"currency":"usd",)"
            R"("createdAt":"2026-01-01T12:00:00.000Z"})");
}

TEST(PlaceChained, TheRulesPointIntoItsOwnBody) {
  const auto render = place().plan_as<Submit>().render;
  const auto unknown = render(fail(ErrorKind::unprocessable, "no such", "/items/1/productID"));
  EXPECT_EQ(unknown.status, 422);
  EXPECT_THAT(unknown.body, HasSubstr(R"("pointer":"#/items/1/id")"));
  EXPECT_EQ(render(fail(ErrorKind::conflict, "2 are left", "/items/0/quantity")).status, 409);
}

TEST(PlaceChained, RefusesWhatIsNotRight) {
  const auto line = [](const std::string& item) {
    return body_of(customer, R"("items":[)" + item + "]", card);
  };
  std::string many = R"("items":[{"id":1,"quantity":1})";
  for (int i = 0; i < 100; ++i) many += R"(,{"id":1,"quantity":1})";
  for (const auto& [body, pointer] : std::vector<std::pair<std::string, std::string>>{
           {body_of(customer, R"("items":[])", card), "#/items"},
           {"{" + customer + "," + card + "}", "#/items"},
           {body_of(customer, many + "]", card), "#/items"},
           {line(R"({"id":1,"quantity":0})"), "#/items/0/quantity"},
           {line(R"({"id":1,"quantity":-1})"), "#/items/0/quantity"},
           {line(R"({"id":1,"quantity":1.5})"), "#/items/0/quantity"},
           {line(R"({"id":1,"quantity":"1.5"})"), "#/items/0/quantity"},
           {line(R"({"id":1,"quantity":""})"), "#/items/0/quantity"},
           {line(R"({"id":1,"quantity":"\"1"})"), "#/items/0/quantity"},
           {line(R"({"id":1,"quantity":1000001})"), "#/items/0/quantity"},
           {line(R"({"id":1})"), "#/items/0/quantity"},
           {line(R"({"id":1.5,"quantity":1})"), "#/items/0/id"},
           {line(R"({"id":1,"quantity":1,"price":450})"), "#/items/0/price"},
           {body_of(R"("status":"completed")", customer + "," + items, card), "#/status"},
           {body_of(R"("total":1)", customer + "," + items, card), "#/total"},
           {body_of(R"("customer":{"name":"Ann"})", items, card), "#/customer"},
           {body_of(R"("customer":{"email":"ann"})", items, card), "#/customer/email"},
           {body_of(R"("customer":{"email":"a@b.example","card":"4242"})", items, card),
            "#/customer/card"},
           {body_of(R"("customer":{"name":"4242424242424242","email":"a@b.example"})", items, card),
            "#/customer/name"},
           {body_of(R"("customer":{"name":"Ann 4242 4242 4242 4242","email":"a@b.example"})", items,
                    card),
            "#/customer/name"},
           {body_of(R"("customer":{"email":"4242424242424242@b.example"})", items, card),
            "#/customer/email"},
           {body_of(R"("customer":{"phoneNumber":"3782 822463 10005"})", items, card),
            "#/customer/phoneNumber"},
           {"{" + customer + "," + items + "}", "#/paymentDetails"},
           {body_of(customer, items, R"("paymentDetails":{"name":"A","expiryDate":"1","cvv":"1"})"),
            "#/paymentDetails/cardNumber"},
           {body_of(customer, items, R"("paymentDetails":"4242424242424242")"), "#/paymentDetails"},
           {body_of(customer, items, card + R"(,"cardNumber":"4242424242424242")"),
            "#/cardNumber"}}) {
    const auto response = place(body).answer();
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_THAT(response.body, HasSubstr("\"pointer\":\"" + pointer + "\"")) << body;
    EXPECT_THAT(response.body, Not(HasSubstr("4242"))) << body;
  }
  EXPECT_EQ(place("").answer().status, 400);
}

TEST(PlaceChained, TakesNothingInTheQuery) {
  const auto response =
      Request{"POST", "/order?cardNumber=4242424242424242", body_of(customer, items, card)}
          .under(with_tokenizer())
          .answer();
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, Not(HasSubstr("4242")));
}

TEST(PlaceChained, TakesATokenInPlaceOfTheCard) {
  const std::string token = R"("paymentToken":"tok_visa")";
  EXPECT_EQ(place(body_of(customer, items, token)).message<PlaceOrder>().payment_token, "tok_visa");
  for (const auto& wrong : {card + "," + token, std::string{R"("paymentToken":"")"},
                            std::string{R"("paymentToken":"4242424242424242")"}}) {
    const auto response = place(body_of(customer, items, wrong)).answer();
    EXPECT_EQ(response.status, 400) << wrong;
    EXPECT_THAT(response.body, HasSubstr("#/paymentToken")) << wrong;
  }
}

TEST(PlaceChained, SaysWhatIsWrongWithTheCard) {
  const auto bad =
      R"("paymentDetails":{"name":"A","cardNumber":"42x","expiryDate":"01/31","cvv":"1234"})";
  const auto response = place(body_of(customer, items, bad)).answer();
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(response.body, HasSubstr("#/paymentDetails/cardNumber"));
  EXPECT_THAT(response.body, Not(HasSubstr("42x")));
}

TEST(PlaceChained, WantsACardThatLooksLikeOne) {
  for (const auto& [expiry, cvv, pointer] :
       std::vector<std::array<std::string, 3>>{{"", "123", "expiryDate"},
                                               {"13/30", "123", "expiryDate"},
                                               {"00/30", "123", "expiryDate"},
                                               {"1/30", "123", "expiryDate"},
                                               {"12-30", "123", "expiryDate"},
                                               {"12/3x", "123", "expiryDate"},
                                               {"12/25", "", "cvv"}}) {
    const auto sent = R"("paymentDetails":{"name":"A","cardNumber":"4242424242424242",)"
                      R"("expiryDate":")" +
                      expiry + R"(","cvv":")" + cvv + "\"}";
    const auto response = place(body_of(customer, items, sent)).answer();
    EXPECT_EQ(response.status, 422) << sent;
    EXPECT_THAT(response.body, HasSubstr("#/paymentDetails/" + pointer)) << sent;
    EXPECT_THAT(response.body, Not(HasSubstr("98x")));
  }
}

TEST(PlaceChained, AProviderThatTakesNoNumbersSaysTheRightWay) {
  const auto response =
      Request{"POST", "/order", body_of(customer, items, card)}.under(settings()).answer();
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(response.body, HasSubstr("paymentToken"));
}

TEST(ListChained, AsksForThisFacesOrdersOnly) {
  const auto list = Request{"GET", "/order"}.plan_as<List>();
  EXPECT_EQ(list.query.column, "event_chain");
  EXPECT_EQ(list.query.value, "yes");
  EXPECT_TRUE(list.query.newest_first);
  EXPECT_EQ(list.query.limit, 20U);
}

TEST(ListChained, IsAnArrayWithTheNextPageInItsHeader) {
  const auto list = Request{"GET", "/order?limit=1"}.plan_as<List>();
  EXPECT_EQ(list.render({}).body, "[]");
  const auto response = list.render({.records = {found(chained())}, .more = true});
  EXPECT_THAT(response.body, ::testing::StartsWith(R"([{"id":"65a0)"));
  const auto link = header(response, "Link");
  ASSERT_THAT(link, HasSubstr("</order?limit=1&cursor="));
  const auto next = link.substr(1, link.find('>') - 1);
  EXPECT_EQ((Request{"GET", next}.plan_as<List>().query.after), order_text);
  EXPECT_EQ(header(list.render({.records = {found(chained())}}), "Link"), "");
}

TEST(EventChain, IsForThisMachineOnly) {
  EXPECT_EQ(place().from_afar().answer().status, 403);
  EXPECT_EQ((Request{"GET", "/order"}.from_afar().answer().status), 403);
  EXPECT_EQ((Request{"GET", "/order"}.by_operator().from_afar().answer().status), 403);
}

TEST(EventChain, MayBeAllThatAListenerServes) {
  auto alone = with_tokenizer();
  alone.only = Face::event_chain;
  EXPECT_EQ((Request{"POST", "/order", body_of(customer, items, card)}
                 .under(alone)
                 .message<PlaceOrder>()
                 .saga),
            "prepaid");
  for (const char* path : {"/api/menu", "/oms/orders/1", "/products", "/api/admin/stock"}) {
    EXPECT_EQ((Request{"GET", path}.under(alone).answer().status), 404) << path;
  }
  EXPECT_EQ((header(Request{"DELETE", "/order"}.under(alone).answer(), "Allow")),
            "POST, GET, HEAD");
}

}  // namespace
}  // namespace oms::edge
