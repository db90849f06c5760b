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
    EXPECT_EQ(scope_of(route).empty(), !is_theirs) << route.method << ' ' << route.pattern;
  }
}

}  // namespace
}  // namespace oms::edge
