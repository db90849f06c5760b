#include <gtest/gtest.h>

#include "edge/paging.h"
#include "edge/samples.h"
#include "messages/define_record.h"

namespace oms::edge {
namespace {

// What some service keeps, whatever its fields are.
struct Kept {
  Id id;
  std::string what;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (id, what, count))

// One that stands under the name of that view.
template <class View>
Found kept(std::string what) {
  static const auto type = define_record<Kept>({.table = type_of<View>().table});
  return {.record = Record{type, std::make_shared<const Kept>(
                                     Kept{.id = samples::order_id, .what = std::move(what)})},
          .version = 1};
}

using namespace samples;

const std::string admin = "/api/admin/";
const std::string id_text{order_text};

Request ask(std::string method, const std::string& path, std::string body = {}) {
  Request request{std::move(method), admin + path, std::move(body)};
  request.by_operator();
  return request;
}

TEST(Operator, MustShowTheToken) {
  const Request nobody{"GET", admin + "stock"};
  EXPECT_EQ(nobody.answer().status, 401);
  EXPECT_EQ(header(nobody.answer(), "WWW-Authenticate"), R"(Bearer realm="oms")");
  for (const char* value : {"Bearer", "Bearer ", "Bearer let-me-i", "Bearer let-me-in-",
                            "Bearer let-me-inlet-me-in", "Basic let-me-in", "let-me-in"}) {
    const auto request = Request("GET", admin + "stock").with("authorization", value);
    EXPECT_EQ(request.answer().status, 401) << value;
  }
  const auto lower = Request("GET", admin + "stock").with("authorization", "bearer let-me-in");
  EXPECT_TRUE(std::holds_alternative<List>(lower.plan()));
}

TEST(Operator, NoTokenMeansThatNobodyIsOne) {
  auto without = settings();
  without.operator_token.clear();
  for (const char* value : {"Bearer ", "Bearer let-me-in"}) {
    const auto request =
        Request("GET", admin + "stock").with("authorization", value).under(without);
    EXPECT_EQ(request.answer().status, 401) << value;
  }
}

TEST(Stock, IsListedWithAllItsCounters) {
  const auto plan = ask("GET", "stock").plan_as<List>();
  EXPECT_EQ(plan.query.limit, 100U);
  EXPECT_FALSE(plan.query.newest_first);
  const auto next = cursor_of("1", ListTag::of(admin + "stock"));
  EXPECT_EQ(plan.render({.records = {found(cheese())}, .more = true}).body,
            R"({"items":[{"productID":"1","name":"Cheese","kind":"dish",)"
            R"("priceID":"price_cheese","price":450,"currency":"usd","preparationMs":2500,)"
            R"("lowAt":5,"onHand":80,"reserved":20,"available":60,"initial":100,)"
            R"("restocked":10,"returned":0,"committed":30,"version":0}],"nextCursor":")" +
                next + "\"}");
  EXPECT_EQ(ask("GET", "stock?cursor=" + next).plan_as<List>().query.after, "1");
}

TEST(Stock, IsSetInPart) {
  const auto submit = ask("PUT", "stock/soap 1", R"({"onHand":7,"price":99})").plan_as<Submit>();
  EXPECT_TRUE(submit.is_urgent);
  EXPECT_TRUE(submit.message.order_id.is_nil());
  const auto& item = std::get<SetItem>(submit.message.payload);
  EXPECT_EQ(item.product_id, "soap 1");
  EXPECT_EQ(item.on_hand, 7);
  EXPECT_EQ(item.price, 99);
  EXPECT_EQ(item.name, std::nullopt);
  const auto answer = submit.render(make_record(cheese()));
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body.starts_with(R"({"item":{"productID":"1",)"));
  EXPECT_EQ(ask("PUT", "stock/1", R"({"reserved":0})").answer().status, 400);
  EXPECT_EQ(ask("PUT", "stock/1", R"({"name":"a\nb"})").answer().status, 400);
}

TEST(Stock, ASingleItemIsShownWithItsVersionAsTag) {
  auto item = cheese();
  item.version = 7;
  const auto show = [&](const std::string& tags) {
    const auto get = ask("GET", "stock/1").with("if-none-match", tags).plan_as<Get>();
    EXPECT_EQ(get.keys, std::vector{key_of<ItemView>("1")});
    return get.render({found(item)});
  };
  EXPECT_EQ(show("").status, 200);
  EXPECT_EQ(header(show(""), "ETag"), "\"7\"");
  EXPECT_TRUE(show("").body.starts_with(R"({"item":{"productID":"1",)"));
  EXPECT_EQ(show("\"6\"").status, 200);
  EXPECT_EQ(show("\"7\"").status, 304);
  EXPECT_EQ(show("\"7\"").body, "");
  EXPECT_EQ(ask("GET", "stock/1").plan_as<Get>().render({{}}).status, 404);
  const auto set = ask("PUT", "stock/1", R"({"onHand":7})").plan_as<Submit>();
  EXPECT_EQ(header(set.render(make_record(item)), "ETag"), "\"7\"");
}

