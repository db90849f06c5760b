// The real binary where callers prove who they are by a JSON Web Token.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "adapters/crypto/crypto.h"
#include "tests/support/base64url.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

// 32 bytes, in base64 for URLs.
const std::string secret(32, 'A');
constexpr auto secret_in_set = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE";

std::string token_of(const std::string& subject, const std::string& more = {},
                     std::chrono::seconds lasts = std::chrono::hours{1}) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const auto text = base64url(R"({"alg":"HS256","kid":"k"})") + "." +
                    base64url(R"({"sub":")" + subject + R"(","aud":"shop","exp":)" +
                              std::to_string((now + lasts).count()) + more + "}");
  const auto digest = HmacSha256{secret}.of({text});
  return text + "." + base64url(std::string{digest.begin(), digest.end()});
}

class Authenticated : public ::testing::Test {
 protected:
  Authenticated()
      : keys_(std::filesystem::temp_directory_path() /
              ("oms-keys-" + std::to_string(::getpid()) + ".json")) {
    std::ofstream{keys_} << R"({"keys":[{"kty":"oct","kid":"k","k":")" << secret_in_set
                         << R"("}]})";
    server_ = std::make_unique<ServerProcess>(ServerProcess::Flags{
        "--auth", "jwt", "--auth-keys", keys_.string(), "--auth-audience", "shop"});
  }
  ~Authenticated() override { std::filesystem::remove(keys_); }

  HttpResponse send(std::string_view method, std::string_view path, const std::string& token,
                    std::string_view body = {}) const {
    HttpClient::Headers headers{{"Content-Type", "application/json"}};
    if (!token.empty()) headers.emplace_back("Authorization", "Bearer " + token);
    return HttpClient::to(server_->url())->send(method, path, headers, body).value();
  }

  std::filesystem::path keys_;
  std::unique_ptr<ServerProcess> server_;
};

TEST_F(Authenticated, CustomersSeeTheirOwnOrdersAndNobodyElses) {
  const std::string orders = "/api/customers/c1/orders";
  const std::string body = R"({"items":[{"productID":"1","quantity":1}]})";
  EXPECT_EQ(send("POST", orders, "", body).status, 401);
  EXPECT_EQ(send("POST", orders, token_of("c2"), body).status, 404);
  const auto placed = send("POST", orders, token_of("c1"), body);
  ASSERT_EQ(placed.status, 201) << placed.body;
  const auto one = orders + "/" + field(placed.body, "orderID");
  EXPECT_EQ(send("GET", one, token_of("c1")).status, 200);
  const auto of_another = send("GET", one, token_of("c2"));
  const auto missing = send("GET", orders + "/0123456789abcdef01234567", token_of("c1"));
  EXPECT_EQ(of_another.status, 404);
  EXPECT_EQ(of_another.body, missing.body) << "the same to the byte";
}

TEST_F(Authenticated, TokensThatAreNotGoodAreRefused) {
  const std::string orders = "/api/customers/c1/orders";
  EXPECT_THAT(send("GET", orders, token_of("c1", "", std::chrono::seconds{-120})).body,
              HasSubstr("expired"));
  EXPECT_EQ(send("GET", orders, token_of("c1") + "x").status, 401);
  const auto unsigned_one = base64url(R"({"alg":"none","kid":"k"})") + "." +
                            base64url(R"({"sub":"c1","aud":"shop","exp":9999999999})") + ".";
  EXPECT_EQ(send("GET", orders, unsigned_one).status, 401);
}

TEST_F(Authenticated, OperatorsDoWhatTheirScopesSay) {
  const auto viewer = token_of("s1", R"(,"roles":["viewer"])");
  EXPECT_EQ(send("GET", "/api/admin/stock", viewer).status, 200);
  EXPECT_EQ(send("POST", "/api/admin/stock/1/restock", viewer, R"({"quantity":1})").status, 403);
  const auto clerk = token_of("s2", R"(,"scope":"stock:write")");
  EXPECT_EQ(send("POST", "/api/admin/stock/1/restock", clerk, R"({"quantity":1})").status, 200);
  EXPECT_EQ(send("GET", "/api/admin/orders", clerk).status, 403);
  EXPECT_EQ(send("GET", "/api/admin/orders", token_of("c1")).status, 403);
  EXPECT_EQ(send("GET", "/api/admin/orders", server_->token()).status, 200);
}

TEST(RateLimit, TellsAClientWhatItHasLeftAndThenToWait) {
  const ServerProcess server{{"--rate-limit", "3"}};
  for (int left = 2; left >= 0; --left) {
    const auto answer = server.send("GET", "/api/menu");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.headers,
                Contains(Pair("ratelimit", StartsWith(R"("client";r=)" + std::to_string(left)))));
  }
  const auto refused = server.send("GET", "/api/menu");
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.body, HasSubstr("3 requests a minute"));
  EXPECT_EQ(server.send("GET", "/livez").status, 200) << "is no client's";
}

TEST(Authentication, NeedsKeysThatCanBeUsed) {
  const ServerProcess server;
  const auto without = server.run({"up", "--auth", "jwt"});
  EXPECT_EQ(without.code, 2);
  EXPECT_THAT(without.output, HasSubstr("--auth-keys"));
  EXPECT_THAT(without.output, HasSubstr("needs --auth-audience"));
}

}  // namespace
}  // namespace oms::testing
