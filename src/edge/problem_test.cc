#include "edge/problem.h"

#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using samples::header;

TEST(Problem, SaysWhatIsWrongAndWhere) {
  const auto response =
      problem(Error{ErrorKind::invalid, "must be at least 1", "/items/0/quantity"});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"urn:oms:problem:invalid-request","title":"Invalid request",)"
            R"("status":400,"detail":"must be at least 1",)"
            R"("errors":[{"detail":"must be at least 1","pointer":"#/items/0/quantity"}]})");
}

TEST(Problem, EachKindOfErrorHasItsStatus) {
  const auto status = [](ErrorKind kind) { return problem(Error{kind, "x"}).status; };
  EXPECT_EQ(status(ErrorKind::invalid), 400);
  EXPECT_EQ(status(ErrorKind::unauthorized), 401);
  EXPECT_EQ(status(ErrorKind::not_found), 404);
  EXPECT_EQ(status(ErrorKind::conflict), 409);
  EXPECT_EQ(status(ErrorKind::gone), 410);
  EXPECT_EQ(status(ErrorKind::too_large), 413);
  EXPECT_EQ(status(ErrorKind::unprocessable), 422);
  EXPECT_EQ(status(ErrorKind::rate_limited), 429);
  EXPECT_EQ(status(ErrorKind::internal), 500);
  EXPECT_EQ(status(ErrorKind::unavailable), 503);
}

TEST(Problem, SaysWhenToComeBack) {
  EXPECT_EQ(header(problem(Error{ErrorKind::unavailable, ""}), "Retry-After"), "1");
  EXPECT_EQ(header(problem(Error{ErrorKind::rate_limited, ""}), "Retry-After"), "1");
  EXPECT_EQ(header(problem(Error{ErrorKind::conflict, ""}), "Retry-After"), "");
}

TEST(Problem, AFailureOfOursKeepsItsInsidesToItself) {
  for (const auto kind : {ErrorKind::internal, ErrorKind::unavailable}) {
    EXPECT_FALSE(problem(Error{kind, "/data/oms.db: disk I/O error"}).body.contains("oms.db"));
  }
}

TEST(Problem, OfAFailureOfOursTakesItsCauseAlongForTheLog) {
  for (const auto kind : {ErrorKind::internal, ErrorKind::unavailable}) {
    const auto response = problem(Error{kind, "disk I/O error"});
    ASSERT_NE(response.failure, nullptr);
    EXPECT_EQ(response.failure->kind, kind);
    EXPECT_EQ(response.failure->detail, "disk I/O error");
  }
  EXPECT_EQ(problem(Error{ErrorKind::conflict, "x"}).failure, nullptr);
  EXPECT_EQ(unexpected_reply("order").failure->detail, "the reply holds no order");
}

TEST(Problem, OfAFailureThatIsLoggedSaysWhere) {
  const Error error{ErrorKind::internal, "disk I/O error"};
  const auto response = logged_problem(error, samples::order_id);
  EXPECT_EQ(response.status, 500);
  EXPECT_TRUE(response.body.ends_with(R"("instance":"urn:oms:failure:65a000000000000000000001"})"));
  EXPECT_FALSE(response.body.contains("disk"));
}

TEST(Problem, EscapesWhatItRepeats) {
  const auto body = problem(Error{ErrorKind::invalid, "no \"<b>\"\r\n", "/a b\"#"}).body;
  EXPECT_TRUE(body.contains(R"("detail":"no \"<b>\"\r\n")")) << body;
  EXPECT_TRUE(body.contains(R"("pointer":"#/a%20b%22%23")")) << body;
}

}  // namespace
}  // namespace oms::edge
