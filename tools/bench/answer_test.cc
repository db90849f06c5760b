#include "tools/bench/answer.h"

#include <gtest/gtest.h>

#include <string>

namespace oms::bench {
namespace {

constexpr std::string_view whole =
    "HTTP/1.1 201 Created\r\nServer: x\r\ncontent-LENGTH: 5\r\nETag: \"1\"\r\n\r\nhello";

TEST(ParseAnswer, TellsStatusBodyAndSize) {
  Answer answer;
  std::size_t size = 0;
  const auto received = std::string{whole} + "HTTP/1.1 200";
  ASSERT_EQ(parse_answer(received, answer, size), Parsed::complete);
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(size, whole.size());
}

TEST(ParseAnswer, WaitsForEveryByte) {
  Answer answer;
  std::size_t size = 0;
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    EXPECT_EQ(parse_answer(whole.substr(0, cut), answer, size), Parsed::incomplete) << cut;
  }
}

TEST(ParseAnswer, TakesAnAnswerWithoutABody) {
  Answer answer;
  std::size_t size = 0;
  EXPECT_EQ(parse_answer("HTTP/1.1 204 No Content\r\n\r\n", answer, size), Parsed::complete);
  EXPECT_EQ(answer.status, 204);
  EXPECT_TRUE(answer.body.empty());
}

TEST(ParseAnswer, RefusesWhatIsNoAnswer) {
  Answer answer;
  std::size_t size = 0;
  EXPECT_EQ(parse_answer("SMTP ready\r\n\r\n", answer, size), Parsed::broken);
  EXPECT_EQ(parse_answer("HTTP/1.1 abc\r\n\r\n", answer, size), Parsed::broken);
}

TEST(QuotedAfter, TakesTheFirstText) {
  EXPECT_EQ(quoted_after(R"({"a":"x","status":"paid","b":1})", R"("status":")"), "paid");
  EXPECT_EQ(quoted_after(R"({"a":"x"})", R"("status":")"), "");
}

}  // namespace
}  // namespace oms::bench