TEST(Stock, IsChangedOnlyAsTheCallerHasSeenIt) {
  const auto condition = [](const std::string& header, const std::string& value) {
    return ask("PUT", "stock/1", R"({"onHand":7})")
        .with(header, value)
        .message<SetItem>()
        .condition;
  };
  EXPECT_FALSE(condition("if-match", "").must_exist);
  EXPECT_TRUE(condition("if-match", "*").must_exist);
  EXPECT_EQ(condition("if-match", "*").versions, std::vector<std::int64_t>{});
  EXPECT_EQ(condition("if-match", "\"3\", W/\"4\"").versions, (std::vector<std::int64_t>{3, -1}));
  EXPECT_TRUE(condition("if-none-match", "*").must_be_new);
  auto restock = ask("POST", "stock/1/restock", R"({"quantity":10})");
  restock.with("if-match", "\"3\"");
  EXPECT_EQ(restock.message<RestockItem>().condition.versions, std::vector<std::int64_t>{3});
  const auto refused = ask("PUT", "stock/1", R"({"onHand":7})")
                           .plan_as<Submit>()
                           .render(fail(ErrorKind::stale, "the item has changed"));
  EXPECT_EQ(refused.status, 412);
}

TEST(Stock, IsRestockedOnceForOneKey) {
  auto request = ask("POST", "stock/1/restock", R"({"quantity":10})");
  EXPECT_EQ(request.message<RestockItem>().product_id, "1");
  EXPECT_EQ(request.message<RestockItem>().quantity, 10);
  EXPECT_FALSE(request.plan_as<Submit>().message.once);
  request.with("idempotency-key", "k");
  EXPECT_TRUE(request.plan_as<Submit>().message.once);
  EXPECT_EQ(ask("POST", "stock/1/restock", R"({"quantity":0})").answer().status, 400);
  EXPECT_EQ(ask("POST", "stock/1/restock", R"({"quantity":1000000000001})").answer().status, 400);
  EXPECT_EQ(ask("POST", "stock/1/restock", R"({"quantity":-5})").answer().status, 400);
}

TEST(Stock, IsNotSetToNull) {
  const auto refused = ask("PUT", "stock/1", R"({"name":"Brie","price":null})").answer();
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(refused.body.contains(R"("pointer":"#/price")")) << refused.body;
}

TEST(AllOrders, AreListedNewestFirst) {
  const auto plan = ask("GET", "orders?limit=5").plan_as<List>();
  EXPECT_EQ(plan.query.column, "");
  EXPECT_TRUE(plan.query.newest_first);
  EXPECT_EQ(plan.query.limit, 5U);
}

// No index tells each status: a page looks through a bounded number of those that may have it.
TEST(AllOrders, OfOneStatusAreSoughtAmongTheNewest) {
  const auto plan = ask("GET", "orders?status=paid&limit=1").plan_as<List>();
  EXPECT_EQ(plan.query.column, "live");
  EXPECT_EQ(ask("GET", "orders?status=completed").plan_as<List>().query.column, "");
  const auto cancelled = ask("GET", "orders?status=cancelled").plan_as<List>().query;
  EXPECT_EQ(cancelled.column, "status");
  EXPECT_EQ(cancelled.value, "cancelled");
  const auto list = ListTag::of(admin + "orders", "status=paid\n");
  auto paid = placed_order();
  paid.status = OrderStatus::paid;
  auto other = paid;
  other.id = other_id;
  const Page both{.records = {found(other), found(paid)}};
  const auto first = plan.render(both).body;
  EXPECT_TRUE(first.contains(R"("orderID":"65a000000000000000000002")"));
  EXPECT_FALSE(first.contains(R"("orderID":"65a000000000000000000001")"));
  EXPECT_TRUE(first.ends_with(R"("nextCursor":")" + cursor_of(other_text, list) + "\"}")) << first;
  const Page none{.records = {found(placed_order())}, .more = true};
  EXPECT_EQ(plan.render(none).body,
            R"({"orders":[],"nextCursor":")" + cursor_of(order_text, list) + "\"}");
  EXPECT_EQ(plan.render({.records = {found(placed_order())}}).body, R"({"orders":[]})");
  for (const char* query : {"status=eaten", "status=", "status=paid&status=ready", "state=paid"}) {
    EXPECT_EQ(ask("GET", std::string{"orders?"} + query).answer().status, 400) << query;
  }
}

