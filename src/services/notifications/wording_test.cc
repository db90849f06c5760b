#include "services/notifications/wording.h"

#include <gtest/gtest.h>

namespace oms::notifications {
namespace {

TEST(Wording, TellsMoneyToTheMinorUnit) {
  EXPECT_EQ(money_text(900, "usd"), "9.00 USD");
  EXPECT_EQ(money_text(900, "jpy"), "900 JPY");
  EXPECT_EQ(money_text(12'345, "kwd"), "12.345 KWD");
}

}  // namespace
}  // namespace oms::notifications
