// Who may erase a customer, when that is refused, and what is told of it.
#include <gtest/gtest.h>

#include "edge/routes.h"
#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;

constexpr const char* path = "/api/admin/customers/c1/personal-data";

SubmitUnless erasing() {
  Request request{"DELETE", path};
  return request.by_operator().plan_as<SubmitUnless>();
}

std::optional<HttpResponse> objection_to(OrderView order) {
  return erasing().objection({.records = {found(placed_order()), found(std::move(order))}});
}

OrderView ended(OrderStatus status) {
  auto order = placed_order();
  order.status = status;
  return order;
}

TEST(ErasureApi, IsForOperatorsWithTheScopeOfCustomers) {
  EXPECT_EQ(Request("DELETE", path).answer().status, 401);
  EXPECT_EQ(Request("GET", path).answer().status, 401);
  const auto match = find_route("DELETE", path);
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(scope_of(*match.route), "customers:write");
}

TEST(ErasureApi, LooksThroughAllOrdersOfTheCustomerAndGoesOnRecord) {
  const auto plan = erasing();
  EXPECT_EQ(plan.query.column, "customer_id");
  EXPECT_EQ(plan.query.value, "c1");
  const auto& message = plan.submit.message;
  EXPECT_EQ(std::get<EraseCustomer>(message.payload).customer_id, "c1");
  EXPECT_EQ(message.by.value().who, "operator");
  EXPECT_FALSE(message.order_id.is_nil()) << "the erasure's own";
}

TEST(ErasureApi, NamesTheOrderThatIsUnderWay) {
  const auto plan = erasing();
  const auto refused = plan.objection({.records = {found(placed_order())}});
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 409);
  EXPECT_TRUE(refused->body.contains(order_text)) << refused->body;
  for (const auto status : {OrderStatus::completed, OrderStatus::cancelled}) {
    EXPECT_FALSE(plan.objection({.records = {found(ended(status))}}));
  }
  auto refunding = ended(OrderStatus::completed);
  refunding.requested_refunds = {{.change = 1}};
  EXPECT_TRUE(plan.objection({.records = {found(refunding)}}));
  auto revised = ended(OrderStatus::completed);
  revised.revision = RevisionState{.change = 1};
  EXPECT_TRUE(plan.objection({.records = {found(revised)}}));
  EXPECT_TRUE(objection_to(ended(OrderStatus::completed))) << "any of them";
}

TEST(ErasureApi, TellsHowFarItIs) {
  const ErasedCustomerView open{.id = "c1", .asked_at = noon};
  const auto begun = erasing().submit.render(make_record(open));
  EXPECT_EQ(begun.status, 202);
  EXPECT_EQ(begun.body,
            R"({"customerID":"c1","status":"erasing","requestedAt":"2026-01-01T12:00:00.000Z"})");
  Request request{"GET", path};
  const auto get = request.by_operator().plan_as<Get>();
  auto over = open;
  over.erased_at = noon;
  EXPECT_EQ(get.render({found(over)}).body,
            R"({"customerID":"c1","status":"erased","requestedAt":"2026-01-01T12:00:00.000Z",)"
            R"("erasedAt":"2026-01-01T12:00:00.000Z"})");
  EXPECT_EQ(get.render({Found{}}).status, 404);
}

}  // namespace
}  // namespace oms::edge