TEST(AllOrders, AreFoundByTheirNumberOfADay) {
  auto in_the_east = settings();
  in_the_east.zone.first_offset = std::chrono::hours{14};
  const auto today = ask("GET", "orders?orderNumber=17").under(in_the_east).plan_as<List>();
  EXPECT_EQ(today.query.column, "day_number");
  EXPECT_EQ(today.query.value, local_day(in_the_east.zone, noon) + "/000017");
  const auto then = ask("GET", "orders?orderNumber=1234567&day=2026-01-31").plan_as<List>();
  EXPECT_EQ(then.query.value, "2026-01-31/1234567");
  EXPECT_TRUE(then.render({.records = {found(placed_order())}}).body.contains(order_text));
  for (const auto* query : {"orderNumber=0", "orderNumber=-1", "orderNumber=1.5", "orderNumber=x",
                            "orderNumber=17&day=31.1.2026", "day=2026-01-31"}) {
    EXPECT_EQ(ask("GET", std::string{"orders?"} + query).answer().status, 400) << query;
  }
}

TEST(AllOrders, CanBeFollowed) {
  const auto all = ask("GET", "orders/stream").plan_as<Follow>();
  EXPECT_EQ(all.order_id, std::nullopt);
  EXPECT_TRUE(all.only.empty());
  EXPECT_EQ(ask("GET", "orders/stream?status=paid,completed").plan_as<Follow>().only,
            (std::vector{OrderStatus::paid, OrderStatus::completed}));
  for (const char* query : {"status=paid,eaten", "status=", "status=paid,", "status=,paid",
                            "status=paid&status=ready"}) {
    const auto refusal = ask("GET", std::string{"orders/stream?"} + query).refusal();
    EXPECT_TRUE(refusal.starts_with("400 ")) << query;
    EXPECT_TRUE(refusal.contains("'status'")) << refusal;
  }
}

TEST(WholeOrder, ShowsWhatEveryServiceKnows) {
  const auto get = ask("GET", "orders/" + id_text).plan_as<Get>();
  ASSERT_EQ(get.keys.size(), 8U);
  std::vector<Found> records(8);
  EXPECT_EQ(get.render(records).body, no_such_order().body);
  records[0] = found(placed_order());
  records[1] = kept<SagaView>("prepare");
  records[2] = kept<PaymentView>("requested");
  const auto body = get.render(records).body;
  EXPECT_TRUE(body.contains(R"({"order":{"orderID":)"));
  EXPECT_TRUE(
      body.contains(R"("saga":{"id":"65a000000000000000000001","what":"prepare","count":0})"))
      << body;
  EXPECT_TRUE(body.contains(R"("payment":{"id":"65a000000000000000000001","what":"requested")"))
      << body;
  EXPECT_FALSE(body.contains(R"("ticket")"));
  EXPECT_FALSE(body.contains(R"("customer":)"));
}

TEST(WholeOrder, ShowsTheOperatorWhomToCall) {
  std::vector<Found> records(8);
  auto order = placed_order();
  order.customer = {.phone_number = "+4930123456", .phone_typed = "+49 30/123456"};
  records[0] = found(order);
  const auto body = ask("GET", "orders/" + id_text).plan_as<Get>().render(records).body;
  EXPECT_TRUE(body.contains(R"("phoneNumber":"+4930123456","phoneTyped":"+49 30/123456")")) << body;
}

TEST(WholeOrder, IsCancelledByTheOperatorWithoutACustomersName) {
  const auto submit = ask("POST", "orders/" + id_text + "/cancel").plan_as<Submit>();
  EXPECT_TRUE(submit.is_urgent);
  EXPECT_EQ(std::get<CancelOrder>(submit.message.payload).customer_id, "");
  auto order = placed_order();
  order.cancel_requested = true;
  EXPECT_EQ(submit.render(make_record(order)).status, 202);
}

