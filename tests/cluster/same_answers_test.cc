// Whether a caller can tell by the answers how the shop behind them is wired: the same requests,
// one after the other, to `oms up` and to seven processes.
#include <thread>

#include "tests/cluster/transcript.h"
#include "tests/cluster/wired_test.h"

namespace oms::cluster {
namespace {

class SameAnswers : public WiredTest {};

constexpr auto orders = "/api/customers/c1/orders";
constexpr auto meal =
    R"({"items":[{"productID":"1","quantity":2,"note":"No onions"}],)"
    R"("customer":{"name":"Ada","email":"ada@example.com","address":{"lines":["12 High Street"],)"
    R"("city":"London"}},"note":"Ring twice"})";

void ask_wrongly(Transcript& shop) {
  shop.ask("POST", orders, R"({"items":[{"productID":"none","quantity":1}]})");
  shop.ask("POST", orders, R"({"items":[{"productID":"1","quantity":0}]})");
  shop.ask("POST", orders, R"({"items":[{"productID":"1","quantity":1.5}]})");
  shop.ask("POST", orders, R"({"items":[{"productID":"1","quantity":2000}]})");
  shop.ask("POST", orders, R"({"items":[{"productID":"1","quantity":1,"price":1}]})");
  shop.ask("POST", orders, R"({"items":[]})");
  shop.ask("POST", orders, R"({"items":)");
  shop.ask("POST", orders, R"({"items":[{"productID":"1","quantity":1}],"type":"checkout"})");
  shop.ask("POST", orders, std::string(1'100'000, ' '));
  shop.ask("DELETE", orders);
  shop.ask("GET", "/api/customers/c1/orders/000000000000000000000000");
  shop.ask("GET", "/api/customers/c1/orders/none");
  shop.ask("GET", "/api/customers/c1/orders?limit=0");
  shop.ask("GET", "/api/customers/c1/orders?cursor=none");
  shop.ask("GET", "/nothing");
  shop.ask("GET", "/api/admin/stock");
  shop.ask("POST", "/webhook", R"({"id":"evt_1"})");
  shop.ask(
      "POST", "/order",
      R"({"customer":{"name":"Ann","email":"ann@example.com"},"items":[{"id":1,"quantity":2}],)"
      R"("paymentDetails":{"name":"Ann","cardNumber":"4242424242424242",)"
      R"("expiryDate":"12/30","cvv":"123"}})");
}

void buy_a_meal(Transcript& shop) {
  shop.ask("GET", "/api/menu");
  shop.ask("POST", orders, meal, {.name = "order", .field = "orderID"});
  shop.ask_until(R"("PaymentLink":"http)", "/api/customers/c1/orders/{order}");
  shop.ask("GET", "/api/customers/c2/orders/{order}");
  shop.ask("GET", "/api/customers/c1/orders/{order}/history");
  shop.patch("/api/customers/c1/orders/{order}", R"({"note":"Knock"})", "");
  shop.patch("/api/customers/c1/orders/{order}", R"({"note":"Knock"})", "\"0\"");
  shop.patch("/api/customers/c1/orders/{order}", R"({"note":"Knock"})", "*");
  shop.patch("/api/customers/c1/orders/{order}", R"({"items":[{"productID":"1","quantity":1}]})",
             "*");
  shop.ask_until(R"("revision":{"number":1,"status":"done"})", "/api/customers/c1/orders/{order}");
  shop.ask_until(R"("PaymentLink":"http)", "/api/customers/c1/orders/{order}");
  shop.pay("/api/customers/c1/orders/{order}");
  shop.ask_until(R"("status":"paid")", "/api/customers/c1/orders/{order}");
  shop.operate("POST", "/api/admin/tickets/000000000000000000000000/accept");
  shop.operate_until(R"("tickets":[{)", "/api/admin/tickets");
  shop.operate("POST", "/api/admin/tickets/{order}/accept");
  shop.operate("POST", "/api/admin/tickets/{order}/accept");
  shop.operate("POST", "/api/admin/tickets/{order}/ready");
  shop.ask_until(R"("status":"completed")", "/api/customers/c1/orders/{order}");
  shop.ask("POST", "/api/customers/c1/orders/{order}/cancel");
  shop.operate_until(R"("kind":"completed","channel":"email","status":"sent")",
                     "/api/admin/orders/{order}");
  shop.operate("GET", "/api/admin/sagas/{order}");
  shop.operate("GET", "/api/admin/deliveries");
  shop.begin("/api/admin/orders/{order}/refunds", R"({"amount":100,"reason":"It was cold"})");
  shop.ask_until(R"("refunded":100)", "/api/customers/c1/orders/{order}");
  shop.operate("POST", "/api/admin/orders/{order}/refunds", R"({"amount":1000})");
}

void cancel_an_order(Transcript& shop) {
  shop.ask("POST", orders, R"([{"productID":"2","quantity":1}])",
           {.name = "cancelled", .field = "orderID"});
  shop.ask_until(R"("status":"waiting_payment")", "/api/customers/c1/orders/{cancelled}");
  shop.ask("POST", "/api/customers/c1/orders/{cancelled}/cancel");
  shop.ask_until(R"("paymentStatus":"expired")", "/api/customers/c1/orders/{cancelled}");
  shop.ask("POST", "/api/customers/c1/orders/{cancelled}/cancel");
  shop.ask("GET", "/api/customers/c1/orders?limit=1");
  shop.ask("GET", "/api/customers/c1/orders?status=cancelled");
}

void buy_from_an_account(Transcript& shop) {
  shop.ask("POST", "/customers", R"({"fullName":"Ann Example","balance":1000})",
           {.name = "account", .field = "id"});
  shop.ask("POST", "/products", R"({"name":"Tea","price":450,"stockQuantity":3})",
           {.name = "tea", .field = "id"});
  shop.ask("GET", "/products/{tea}");
  shop.ask("POST", "/orders",
           R"({"customerId":{account},"items":[{"productId":{tea},"quantity":1,"price":449}]})");
  shop.ask("POST", "/orders",
           R"({"customerId":{account},"items":[{"productId":{tea},"quantity":2,"price":450}]})",
           {.name = "checkout", .field = "id"});
  shop.ask_until(R"("status":"Confirm")", "/orders/{checkout}");
  shop.ask("GET", "/customers/{account}");
  shop.ask("DELETE", "/products/{tea}");
  shop.ask("GET", "/products/{tea}");
  shop.ask("GET", "/orders/000000000000000000000000");
}

void take_line_by_line(Transcript& shop) {
  shop.ask("POST", "/oms/orders",
           R"({"userId":"u1","orderItems":[{"productId":"lemonade","quantity":2},)"
           R"({"productId":"water","quantity":2000}]})",
           {.name = "supply", .field = "orderId"});
  shop.ask_until(R"("status":"EXECUTED")", "/oms/orders/{supply}");
  shop.ask("PUT", "/oms/orders/{supply}",
           R"({"orderItems":[{"productId":"lemonade","quantity":3}]})");
  shop.ask_until(R"("quantity":3,"status":"EXECUTED")", "/oms/orders/{supply}");
  shop.ask("PUT", "/oms/orders/{supply}",
           R"({"orderItems":[{"productId":"lemonade","quantity":999000}]})");
}

void keep_the_shop(Transcript& shop) {
  shop.operate("GET", "/api/admin/stock");
  shop.operate("PUT", "/api/admin/stock/soup", R"({"onHand":12,"reason":"counted"})");
  shop.operate("POST", "/api/admin/stock/soup/restock", R"({"quantity":5})");
  shop.operate("GET", "/api/admin/stock/soup");
  shop.operate("GET", "/api/admin/stock/none");
  shop.operate("GET", "/api/admin/stock/soup/movements");
  shop.operate("GET", "/api/admin/audit");
  shop.operate("GET", "/api/admin/dead-letters");
  shop.operate("GET", "/api/admin/orders?limit=2");
  shop.operate("DELETE", "/api/admin/customers/c1/personal-data");
  shop.operate_until(R"("erased")", "/api/admin/customers/c1/personal-data");
}

void repeat_requests(Transcript& shop) {
  const std::string body = R"({"items":[{"productID":"2","quantity":1}],"fulfilment":"pickup"})";
  shop.ask_once("key-1", "/api/customers/c3/orders", body);
  shop.ask_once("key-1", "/api/customers/c3/orders", body);
  shop.ask_once("key-1", "/api/customers/c3/orders", R"([{"productID":"1","quantity":1}])");
  shop.operate_until(R"("waiting_payment")", "/api/admin/orders?limit=1");
}

Transcript play(const Shop& shop) {
  Transcript transcript{shop};
  ask_wrongly(transcript);
  buy_a_meal(transcript);
  cancel_an_order(transcript);
  buy_from_an_account(transcript);
  take_line_by_line(transcript);
  repeat_requests(transcript);
  keep_the_shop(transcript);
  return transcript;
}

TEST_P(SameAnswers, InOneProcessAndInSeven) {
  const auto& embedded = [] -> const std::vector<Exchange>& {
    static const auto told = play(Embedded{cooked_by_hand}.shop()).exchanges();
    return told;
  }();
  Cluster cluster{{.wiring = GetParam(), .flags = cooked_by_hand, .links = Links::none}};
  const auto apart = play(cluster.shop()).exchanges();
  ASSERT_EQ(apart.size(), embedded.size());
  for (std::size_t i = 0; i < apart.size(); ++i) {
    EXPECT_EQ(apart[i].answer, embedded[i].answer) << apart[i].request;
  }
  std::clog << apart.size() << " answers compared\n";
}

INSTANTIATE_TEST_SUITE_P(Apart, SameAnswers, all_wirings(), name_of);

}  // namespace
}  // namespace oms::cluster
