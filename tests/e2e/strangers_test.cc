// What strangers may send, and how the server behaves when all is taken or something breaks.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/http/authority.h"
#include "adapters/http/test_server.h"
#include "adapters/sqlite_connection/connection.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::uint16_t port_of(const ServerProcess& server) {
  return http1::parse_authority(server.url().substr(std::string_view{"http://"}.size()))
      ->port.value();
}

RawClient connect(const ServerProcess& server) {
  return RawClient{port_of(server)};
}

// What is answered to these bytes, after which the connection must end.
std::string talk(const ServerProcess& server, std::string_view bytes) {
  auto client = connect(server);
  client.send(bytes);
  return client.read_to_end();
}

std::string request(std::string_view line, std::string_view host, std::string_view body = {}) {
  return std::string{line} + " HTTP/1.1\r\nHost: " + std::string{host} +
         "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string{body};
}

std::string log_of(const ServerProcess& server) {
  std::ostringstream text;
  text << std::ifstream{server.data() / "log.txt"}.rdbuf();
  return text.str();
}

constexpr std::string_view new_order = R"([{"productID":"1","quantity":1}])";

TEST(Host, OfAnAttackerIsRefusedEverywhere) {
  const ServerProcess server;
  for (const auto* line :
       {"GET /", "GET /api/menu", "POST /api/customers/c1/orders", "GET /checkout/cs_test_1",
        "GET /checkout/cs_test_1/session", "POST /webhook", "GET /api/admin/orders/stream",
        "GET /livez", "GET /metrics", "OPTIONS *", "GET /none", "GET http://evil.example/"}) {
    EXPECT_THAT(talk(server, request(line, "evil.example", new_order)),
                AllOf(StartsWith("HTTP/1.1 421 Misdirected Request\r\n"),
                      HasSubstr("application/problem+json"), HasSubstr("evil.example"),
                      HasSubstr("127.0.0.0/8"), HasSubstr("--allow-host")))
        << line;
  }
  EXPECT_EQ(field(server.send("GET", "/api/customers/c1/orders").body, "orderID"), "");
}

