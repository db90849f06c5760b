// Who a customer was is erased from everything that this machine keeps of them, and the books stay.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

#include "adapters/sqlite/sqlite_store.h"
#include "codec/json_write.h"
#include "process/service_set.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using namespace std::chrono_literals;

const std::string orders_path = "/api/customers/c1/orders";
const std::string data_path = "/api/admin/customers/c1/personal-data";

// Any of these tells who it was.
const std::string name = "Canary-Zq";
const std::string mail = "canary-zq@erase.example";
const std::string phone = "+4915199887766";
const std::string street = "Kanarienweg-Zq 77";
const std::string note = "note-Zq-order";
const std::string line_note = "note-Zq-line";
const std::vector<std::string> canaries{name, mail, phone, street, note, line_note};

const std::string contact =
    R"("name":")" + name + R"(","email":")" + mail + R"(","phoneNumber":")" + phone + '"';
const std::string customer = R"("customer":{)" + contact + R"(,"address":{"lines":[")" + street +
                             R"("],"city":"Ulm"}},"note":")" + note + '"';

std::string food(const std::string& fulfilment) {
  return R"({"items":[{"productID":"1","quantity":2,"note":")" + line_note +
         R"("}],"fulfilment":")" + fulfilment + R"(",)" + customer + "}";
}

std::string all_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<std::string> sightings(const std::string& text, const std::string& where) {
  std::vector<std::string> seen;
  for (const auto& canary : canaries) {
    if (text.contains(canary)) seen.push_back(where + " has " + canary);
  }
  return seen;
}

std::vector<std::string> sightings_in_files(const ServerProcess& server) {
  std::vector<std::string> seen;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{server.data()}) {
    if (!entry.is_regular_file()) continue;
    std::ranges::move(sightings(all_of(entry.path()), entry.path().filename().string()),
                      std::back_inserter(seen));
  }
  return seen;
}

HttpResponse place_once(const ServerProcess& server, const std::string& body) {
  const HttpClient::Headers headers{{"Content-Type", "application/json"},
                                    {"Idempotency-Key", "once"}};
  return HttpClient::to(server.url())->send("POST", orders_path, headers, body).value();
}

std::string pay(const ServerProcess& server, const std::string& order) {
  const auto link = link_path(await_status(server, "c1", order, "waiting_payment"));
  server.send("POST", link + "/pay", R"({"card":"4242424242424242"})");
  return field(await_status(server, "c1", order, "completed"), "status");
}

// Asks again until the answer has that text, or for 30 s.
std::string await(const ServerProcess& server, const std::string& path, std::string_view text) {
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (true) {
    auto body = server.send("GET", path, {}, true).body;
    if (body.contains(text) || std::chrono::steady_clock::now() > end) return body;
    std::this_thread::sleep_for(50ms);
  }
}

