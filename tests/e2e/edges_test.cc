#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <set>
#include <thread>

#include <sys/wait.h>

#include "adapters/curl/http_client.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/stripe/webhook_signature.h"
#include "process/service_set.h"
#include "process/system_clock.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using ::testing::IsSupersetOf;

std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST(Edges, AKnownPathWithAnotherMethodIs405WithAllow) {
  const ServerProcess server;
  const std::pair<const char*, const char*> wrong[] = {{"POST", "/"},
                                                       {"DELETE", "/operator.html"},
                                                       {"POST", "/openapi.yaml"},
                                                       {"POST", "/livez"},
                                                       {"PUT", "/readyz"},
                                                       {"POST", "/metrics"},
                                                       {"POST", "/checkout/cs_test_1"},
                                                       {"DELETE", "/api/menu"}};
  for (const auto& [method, path] : wrong) {
    const auto answer = server.send(method, path);
    EXPECT_EQ(answer.status, 405) << method << ' ' << path;
    EXPECT_EQ(header(answer, "allow"), "GET, HEAD") << method << ' ' << path;
  }
  const auto answer = server.send("GET", "/webhook");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(header(answer, "allow"), "POST");
  EXPECT_EQ(server.send("POST", "/nothing-here").status, 404);
}

TEST(Edges, ABrowserIsLedBackFromAPageThatIsNotThere) {
  const ServerProcess server;
  const auto client = HttpClient::to(server.url());
  const auto page = client->send("GET", "/nope.html", {{"Accept", "text/html,*/*;q=0.8"}}, "");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status, 404);
  EXPECT_TRUE(page->body.contains("<h1>There is no such page</h1>")) << page->body;
  const auto order = "/api/customers/c1/orders/65a000000102030405000001";
  for (const char* path : {"/nope.html", order}) {
    const auto problem = client->send("GET", path, {{"Accept", "*/*"}}, "");
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->status, 404);
    EXPECT_TRUE(problem->body.starts_with(R"({"type":"urn:oms:problem:not-found")")) << path;
  }
}

TEST(Edges, WhatIsWrittenIsTheOwnersAlone) {
  const ServerProcess server;
  std::filesystem::permissions(server.data(), std::filesystem::perms::all);
  const auto backup = server.data() / "backup.db";
  EXPECT_EQ(server.run({"backup", backup.string()}).code, 0);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{server.data()}) {
    ++files;
    const auto open = entry.status().permissions() & static_cast<std::filesystem::perms>(077);
    EXPECT_EQ(open, std::filesystem::perms::none) << entry.path();
  }
  EXPECT_GE(files, 9U);  // the databases with their logs, the lock, the secrets, the backup
}

TEST(Edges, ABackupHasTheProvidersLedgerBesideIt) {
  ServerProcess server{{"--kitchen-time", "0", "--delivery-time", "0"}};
  const auto order = place(server, "c1", "1");
  const auto session = link_path(await_status(server, "c1", order, "waiting_payment"));
  server.send("POST", session + "/pay", R"({"token":"tok_visa"})");
  await_status(server, "c1", order, "completed");
  const auto folder = server.data() / "backups";
  std::filesystem::create_directory(folder);
  const auto copy = folder / "monday.db";
  EXPECT_EQ(server.run({"backup", copy.string()}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder / "monday.provider.db"));
  const auto checked = server.run({"check", copy.string(), "--json"});
  EXPECT_EQ(checked.code, 0) << checked.output;
  EXPECT_EQ(field(checked.output, "sessions"), "1") << checked.output;
  EXPECT_EQ(server.run({"backup", copy.string()}).code, 3) << "it must not be overwritten";

  EXPECT_EQ(server.stop(), 0);
  for (const auto* name : {"oms.db", "provider.db"}) std::filesystem::remove(server.data() / name);
  std::filesystem::rename(copy, server.data() / "oms.db");
  std::filesystem::rename(folder / "monday.provider.db", server.data() / "provider.db");
  EXPECT_EQ(server.run({"check"}).code, 0) << "restored";
}

TEST(Edges, AnArchivedOrderIsGoneForItsCustomerAlone) {
  ServerProcess server;
  const auto order = place(server, "c1", "1");
  EXPECT_EQ(server.stop(), 0);
  auto id = order;
  id.back() = id.back() == '0' ? '1' : '0';
  auto elsewhere = order;
  elsewhere.back() = order.back() == '2' || order.back() == '3' ? '4' : '2';
  {
    const process::ServiceSet services{process::Settings{}};
    SqliteOptions options;
    options.path = (server.data() / "oms.db").string();
    const auto store = SqliteStore::open(options, services.types());
    ASSERT_TRUE(store) << store.error().detail;
    for (const auto& [text, face] :
         {std::pair{id, Face::customers}, std::pair{elsewhere, Face::fulfilment}}) {
      const auto record = make_record(
          orders::ArchivedOrder{.id = *Id::parse(text), .customer_id = "c1", .face = face});
      const std::vector<Change> changes{{.key = record.key(), .record = record}};
      ASSERT_TRUE((*store)->commit(changes));
    }
  }
  server.start();
  for (const auto& [method, ending] :
       {std::pair{"GET", ""}, std::pair{"GET", "/stream"}, std::pair{"POST", "/cancel"}}) {
    const auto path = "/orders/" + id + ending;
    EXPECT_EQ(server.send(method, "/api/customers/c1" + path).status, 410) << ending;
    EXPECT_EQ(server.send(method, "/api/customers/c2" + path).status, 404) << ending;
    const auto foreign = "/api/customers/c1/orders/" + elsewhere + ending;
    EXPECT_EQ(server.send(method, foreign).status, 404) << "placed by another interface" << ending;
  }
  EXPECT_EQ(server.send("POST", "/api/admin/orders/" + id + "/cancel", {}, true).status, 410);
}