TEST(Tickets, AreListedByStateInTheirOrder) {
  const auto all = ask("GET", "tickets").plan_as<List>();
  EXPECT_EQ(all.query.type, &type_of<TicketView>());
  EXPECT_EQ(all.query.column, "");
  const auto waiting = ask("GET", "tickets?status=waiting").plan_as<List>();
  EXPECT_EQ(waiting.query.column, "status");
  EXPECT_EQ(waiting.query.value, "waiting");
  EXPECT_FALSE(waiting.query.newest_first);
  const auto body = waiting.render({.records = {kept<TicketView>("waiting")}}).body;
  EXPECT_TRUE(body.starts_with(R"({"tickets":[{"id":"65a000000000000000000001","what":"waiting")"))
      << body;
  EXPECT_EQ(ask("GET", "tickets?status=held").plan_as<List>().query.value, "held");
  // Only what is open is indexed.
  EXPECT_EQ(ask("GET", "tickets?status=ready").answer().status, 400);
}

TEST(Tickets, AreHandled) {
  using Action = HandleTicket::Action;
  const auto path = "tickets/" + id_text;
  EXPECT_EQ(ask("POST", path + "/accept").message<HandleTicket>().action, Action::accept);
  EXPECT_EQ(ask("POST", path + "/reject").message<HandleTicket>().action, Action::reject);
  EXPECT_EQ(ask("POST", path + "/ready").message<HandleTicket>().action, Action::ready);
  const auto submit = ask("POST", path + "/ready").plan_as<Submit>();
  EXPECT_EQ(submit.message.order_id, order_id);
  EXPECT_TRUE(submit.is_urgent);
  const auto done = submit.render(kept<TicketView>("ready").record);
  EXPECT_EQ(done.status, 200);
  EXPECT_TRUE(done.body.starts_with(R"({"ticket":{"id":)"));
  EXPECT_EQ(ask("POST", "tickets/17/ready").answer().status, 404);
}

TEST(Deliveries, AreListedAndHandled) {
  using Action = HandleDelivery::Action;
  for (const auto* status : {"on_the_way", "waiting"}) {
    const auto path = std::string{"deliveries?status="} + status;
    EXPECT_EQ(ask("GET", path).plan_as<List>().query.value, status);
  }
  EXPECT_EQ(ask("GET", "deliveries?status=delivered").answer().status, 400);
  const auto path = "deliveries/" + id_text;
  EXPECT_EQ(ask("POST", path + "/dispatch").message<HandleDelivery>().action, Action::dispatch);
  EXPECT_EQ(ask("POST", path + "/deliver").message<HandleDelivery>().action, Action::deliver);
  EXPECT_EQ(ask("POST", path + "/fail").message<HandleDelivery>().action, Action::fail);
  EXPECT_EQ(ask("POST", "tickets/" + id_text + "/collect").message<HandleDelivery>().action,
            Action::collect);
  const auto submit = ask("POST", path + "/deliver").plan_as<Submit>();
  const auto done = submit.render(kept<DeliveryView>("delivered").record);
  EXPECT_TRUE(done.body.starts_with(R"({"delivery":{"id":)")) << done.body;
}

TEST(DeadLetters, AreListedAsTheyAreKept) {
  const auto plan = ask("GET", "dead-letters").plan_as<List>();
  EXPECT_EQ(plan.query.type, &type_of<DeadLetterView>());
  EXPECT_EQ(plan.render({}).body, R"({"deadLetters":[]})");
  EXPECT_EQ(
      plan.render({.records = {kept<DeadLetterView>("why"), kept<TicketView>("waiting")}}).body,
      R"({"deadLetters":[{"id":"65a000000000000000000001","what":"why"}]})");
}

TEST(DeadLetters, AreReplayedOrDropped) {
  using Action = SettleDeadLetter::Action;
  const auto path = "orders/" + id_text + "/dead-letters/" + std::string{other_text};
  const auto replay = ask("POST", path + "/replay").plan_as<Submit>();
  EXPECT_EQ(replay.message.order_id, order_id);
  EXPECT_EQ(std::get<SettleDeadLetter>(replay.message.payload).id, other_id);
  EXPECT_EQ(std::get<SettleDeadLetter>(replay.message.payload).action, Action::replay);
  EXPECT_EQ(replay.render(Record{}).status, 202);
  EXPECT_EQ(ask("POST", path + "/drop").message<SettleDeadLetter>().action, Action::drop);
}

TEST(Backup, NamesAPath) {
  EXPECT_EQ(ask("POST", "backup", R"({"path":"/var/backups/oms.db"})").plan_as<BackUp>().path,
            "/var/backups/oms.db");
  EXPECT_EQ(ask("POST", "backup", R"({"path":""})").answer().status, 400);
  EXPECT_EQ(ask("POST", "backup", R"({"path":"a\nb"})").answer().status, 400);
  EXPECT_EQ(ask("POST", "backup").answer().status, 400);
}

}  // namespace
}  // namespace oms::edge