TEST(Host, IsLoopbackUnlessTheSettingsNameMore) {
  const ServerProcess server{
      {"--base-url", "https://Shop.Example", "--allow-host", "oms.internal,10.0.0.7"}};
  for (const auto* host : {"localhost", "LOCALHOST:1", "shop.localhost", "127.9.9.9", "[0:0::1]:80",
                           "shop.example", "SHOP.EXAMPLE.:443", "oms.internal", "10.0.0.7:80"}) {
    EXPECT_THAT(talk(server, request("GET /api/menu", host)), StartsWith("HTTP/1.1 200 ")) << host;
  }
  for (const auto* host :
       {"a.shop.example", "10.0.0.8", "127.0.0.1.evil.example", "localhost.evil", "[fe80::1]"}) {
    EXPECT_THAT(talk(server, request("GET /api/menu", host)), StartsWith("HTTP/1.1 421 ")) << host;
  }
  EXPECT_THAT(talk(server, request("GET /api/menu", "a b/")), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(talk(server, "GET /livez HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 200 "))
      << "a probe that names no host";
}

TEST(Host, OfTheTargetCounts) {
  const ServerProcess server;
  EXPECT_THAT(talk(server, request("GET http://localhost/api/menu", "evil.example")),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(talk(server, request("GET http://evil.example/api/menu", "localhost")),
              StartsWith("HTTP/1.1 421 "));
}

TEST(Fields, MayHoldOpaqueBytes) {
  const ServerProcess server;
  const auto answer = talk(server,
                           "POST /api/customers/c1/orders HTTP/1.1\r\nHost: localhost\r\n"
                           "Cookie: n=J\xfcrgen\r\nIdempotency-Key: J\xfcrgen\r\n"
                           "Connection: close\r\nContent-Length: 32\r\n\r\n" +
                               std::string{new_order});
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("Idempotency-Key"),
                            Not(HasSubstr("\xfc"))));
  EXPECT_THAT(talk(server,
                   "GET /api/menu HTTP/1.1\r\nHost: localhost\r\nCookie: n=J\xfcrgen\r\n"
                   "Connection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
}

TEST(Options, TellWhatAKnownPathAllows) {
  const ServerProcess server;
  const auto order = place(server, "c1", "1");
  const auto link = link_path(await_status(server, "c1", order, "waiting_payment"));
  const std::pair<std::string, std::string> paths[] = {
      {"/", "GET, HEAD"},
      {"/operator.html", "GET, HEAD"},
      {"/livez", "GET, HEAD"},
      {"/api/menu", "GET, HEAD"},
      {"/api/customers/c1/orders", "POST, GET, HEAD"},
      {"/api/admin/stock/1", "GET, HEAD, PUT, DELETE"},
      {"/webhook", "POST"},
      {link, "GET, HEAD"},
      {link + "/session", "GET, HEAD"},
      {link + "/pay", "POST"},
      {"*", "POST, GET, HEAD, PATCH, PUT, DELETE"}};
  for (const auto& [path, allowed] : paths) {
    EXPECT_THAT(talk(server, request("OPTIONS " + path, "localhost")),
                AllOf(StartsWith("HTTP/1.1 204 No Content\r\n"),
                      HasSubstr("\r\nAllow: " + allowed + "\r\n"), EndsWith("\r\n\r\n")))
        << path;
  }
  EXPECT_EQ(server.send("OPTIONS", "/nothing-here").status, 404);
}

TEST(Connections, AreKeptForProbesWhenAllAreTaken) {
  const ServerProcess server{{"--connections-max", "2"}};
  std::vector<RawClient> taken;
  for (int i = 0; i < 2; ++i) {
    taken.push_back(connect(server));
    taken.back().send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ASSERT_THAT(taken.back().read_until("ok\n"), StartsWith("HTTP/1.1 200 "));
  }
  EXPECT_THAT(talk(server, request("GET /api/menu", "localhost")), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(talk(server, request("GET /livez", "localhost")), EndsWith("ok\n"));
  EXPECT_THAT(talk(server, request("GET /readyz", "localhost")), EndsWith("ok\n"));
  EXPECT_THAT(talk(server, request("GET /metrics", "localhost")),
              HasSubstr("\noms_http_connections_refused_total 1\n"));
  EXPECT_THAT(log_of(server), HasSubstr("answered 503 (unavailable) to GET /api/menu: all 2 "
                                        "connections are taken"));
}

TEST(Connections, ThatAreIdleForLongerThanTheSettingAreClosed) {
  const ServerProcess server{{"--idle-timeout", "1s"}};
  auto client = connect(server);
  client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), EndsWith("ok\n"));
}

// An order that nothing more happens to, whose record is then spoilt on the disk.
std::string place_spoilt_order(ServerProcess& server) {
  auto order = place(server, "c1", "1");
  await_status(server, "c1", order, "waiting_payment");
  server.send("POST", "/api/customers/c1/orders/" + order + "/cancel");
  await_status(server, "c1", order, "cancelled");
  place(server, "c2", "1");
  EXPECT_EQ(server.stop(), 0);
  auto file =
      sqlite::Connection::open((server.data() / "oms.db").string(), sqlite::Access::read_write);
  EXPECT_TRUE(file && file->run("update orders_order set data = '{' where id = '" + order + "'"));
  server.start();
  return order;
}

TEST(Failure, IsInTheLogUnderTheIdThatItsCallerIsShown) {
  ServerProcess server;
  const auto order = place_spoilt_order(server);
  for (const std::string ending : {"", "/stream"}) {
    const auto answer = server.send("GET", "/api/customers/c1/orders/" + order + ending);
    EXPECT_EQ(answer.status, 500);
    const auto instance = field(answer.body, "instance");
    constexpr std::string_view scheme = "urn:oms:failure:";
    ASSERT_THAT(instance, StartsWith(std::string{scheme})) << answer.body;
    EXPECT_THAT(answer.body, Not(HasSubstr("cannot be read")));
    EXPECT_THAT(
        log_of(server),
        HasSubstr("failure " + instance.substr(scheme.size()) +
                  ": answered 500 (internal) to GET /api/customers/{customerID}/orders/"
                  "{orderID}" +
                  ending + ", order " + order + ": orders_order " + order + " cannot be read"));
  }
}

TEST(Stream, OfAnOrderThatIsOverIsNotFollowedAgain) {
  const ServerProcess server;
  const auto order = place(server, "c1", "1");
  await_status(server, "c1", order, "waiting_payment");
  server.send("POST", "/api/customers/c1/orders/" + order + "/cancel");
  const auto over = await_status(server, "c1", order, "cancelled");
  const auto version = std::stoll(field(over, "version"));
  const auto follow = [&](const std::string& seen) {
    return talk(server, "GET /api/customers/c1/orders/" + order +
                            "/stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                            (seen.empty() ? "" : "Last-Event-ID: " + seen + "\r\n") + "\r\n");
  };
  EXPECT_THAT(follow(std::to_string(version)), StartsWith("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(follow(std::to_string(version + 9)), StartsWith("HTTP/1.1 204 No Content\r\n"));
  for (const auto& seen : {std::string{}, std::to_string(version - 1), std::string{"x"}}) {
    EXPECT_THAT(follow(seen), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"),
                                    HasSubstr("id: " + std::to_string(version) + "\nevent: order"),
                                    EndsWith("event: end\ndata: {}\n\n")))
        << seen;
  }
}

TEST(Hangup, EndsTheServerAsTerminationDoes) {
  ServerProcess server;
  place(server, "c1", "1");
  EXPECT_EQ(server.stop(SIGHUP), 0);
  EXPECT_FALSE(std::filesystem::exists(server.data() / "server.json"));
}

TEST(Hangup, IsIgnoredUnderNohup) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  ServerProcess server;
  std::signal(SIGHUP, before);
  server.signal(SIGHUP);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(server.send("GET", "/readyz").status, 200);
  }
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace oms::testing
