// Who may call what where callers prove who they are, and where they do not.
#include "edge/caller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/routes.h"
#include "edge/samples.h"

namespace oms::edge {
namespace {

using samples::Request;
using ::testing::HasSubstr;

// Takes the tokens "customer c1" and "staff s1 stock:read orders:read", and no others.
class ToyIdentities final : public Identities {
 public:
  Result<Identity> verify(std::string_view token, Time) const override {
    if (token == "c1") return Identity{.subject = "c1"};
    if (token == "c2") return Identity{.subject = "c2"};
    if (token == "clerk") return Identity{.subject = "s2", .scopes = {"orders:operate"}};
    if (token == "teller") return Identity{.subject = "s3", .scopes = {"customers:write"}};
    if (token.starts_with("sub ")) return Identity{.subject = std::string{token.substr(4)}};
    if (token == "staff") return Identity{.subject = "s1", .scopes = {"stock:read", "orders:read"}};
    return fail(ErrorKind::unauthorized, "the token has expired: sign in again");
  }
};

class Callers : public ::testing::Test {
 protected:
  Request request(std::string method, std::string path, std::string token = {},
                  std::string body = {}) const {
    auto settings = samples::settings();
    settings.identities = &identities;
    Request made{std::move(method), std::move(path), std::move(body)};
    made.under(std::move(settings)).from_afar();
    if (!token.empty()) made.with("authorization", "Bearer " + token);
    return made;
  }
  // 200: it would be carried out.
  int status(const Request& asked) const {
    const auto plan = asked.plan();
    const auto* answer = std::get_if<HttpResponse>(&plan);
    return answer != nullptr ? answer->status : 200;
  }

