#include "base/currency.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <sstream>

namespace oms {
namespace {

TEST(Currency, WritesAmountsWithItsDecimals) {
  EXPECT_EQ(amount_text(450, "usd"), "4.50");
  EXPECT_EQ(amount_text(5, "usd"), "0.05");
  EXPECT_EQ(amount_text(0, "usd"), "0.00");
  EXPECT_EQ(amount_text(-5, "usd"), "-0.05");
  EXPECT_EQ(amount_text(-1'234, "usd"), "-12.34");
  EXPECT_EQ(amount_text(450, "jpy"), "450");
  EXPECT_EQ(amount_text(450, "kwd"), "0.450");
  EXPECT_EQ(amount_text(12'345, "kwd"), "12.345");
  EXPECT_EQ(amount_text(std::numeric_limits<MinorUnits>::min(), "usd"), "-92233720368547758.08");
}

TEST(Currency, ReadsAmountsWithItsDecimals) {
  EXPECT_EQ(parse_amount("4.50", "usd"), 450);
  EXPECT_EQ(parse_amount("4.5", "usd"), 450);
  EXPECT_EQ(parse_amount("4", "usd"), 400);
  EXPECT_EQ(parse_amount("0.05", "usd"), 5);
  EXPECT_EQ(parse_amount("007", "usd"), 700);
  EXPECT_EQ(parse_amount("450", "jpy"), 450);
  EXPECT_EQ(parse_amount("4.5", "kwd"), 4'500);
  EXPECT_EQ(parse_amount("4.123", "kwd"), 4'123);
  EXPECT_EQ(parse_amount("92233720368547758.07", "usd"), std::numeric_limits<MinorUnits>::max());
}

TEST(Currency, RefusesMoreDecimalsThanItHas) {
  EXPECT_EQ(parse_amount("4.505", "usd").error().detail,
            "'4.505' has more decimals than usd, which has 2; write an amount such as 4.50");
  EXPECT_EQ(parse_amount("450.0", "jpy").error().detail,
            "'450.0' has more decimals than jpy, which has 0; write an amount such as 450");
  EXPECT_FALSE(parse_amount("4.5000", "kwd"));
}

TEST(Currency, RefusesWhatIsNoAmount) {
  for (const char* text : {"", ".", "4.", ".5", "-1", "+1", "4,50", "1e3", "$4", " 4", "4.5.0"}) {
    const auto amount = parse_amount(text, "usd");
    ASSERT_FALSE(amount) << text;
    EXPECT_TRUE(amount.error().detail.contains("is not an amount of money")) << text;
  }
  EXPECT_TRUE(parse_amount("92233720368547758.08", "usd").error().detail.contains("counted"));
}

// The pages count as the server does, whatever the browser knows.
TEST(Currency, HasTheSameDecimalsInThePages) {
  std::ifstream file{std::string{OMS_SOURCE_DIR} + "/web/api.js"};
  std::string line;
  int found = 0;
  while (std::getline(file, line)) {
    const bool has_none = line.starts_with("const without_decimals = '");
    const bool has_three = line.starts_with("const with_three_decimals = '");
    if (!has_none && !has_three) continue;
    const auto begin = line.find('\'') + 1;
    std::istringstream codes{line.substr(begin, line.rfind('\'') - begin)};
    for (std::string code; codes >> code; ++found) {
      EXPECT_EQ(decimals_of(code), has_none ? 0 : 3) << code;
    }
  }
  EXPECT_EQ(found, 23) << "all that the server knows";
}

}  // namespace
}  // namespace oms
