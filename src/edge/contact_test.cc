#include "edge/contact.h"

#include <gtest/gtest.h>

namespace oms::edge {
namespace {

std::string plain(std::string_view text) {
  const auto number = plain_phone_number(text);
  return number ? *number : number.error().detail;
}

TEST(PhoneNumber, IsItsDigits) {
  EXPECT_EQ(plain("+49 30 123-456"), "+4930123456");
  EXPECT_EQ(plain("(555) 010.9999"), "5550109999");
  EXPECT_EQ(plain("030/123456"), "030123456");
  EXPECT_EQ(plain("[030] 12 34 56"), "030123456");
}

TEST(PhoneNumber, MayHaveAnySpaceOrDashBetweenItsDigits) {
  for (const std::string space : {"\u00A0", "\u2007", "\u2009", "\u202F", "\u3000"}) {
    EXPECT_EQ(plain("+49" + space + "30" + space + "123456"), "+4930123456") << space;
  }
  for (const std::string dash : {"\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015",
                                 "\u2212", "\uFE63", "\uFF0D", "\uFF0F", "\u30FC"}) {
    EXPECT_EQ(plain("030" + dash + "123456"), "030123456") << dash;
  }
}

// A number that was copied from a list of contacts comes wrapped in them.
TEST(PhoneNumber, MayHaveMarksThatNobodySees) {
  for (const std::string mark :
       {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069",
        "\u200B", "\u200E", "\u200F", "\u2060", "\uFE0D", "\uFE0E", "\uFE0F", "\uFEFF", "\u00AD"}) {
    EXPECT_EQ(plain(mark + "+49 30" + mark + "123456" + mark), "+4930123456");
  }
}

TEST(PhoneNumber, MayBeInTheDigitsOfAnotherScript) {
  EXPECT_EQ(plain("＋４９ （３０） １２３４５６"), "+4930123456");
  EXPECT_EQ(plain("٠٣٠١٢٣٤٥٦"), "030123456");
  EXPECT_EQ(plain("۰۳۰۱۲۳۴۵۶"), "030123456");
}

TEST(PhoneNumber, HasNoTrunkZeroAfterItsCountryCode) {
  EXPECT_EQ(plain("+49 (0)30 123456"), "+4930123456");
  EXPECT_EQ(plain("0049 (0)30 123456"), "004930123456");
  EXPECT_EQ(plain("(0)30 123456"), "030123456") << "without one it is dialed";
}

TEST(PhoneNumber, IsRefusedForWhatIsWrongWithIt) {
  for (const char* bad : {"call me", "0800x", "12+345678", "++12345678", "12345;ext=1"}) {
    EXPECT_TRUE(plain(bad).contains("only digits")) << plain(bad);
  }
  EXPECT_TRUE(plain("1234").ends_with("has 4"));
  EXPECT_TRUE(plain("+").ends_with("has 0"));
  EXPECT_TRUE(plain("+1234567890123456").ends_with("has 16"));
}

TEST(Contact, KeepsAPhoneNumberAsItWasTyped) {
  const auto contact = read_contact({.phone_number = " \u202A+49\u00A030/123-456\u202C"});
  ASSERT_TRUE(contact);
  EXPECT_EQ(contact->phone_number, "+4930123456");
  EXPECT_EQ(contact->phone_typed, "+49\u00A030/123-456");
  EXPECT_EQ(read_contact({.phone_number = "030123456"})->phone_typed, "") << "it is the same";
}

TEST(Contact, AnAddressHasNoMarksThatNobodySees) {
  EXPECT_EQ(read_contact({.email = "\u00A0\u202Azoe@example.org\u202C "})->email,
            "zoe@example.org");
  EXPECT_EQ(read_contact({.email = "zoe\u200B@example\uFEFF.org"})->email, "zoe@example.org");
  EXPECT_FALSE(read_contact({.email = "zoe\u00A0b@example.org"})) << "a space inside is seen";
}

TEST(Contact, ANameDoesNotTurnTheTextAroundIt) {
  EXPECT_EQ(read_contact({.name = "\u202EZo\u00EB\u2069 \u3000"})->name, "Zoë");
  EXPECT_EQ(read_contact({.name = "👩\u200D🍳 نام\u200Cنام"})->name, "👩\u200D🍳 نام\u200Cنام")
      << "what joins and parts letters stays";
}

TEST(Contact, WhatHoldsNothingIsNotGiven) {
  const auto contact =
      read_contact({.name = " ", .email = "\u00A0", .phone_number = " \u202A\u202C"});
  ASSERT_TRUE(contact);
  EXPECT_TRUE(contact->is_empty());
  EXPECT_EQ(contact->name, "");
}

TEST(Contact, IsBounded) {
  for (const PersonBody& person : {PersonBody{.name = std::string(201, 'x')},
                                   PersonBody{.phone_number = std::string(196, ' ') + "12345"}}) {
    const auto refused = read_contact(person);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().detail, "must have at most 200 bytes and no control characters");
  }
}

}  // namespace
}  // namespace oms::edge