  ToyIdentities identities;
  std::string order = "/" + samples::order_id.text();
};

TEST_F(Callers, MustSayWhoTheyAreToSeeACustomersOrders) {
  const auto mine = "/api/customers/c1/orders" + order;
  EXPECT_EQ(status(request("GET", mine)), 401);
  EXPECT_EQ(status(request("GET", mine, "old")), 401);
  EXPECT_EQ(status(request("GET", mine, "c1")), 200);
  EXPECT_EQ(status(request("GET", mine, "c2")), 404) << "as one that does not exist";
  EXPECT_EQ(status(request("GET", mine, "staff")), 404);
  EXPECT_EQ(status(request("GET", mine, std::string{samples::token})), 200);
}

TEST_F(Callers, OrderInTheirOwnNameOnly) {
  const auto body = R"({"userId":"c1","orderItems":[{"productId":"1","quantity":1}]})";
  EXPECT_EQ(status(request("POST", "/oms/orders", {}, body)), 401);
  EXPECT_EQ(status(request("POST", "/oms/orders", "c1", body)), 200);
  EXPECT_EQ(status(request("POST", "/oms/orders", "c2", body)), 403);
  const auto checkout = R"({"customerId":"c1","items":[{"productId":1,"quantity":1,"price":450}]})";
  EXPECT_EQ(status(request("POST", "/orders", "c1", checkout)), 200);
  EXPECT_EQ(status(request("POST", "/orders", "c2", checkout)), 403);
}

TEST_F(Callers, ChangeTheirOwnOrdersOnly) {
  const auto revise = request("PUT", "/oms/orders" + order, "c1", R"({"status":"CANCELED"})")
                          .message<ReviseOrder>();
  EXPECT_EQ(revise.customer_id, "c1");
  const auto cancel =
      request("PUT", "/orders" + order, "c1", R"({"status":"Cancel"})").message<CancelOrder>();
  EXPECT_EQ(cancel.customer_id, "c1");
}

TEST_F(Callers, SeeTheirOwnOrdersOnlyThroughOtherFaces) {
  auto view = samples::placed_order();
  view.face = Face::fulfilment;
  for (const auto& [token, expected] :
       std::vector<std::pair<std::string, int>>{{"c1", 200}, {"c2", 404}}) {
    const auto get = request("GET", "/oms/orders" + order, token).plan_as<Get>();
    EXPECT_EQ(get.render({samples::found(view)}).status, expected);
  }
}

TEST_F(Callers, ActForOthersByTheScopeOfWhatIsAsked) {
  auto view = samples::placed_order();
  for (const auto& [face, path] : std::vector<std::pair<Face, std::string>>{
           {Face::fulfilment, "/oms/orders"}, {Face::coordinator, "/orders"}}) {
    view.face = face;
    const auto status_for = [&](const char* token) {
      const auto get = request("GET", path + order, token).plan_as<Get>();
      return get.render({samples::found(view)}).status;
    };
    EXPECT_EQ(status_for("staff"), 200) << path;
    EXPECT_EQ(status_for("clerk"), 404) << "who works on orders may not be one who reads them all";
  }
  const auto all = request("PUT", "/oms/orders" + order, "clerk", R"({"status":"EXECUTED"})")
                       .message<ReviseOrder>();
  EXPECT_EQ(all.customer_id, "") << "anybody's";
  EXPECT_EQ(request("GET", "/order", "staff").plan_as<List>().query.column, "event_chain");
  EXPECT_EQ(request("GET", "/order", "c1").plan_as<List>().query.value, "c1");
  const auto body = R"({"userId":"c1","orderItems":[{"productId":"1","quantity":1}]})";
  EXPECT_EQ(status(request("POST", "/oms/orders", "clerk", body)), 200);
  EXPECT_EQ(status(request("GET", "/customers/c1", "teller")), 200);
  EXPECT_THAT(request("GET", "/customers/c1", "c2").refusal(), HasSubstr("no such customer"));
}

TEST_F(Callers, WithoutTheScopeAreForbiddenWhatTheyHaveSignedInFor) {
  const auto put = [&](std::string token) {
    return request("PUT", "/oms/orders" + order, std::move(token), R"({"status":"EXECUTED"})");
  };
  EXPECT_THAT(put("c1").refusal(), HasSubstr("orders:operate"));
  EXPECT_EQ(status(put("c1")), 403);
  EXPECT_EQ(status(put("")), 401);
}

TEST_F(Callers, WhoOperateAreOnRecordWhateverTheRoute) {
  const auto by = [&](const char* token, const char* reason = "the customer called") {
    auto asked = request("PUT", "/orders" + order, token, R"({"status":"Cancel"})");
    return asked.with("audit-reason", reason).plan_as<Submit>().message.by;
  };
  EXPECT_FALSE(by("c1"));
  ASSERT_TRUE(by("clerk"));
  EXPECT_EQ(by("clerk")->who, "s2");
  EXPECT_EQ(by("clerk")->reason, "the customer called");
  EXPECT_EQ(by(std::string{samples::token}.c_str())->who, "operator");
  auto asked = request("PUT", "/orders" + order, "clerk", R"({"status":"Cancel"})");
  const auto refused = asked.with("audit-reason", "card 4242 4242 4242 4242").answer();
  EXPECT_EQ(refused.status, 400);
  EXPECT_FALSE(refused.body.contains("4242")) << refused.body;
}

TEST_F(Callers, AreCustomersByNamesThatMayBeOne) {
  for (const auto& sub : {std::string(64, 'a'), std::string{"a/b"}, std::string{".."},
                          std::string{"a\nb"}, std::string{"a\xff"}}) {
    const auto refused = request("GET", "/api/admin/stock", "sub " + sub).answer();
    EXPECT_EQ(refused.status, 401) << sub;
    EXPECT_THAT(refused.body, HasSubstr("the token's sub is no customer's id")) << sub;
  }
  EXPECT_EQ(status(request("GET", "/api/customers/Zo\u00eb/orders", "sub Zo\u00eb")), 200);
}

TEST_F(Callers, OfOnePathWithOneKeyAreNotMistakenForEachOther) {
  const auto key_of = [&](const char* token) {
    auto asked = request("POST", "/customers", token, R"({"fullName":"Ann","balance":0})");
    return asked.with("idempotency-key", "k1").plan_as<Submit>().message.once.value().key;
  };
  EXPECT_EQ(key_of("teller"), key_of("teller"));
  EXPECT_NE(key_of("teller"), key_of(std::string{samples::token}.c_str()));
}

TEST(Published, AShopAnswersNobodyWhoProvesNothing) {
  auto published = samples::settings();
  published.is_published = true;
  const auto status = [&](Request request) {
    const auto plan = request.under(published).plan();
    const auto* answer = std::get_if<HttpResponse>(&plan);
    return answer != nullptr ? answer->status : 200;
  };
  const auto path = "/orders/" + samples::order_id.text();
  EXPECT_EQ(status({"GET", path}), 403) << "it may have come by a proxy that says nothing";
  EXPECT_EQ(status({"GET", "/order"}), 403);
  EXPECT_EQ(status({"POST", "/products", R"({"name":"A","price":1})"}), 401);
  EXPECT_EQ(status({"GET", "/api/menu"}), 200);
  EXPECT_EQ(status(Request{"GET", path}.by_operator()), 200);
  EXPECT_EQ(status(Request{"GET", path}.by_operator().from_afar()), 403) << "on loopback only";
}

TEST(Published, AProxyThatSaysSoIsNotThisMachine) {
  for (const auto* name : {"forwarded", "x-forwarded-for", "x-real-ip", "via"}) {
    EXPECT_EQ((Request{"GET", "/order"}.with(name, "x").answer().status), 403) << name;
  }
}

TEST_F(Callers, NeedTheScopeOfWhatTheyOperate) {
  EXPECT_EQ(status(request("GET", "/api/admin/stock")), 401);
  EXPECT_EQ(status(request("GET", "/api/admin/stock", "staff")), 200);
  EXPECT_THAT(request("POST", "/api/admin/stock/1/restock", "staff", R"({"quantity":1})").refusal(),
              HasSubstr("403"));
  EXPECT_THAT(request("POST", "/products", "staff", "{}").refusal(), HasSubstr("stock:write"));
  EXPECT_EQ(status(request("GET", "/api/admin/stock", "c1")), 403);
  EXPECT_EQ(status(request("GET", "/api/admin/stock", std::string{samples::token})), 200);
}

TEST_F(Callers, NeedNoTokenForWhatEverybodySees) {
  EXPECT_EQ(status(request("GET", "/api/menu")), 200);
}

TEST(Scopes, EveryRouteOfOperatorsHasOne) {
  for (const auto& route : routes()) {
    const bool is_theirs =
        route.access == Access::operators || route.access == Access::nearby_or_operators;
    const bool is_customers_own = route.pattern.starts_with("/api/customers/");
    EXPECT_TRUE(!is_theirs || !scope_of(route).empty()) << route.method << ' ' << route.pattern;
    EXPECT_TRUE(!is_customers_own || scope_of(route).empty()) << route.pattern;
  }
}

TEST(Scopes, OfOtherFacesLetTheirBearersActForOthers) {
  const auto scope = [](const char* method, const char* path) {
    return scope_of(*find_route(method, path).route);
  };
  EXPECT_EQ(scope("GET", "/oms/orders/1"), "orders:read");
  EXPECT_EQ(scope("PUT", "/orders/1"), "orders:operate");
  EXPECT_EQ(scope("POST", "/order"), "orders:operate");
  EXPECT_EQ(scope("GET", "/customers/1"), "customers:write");
}

}  // namespace
}  // namespace oms::edge
