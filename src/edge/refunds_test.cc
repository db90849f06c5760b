// What the operator sends to refund, and how an order shows its refunds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/requests.h"
#include "edge/samples.h"
#include "edge/views.h"

namespace oms::edge {
namespace {

using namespace samples;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string path = "/api/admin/orders/" + std::string{order_text} + "/refunds";

Request ask(std::string body) {
  Request request{"POST", path, std::move(body)};
  request.by_operator();
  return request;
}

RefundOrder asked(std::string body) {
  return std::get<RefundOrder>(ask(std::move(body)).plan_as<Submit>().message.payload);
}

TEST(RefundRequest, SaysHowMuchInOneOfThreeWays) {
  const auto all = asked(R"({"everything":true,"returned":true,"reason":"lost"})");
  EXPECT_FALSE(all.amount);
  EXPECT_TRUE(all.lines.empty());
  EXPECT_TRUE(all.goods_come_back);
  EXPECT_EQ(all.reason, "lost");
  EXPECT_EQ(asked(R"({"amount":450,"reason":"cold"})").amount, 450);
  const auto some =
      asked(R"({"items":[{"line":2,"quantity":3,"returned":true},{"line":1,"quantity":1}],)"
            R"("reason":"cold"})");
  ASSERT_EQ(some.lines.size(), 2U);
  EXPECT_EQ(some.lines[0].line, 2);
  EXPECT_EQ(some.lines[0].quantity, 3);
  EXPECT_TRUE(some.lines[0].comes_back);
  EXPECT_FALSE(some.lines[1].comes_back);
}

TEST(RefundRequest, IsRefusedWhereItIsNotClear) {
  for (const char* body :
       {"", "{}", R"({"reason":"cold"})", R"({"everything":true})", R"({"amount":450})",
        R"({"everything":false,"reason":"cold"})", R"({"amount":0,"reason":"cold"})",
        R"({"amount":-5,"reason":"cold"})", R"({"amount":4.5,"reason":"cold"})",
        R"({"amount":450,"everything":true,"reason":"cold"})",
        R"({"amount":450,"items":[{"line":1,"quantity":1}],"reason":"cold"})",
        R"({"amount":450,"returned":true,"reason":"cold"})", R"({"items":[],"reason":"cold"})",
        R"({"items":[{"line":0,"quantity":1}],"reason":"cold"})",
        R"({"items":[{"line":1,"quantity":0}],"reason":"cold"})",
        R"({"items":[{"line":1}],"reason":"cold"})", R"({"amount":450,"reason":""})",
        R"({"amount":450,"reason":"cold","shelf":true})"}) {
    EXPECT_EQ(ask(body).answer().status, 400) << body;
  }
}

TEST(RefundRequest, IsTheOperatorsAlone) {
  const Request nobody{"POST", path, R"({"amount":450,"reason":"cold"})"};
  EXPECT_EQ(nobody.answer().status, 401);
}

TEST(RefundRequest, MayCarryAnIdempotencyKey) {
  const auto body = R"({"amount":450,"reason":"cold"})";
  EXPECT_FALSE(ask(body).plan_as<Submit>().message.once);
  EXPECT_TRUE(ask(body).with("idempotency-key", "k1").plan_as<Submit>().message.once);
}

TEST(RefundRequest, IsAnsweredWithTheOrder) {
  const auto submit = ask(R"({"amount":450,"reason":"cold"})").plan_as<Submit>();
  EXPECT_EQ(submit.render(make_record(placed_order())).status, 202);
  EXPECT_EQ(submit.render(fail(ErrorKind::conflict, "another refund")).status, 409);
  EXPECT_EQ(submit.render(fail(ErrorKind::gone, "too old")).status, 410);
  EXPECT_EQ(submit.render(fail(ErrorKind::unprocessable, "too much", "/amount")).status, 422);
}

TEST(ShownRefunds, AreThoseThatMovedMoneyAndThoseThatWereNotEvenTried) {
  auto order = placed_order();
  EXPECT_THAT(order_json(order), Not(HasSubstr("refunds")));
  order.refunds = {{.number = 1,
                    .amount = 100,
                    .status = RefundStatus::succeeded,
                    .initiated_by = Initiator::provider,
                    .provider_id = "re_1"},
                   {.number = 2, .amount = 50, .status = RefundStatus::succeeded, .change = 1}};
  order.requested_refunds = {{.change = 1,
                              .amount = 50,
                              .lines = {{.line = 1, .quantity = 2, .comes_back = true}},
                              .reason = "cold",
                              .status = ChangeStatus::done},
                             {.change = 2,
                              .amount = 70,
                              .reason = "goodwill",
                              .status = ChangeStatus::failed,
                              .failure = Reason::not_refundable},
                             {.change = 3, .amount = 7, .reason = "goodwill"}};
  const auto shown = order_json(order);
  EXPECT_THAT(shown, HasSubstr(R"("refunded":150,"refunds":[{"number":1,"amount":100,)"
                               R"("status":"succeeded","initiatedBy":"provider"},)"));
  EXPECT_THAT(shown,
              HasSubstr(R"({"number":2,"amount":50,"status":"succeeded","initiatedBy":"oms",)"
                        R"("reason":"cold","requestedAt":"1970-01-01T00:00:00.000Z",)"
                        R"("items":[{"line":1,"quantity":2,"returned":true}]})"));
  EXPECT_THAT(shown, HasSubstr(R"({"amount":70,"status":"failed","initiatedBy":"oms",)"
                               R"("reason":"goodwill","requestedAt":"1970-01-01T00:00:00.000Z",)"
                               R"("failure":"not_refundable"})"));
  EXPECT_THAT(shown, HasSubstr(R"({"amount":7,"status":"pending","initiatedBy":"oms")"));
}

}  // namespace
}  // namespace oms::edge