void await_notices(const ServerProcess& server, const std::string& order) {
  const auto end = std::chrono::steady_clock::now() + 20s;
  const auto are_pending = [&] {
    const auto body = server.send("GET", "/api/admin/orders/" + order, {}, true).body;
    return body.find(R"("status":"pending")", body.find(R"("notices":[)")) != std::string::npos;
  };
  while (are_pending() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(20ms);
}

// What only years would bring: a message that was set aside about the order, another of which no
// order came, and an order in the archive.
void add_to_store(const std::filesystem::path& data, const Id& order) {
  const process::ServiceSet services{process::Settings{}};
  SqliteOptions options;
  options.path = (data / "oms.db").string();
  const auto store = SqliteStore::open(options, services.types());
  ASSERT_TRUE(store) << store.error().detail;
  const Recipient recipient{.name = name, .address = {.lines = {street}}, .note = note};
  const orders::Order archived{.id = Id::child_of(order, 3),
                               .customer_id = "c1",
                               .saga = "food",
                               .version = 1,
                               .status = OrderStatus::completed,
                               .total = 900,
                               .currency = "usd",
                               .customer = {.name = name, .email = mail},
                               .note = note};
  std::vector<Change> changes;
  for (auto record :
       {make_record(runtime::DeadLetter{.id = Id::child_of(order, 1),
                                        .order_id = order,
                                        .reason = "a trial",
                                        .payload = DeliverOrder{.recipient = recipient}}),
        make_record(runtime::DeadLetter{
            .id = Id::child_of(order, 2),
            .order_id = Id::child_of(order, 2),
            .reason = "a trial",
            .payload = PlaceOrder{.customer_id = "c1",
                                  .lines = {{.product_id = "1", .note = line_note}},
                                  .customer = {.name = name, .phone_number = phone}}}),
        make_record(orders::ArchivedOrder{.id = archived.id, .customer_id = "c1"})}) {
    const auto key = record.key();
    changes.push_back({.key = key, .record = std::move(record)});
  }
  std::ranges::sort(changes, std::less<>{}, &Change::key);
  ASSERT_TRUE((*store)->commit(changes));
  std::string line;
  write_json_compact(archived, line);
  std::ofstream{data / "archive.jsonl"} << line << '\n';
}

TEST(ErasureCanary, IsSeenNowhere) {
  ServerProcess server{{"--kitchen-time", "0", "--delivery-time", "0", "--pickup-time", "0"}};

  const auto live = field(place_once(server, food("delivery")).body, "orderID");
  const auto refused = server.send("DELETE", data_path, {}, true);
  EXPECT_EQ(refused.status, 409);
  EXPECT_TRUE(refused.body.contains(live)) << refused.body;
  EXPECT_EQ(pay(server, live), "completed");
  const auto pickup = field(server.send("POST", orders_path, food("pickup")).body, "orderID");
  EXPECT_EQ(pay(server, pickup), "completed");
  const auto cancelled = field(server.send("POST", orders_path, food("delivery")).body, "orderID");
  await_status(server, "c1", cancelled, "waiting_payment");
  server.send("POST", orders_path + "/" + cancelled + "/cancel");
  await_status(server, "c1", cancelled, "cancelled");
  ASSERT_EQ(server
                .send("POST", "/oms/orders",
                      R"({"userId":"c1","orderItems":[{"productId":"1","quantity":1}]})")
                .status,
            201);

  const auto chained = server.send(
      "POST", "/order",
      R"({"customer":{)" + contact +
          R"(},"items":[{"id":1,"quantity":1}],"paymentDetails":{"name":"A","cardNumber":"1234",)"
          R"("expiryDate":"12/30","cvv":"123"}})");
  ASSERT_EQ(chained.status, 201) << chained.body;
  const auto chained_order = field(chained.body, "id");
  const auto chained_customer =
      field(await(server, "/api/admin/orders/" + chained_order, "completed"), "customerID");
  ASSERT_EQ(
      server.send("POST", "/customers", R"({"fullName":")" + name + R"(","balance":1000})").status,
      201);
  const auto account_order =
      field(server
                .send("POST", "/orders",
                      R"({"customerId":1,"items":[{"productId":1,"quantity":1,"price":450}]})")
                .body,
            "id");
  await(server, "/orders/" + account_order, "Confirm");
  for (const auto& order : {live, pickup, cancelled, chained_order}) await_notices(server, order);

  EXPECT_EQ(server.stop(), 0);
  add_to_store(server.data(), *Id::parse(live));
  EXPECT_GE(sightings_in_files(server).size(), 3U) << "this finds what is there";
  server.start();
  EXPECT_FALSE(sightings(server.send("GET", "/order").body, "/order").empty());

  // A server that dies in the middle goes on with it.
  EXPECT_EQ(server.send("DELETE", data_path, {}, true).status, 202);
  server.kill();
  server.start();
  EXPECT_TRUE(await(server, data_path, "erasedAt").contains("erasedAt"));
  for (const auto& id : {chained_customer, std::string{"1"}, std::string{"c1"}}) {
    const auto ran = server.run({"customer", "erase", id, "--reason", "asked for it"});
    EXPECT_EQ(ran.code, 0) << ran.output;
  }

  EXPECT_EQ(sightings_in_files(server), std::vector<std::string>{}) << "while it runs";
  std::string answers = place_once(server, food("delivery")).body;
  EXPECT_EQ(field(answers, "orderID"), live) << "the first answer, once more";
  for (const auto& order : {live, pickup, cancelled, chained_order, account_order}) {
    answers += server.send("GET", "/api/admin/orders/" + order, {}, true).body;
    answers += server.send("GET", orders_path + "/" + order).body;
    answers += server.send("GET", orders_path + "/" + order + "/history").body;
  }
  for (const std::string& path :
       {orders_path, std::string{"/order"}, std::string{"/customers/1"}, "/orders/" + account_order,
        std::string{"/metrics"}, data_path, std::string{"/api/admin/orders"},
        std::string{"/api/admin/tickets"}, std::string{"/api/admin/deliveries"},
        std::string{"/api/admin/sagas"}, std::string{"/api/admin/dead-letters"},
        std::string{"/api/admin/audit"}}) {
    answers += server.send("GET", path, {}, true).body;
  }
  EXPECT_EQ(sightings(answers, "an answer"), std::vector<std::string>{});
  EXPECT_EQ(field(server.send("GET", "/customers/1").body, "balance"), "550") << "the money stays";
  EXPECT_EQ(field(server.send("GET", orders_path + "/" + live).body, "total"), "900");
  const auto audit = server.run({"audit", "--subject", "c1"}).output;
  EXPECT_TRUE(audit.contains("EraseCustomer") && audit.contains("asked for it")) << audit;
  EXPECT_TRUE(all_of(server.data() / "archive.jsonl").contains(R"("total":900)"));

  const auto checked = server.run({"check", "--quiescent", "--wait", "10"});
  EXPECT_EQ(checked.code, 0) << checked.output;
  EXPECT_EQ(server.stop(), 0);
  EXPECT_EQ(sightings_in_files(server), std::vector<std::string>{}) << "and afterwards";
}

}  // namespace
}  // namespace oms::testing