TEST(Edges, AStreamBeginsAnewAfterAVersionThatNeverWas) {
  const ServerProcess server;
  const auto order = place(server, "c1", "1");
  await_status(server, "c1", order, "waiting_payment");
  const auto client = HttpClient::to(server.url(), {.silence = std::chrono::seconds{5}});
  std::string status;
  ASSERT_TRUE(client->follow_events("/api/customers/c1/orders/" + order + "/stream",
                                    {{"Last-Event-ID", "1000"}}, [&](const ServerEvent& event) {
                                      status = field(event.data, "status");
                                      return false;
                                    }));
  EXPECT_EQ(status, "waiting_payment");
}

TEST(Edges, AWatchedOrderShowsEachStepOnce) {
  const ServerProcess server{{"--kitchen-time", "0", "--delivery-time", "0"}};
  auto watch = std::async(std::launch::async, [&] {
    return server.run({"order", "place", "--customer", "c1", "1=2", "--address", "12 High Street",
                       "--city", "London", "--note", "Ring twice", "--watch"});
  });
  std::string link;
  for (int i = 0; i < 1000 && link.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
    link = link_path(server.send("GET", "/api/customers/c1/orders").body);
  }
  server.send("POST", link + "/pay", R"({"token":"tok_visa"})");
  const auto ran = watch.get();
  EXPECT_EQ(ran.code, 0) << ran.output;
  const auto steps = ran.output.find('\n');  // the status is in the first line, too
  for (const std::string status : {"pending", "paid", "preparing", "delivering"}) {
    const auto first = ran.output.find("  " + status, steps);
    ASSERT_NE(first, std::string::npos) << status << '\n' << ran.output;
    EXPECT_EQ(ran.output.find("  " + status, first + 1), std::string::npos) << ran.output;
  }
}

// The provider tells of an order that is not here. To be told again would not help.
TEST(Edges, AWebhookThatNoRuleCanDecideIsSetAsideOnce) {
  const ServerProcess server;
  std::string secret;
  std::getline(std::ifstream{server.data() / "webhook.secret"}, secret);
  const std::string body =
      R"({"id":"evt_1","object":"event","type":"checkout.session.completed","data":{"object":)"
      R"({"id":"cs_test_1","object":"checkout.session","amount_total":900,"currency":"usd",)"
      R"("client_reference_id":"65a000000102030405000001","payment_status":"paid"}}})";
  const auto signature =
      stripe::WebhookSignature{{secret}}.sign(body, process::SystemClock{}.wall());
  const auto client = HttpClient::to(server.url());
  for (int i = 0; i < 2; ++i) {
    const auto answer = client->send("POST", "/webhook", {{"Stripe-Signature", signature}}, body);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200) << answer->body;
  }
  const auto letters = server.send("GET", "/api/admin/dead-letters", {}, true).body;
  const auto reason = letters.find("there is no payment for this order");
  ASSERT_NE(reason, std::string::npos) << letters;
  EXPECT_EQ(letters.find("there is no payment", reason + 1), std::string::npos) << letters;
}

TEST(Edges, OutputThatCannotBeWrittenIsAFailure) {
  const int status = std::system(OMS_BINARY " version > /dev/full 2> /dev/null");  // NOLINT
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

TEST(Edges, AnEmptyKeyIsNoKey) {
  const ServerProcess server;
  const auto ran = server.run({"order", "place", "--customer", "c1", "1=1", "--key", ""});
  EXPECT_EQ(ran.code, 2) << ran.output;
  EXPECT_EQ(server.run({"order", "list", "--customer", "c1"}).code, 0);
  EXPECT_FALSE(server.send("GET", "/api/customers/c1/orders").body.contains("orderID"));
}

TEST(Edges, ThreadsHaveNames) {
  const ServerProcess server;
  place(server, "c1", "1");
  server.send("GET", "/api/menu");
  std::string description;
  std::getline(std::ifstream{server.data() / "server.json"}, description);
  std::set<std::string> names;
  const std::filesystem::path tasks{"/proc/" + field(description, "pid") + "/task"};
  for (const auto& task : std::filesystem::directory_iterator{tasks}) {
    std::string name;
    std::getline(std::ifstream{task.path() / "comm"}, name);
    names.insert(name);
  }
  EXPECT_THAT(names, IsSupersetOf({"oms-runtime", "oms-commit", "oms-sync", "oms-http-0",
                                   "oms-read", "oms-payments", "oms-notices", "oms-provider"}));
}

}  // namespace
}  // namespace oms::testing
