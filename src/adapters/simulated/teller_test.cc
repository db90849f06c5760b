#include "adapters/simulated/teller.h"

#include <gtest/gtest.h>

namespace oms::simulated {
namespace {

TEST(Describe, NamesWhatIsBought) {
  EXPECT_EQ(describe({{.product_name = "Cheese", .quantity = 2},
                      {.product_name = "Chocolate", .quantity = 1}}),
            "2 × Cheese, 1 × Chocolate");
  EXPECT_EQ(describe({}), "");
}

TEST(Describe, CutsBetweenCharacters) {
  const std::vector<OrderLine> lines(100, {.product_name = "é", .quantity = 1});
  const auto text = describe(lines);
  EXPECT_LE(text.size(), 203U);
  EXPECT_TRUE(text.ends_with("…"));
  const auto last = static_cast<unsigned char>(text[text.size() - 4]);
  EXPECT_NE(last, 0xC3U) << "the first half of é";
}

TEST(SessionNames, AreReadAsTheyAreWritten) {
  const SessionName name{*Id::parse("65a000000102030405000001"), -2};
  EXPECT_EQ(name.text(), "cs_test_65a000000102030405000001fffffffffffffffe");
  const auto read = SessionName::parse(name.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->order_id, name.order_id);
  EXPECT_EQ(read->secret, name.secret);
}

TEST(SessionNames, HaveOneShape) {
  for (const auto text : {"", "cs_test_", "cs_test_65a000000102030405000001",
                          "cs_live_65a000000102030405000001fffffffffffffffe",
                          "cs_test_65a000000102030405000001ffffffffffffffff0",
                          "cs_test_65a000000102030405000001-ffffffffffffffe",
                          "cs_test_65A000000102030405000001fffffffffffffffe"}) {
    EXPECT_FALSE(SessionName::parse(text)) << text;
  }
}

}  // namespace
}  // namespace oms::simulated
