#include "codec/json_read.h"

#include <gtest/gtest.h>

#include "codec/json_samples.h"
#include "codec/json_write.h"

namespace oms {
namespace {

using namespace samples;
using namespace std::string_literals;
using Way = std::variant<Pickup, Courier, Robot>;

// The value in the text, written out again; or why it was refused: "where: what".
template <class T>
std::string read(std::string_view text, Reading how = Reading::strict) {
  const auto result = read_json<T>(text, how);
  if (!result) {
    EXPECT_EQ(result.error().kind, ErrorKind::invalid);
    return result.error().pointer + ": " + result.error().detail;
  }
  std::string out;
  write_json(*result, out);
  return out;
}

template <class T>
std::string read_leniently(std::string_view text) {
  return read<T>(text, Reading::lenient);
}

std::string syntax(std::string_view problem, std::size_t at) {
  return ": not valid JSON at byte " + std::to_string(at) + ": " + std::string{problem};
}

TEST(JsonRead, ReadsScalars) {
  EXPECT_EQ(read_json<bool>("true", Reading::strict), true);
  EXPECT_EQ(read_json<std::int64_t>(" -12 ", Reading::strict), -12);
  EXPECT_EQ(read_json<std::int64_t>("-0", Reading::strict), 0);
  EXPECT_EQ(read_json<std::string>(R"("soup")", Reading::strict), "soup");
  EXPECT_EQ(read_json<Size>(R"("large")", Reading::strict), Size::large);
  EXPECT_EQ(read_json<Grade>(R"("poor")", Reading::strict), Grade::poor);
  EXPECT_EQ(read_json<Time>("1767225600000", Reading::strict), Time{1767225600000});
  EXPECT_EQ(read_json<Duration>("250", Reading::strict), Duration{250});
  EXPECT_EQ(read_json<ShortText>(R"("soup")", Reading::strict), ShortText{"soup"});
  EXPECT_EQ(read_json<Id>(R"("0123456789abcdef01234567")", Reading::strict),
            *Id::parse("0123456789abcdef01234567"));
}

TEST(JsonRead, ReadsFieldsInAnyOrderAndSpacing) {
  EXPECT_EQ(read<Line>("\t{ \"quantity\" : 3 ,\r\n\"productID\":\"tea\"} "),
            R"({"productID":"tea","quantity":3})");
}

TEST(JsonRead, ReadsANameThatIsWrittenWithEscapes) {
  EXPECT_EQ(read<Pickup>(R"({"sh\u0065lf":"A7"})"), R"({"shelf":"A7"})");
}

TEST(JsonRead, HoldsNumbersToTheRangeOfTheirType) {
  EXPECT_EQ(read<std::int8_t>("-128"), "-128");
  EXPECT_EQ(read<std::int8_t>("128"), ": must be a whole number between -128 and 127");
  EXPECT_EQ(read<std::uint8_t>("-1"), ": must be a whole number between 0 and 255");
  EXPECT_EQ(read<std::int64_t>("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(read<std::uint64_t>("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(read<std::uint64_t>("18446744073709551616"),
            ": must be a whole number between 0 and 18446744073709551615");
  EXPECT_EQ(read<std::int64_t>("9223372036854775808"),
            ": must be a whole number between -9223372036854775808 and 9223372036854775807");
}

// JSON Schema 2020-12: "any number with a zero fractional part" is an integer.
TEST(JsonRead, ReadsAWholeNumberHoweverItIsWritten) {
  for (const auto* text : {"2", "2.0", "2.000", "2e0", "20e-1", "0.2E+1", "0.02e2", "200.00e-2"}) {
    EXPECT_EQ(read<std::int64_t>(text), "2") << text;
  }
  for (const auto* text : {"0.0", "-0.0", "0e400", "-0e-400", "0.000e99999999999999999999"}) {
    EXPECT_EQ(read<std::uint8_t>(text), "0") << text;
  }
  EXPECT_EQ(read<std::int64_t>("-12.50e1"), "-125");
}

// 2^53 + 1 is the first that floating point would change.
TEST(JsonRead, ReadsExactly) {
  EXPECT_EQ(read<std::int64_t>("9007199254740993.0"), "9007199254740993");
  EXPECT_EQ(read<std::int64_t>("9.223372036854775807e18"), "9223372036854775807");
  EXPECT_EQ(read<std::int64_t>("-9223372036854775808.0"), "-9223372036854775808");
  EXPECT_EQ(read<std::uint64_t>("18446744073709551615e0"), "18446744073709551615");
  EXPECT_EQ(read<std::int64_t>("0." + std::string(1000, '0') + "7e1001"), "7");
  EXPECT_EQ(read<std::int64_t>("7" + std::string(1000, '0') + "e-1000"), "7");
}

TEST(JsonRead, RefusesFractionsByTheirName) {
  for (const auto* text : {"2.5", "0.5", "1e-1", "25e-1", "-0.1", "1e-99999999999999999999"}) {
    EXPECT_EQ(read<std::uint8_t>(text),
              ": must be a whole number between 0 and 255, not a fraction")
        << text;
    EXPECT_EQ(read<std::int64_t>(text), ": must be a whole number, not a fraction") << text;
  }
}

TEST(JsonRead, HoldsAnyExponentToTheRange) {
  for (const auto* text : {"256.0", "1e3", "1e400", "-1e400", "1e99999999999999999999", "-1.0"}) {
    EXPECT_EQ(read<std::uint8_t>(text), ": must be a whole number between 0 and 255") << text;
  }
  EXPECT_EQ(read<std::uint64_t>("18446744073709551616.0"),
            ": must be a whole number between 0 and 18446744073709551615");
}

TEST(JsonRead, HoldsABoundedNumberToItsBounds) {
  using Quantity = Bounded<1, 100>;
  for (const auto* text : {"1", "100", "1e2", "100.0"}) {
    EXPECT_TRUE(read_json<Quantity>(text, Reading::strict)) << text;
  }
  EXPECT_EQ(read_json<Quantity>("1e2", Reading::strict).value().value, 100);
  const auto refusal = [](std::string_view text) {
    return read_json<Quantity>(text, Reading::strict).error().detail;
  };
  for (const auto* text : {"0", "-0", "-1", "101", "1e20", "100000000000000000000"}) {
    EXPECT_EQ(refusal(text), "must be a whole number between 1 and 100") << text;
  }
  EXPECT_EQ(refusal("2.5"), "must be a whole number between 1 and 100, not a fraction");
  EXPECT_EQ(refusal("\"2\""), "must be a whole number between 1 and 100, not a string");
  EXPECT_EQ(refusal("null"), "must be a whole number between 1 and 100, not null");
}

TEST(JsonRead, RefusesWhatIsNoNumber) {
  EXPECT_EQ(read<int>("01"), syntax("a number must not begin with 0", 1));
  EXPECT_EQ(read<int>("-"), syntax("expected a digit", 1));
  EXPECT_EQ(read<int>("1.e3"), syntax("expected a digit", 2));
  EXPECT_EQ(read<int>("+1"), syntax("expected a value", 0));
  EXPECT_EQ(read<int>("1x"), syntax("expected nothing after the value", 1));
}

TEST(JsonRead, SaysWhichKindItWanted) {
  EXPECT_EQ(read<bool>("1"), ": must be true or false, not a number");
  EXPECT_EQ(read<std::string>("1"), ": must be a string, not a number");
  EXPECT_EQ(read<Line>("[]"), ": must be an object, not a list");
  EXPECT_EQ(read<std::vector<int>>("{}"), ": must be a list, not an object");
  EXPECT_EQ(read<int>("true"),
            ": must be a whole number between -2147483648 and 2147483647, not true");
  EXPECT_EQ(read<Size>(R"("huge")"), ": must be one of: small, medium, large");
  EXPECT_EQ(read<Id>(R"("ABC")"), ": must be an id of 24 hexadecimal digits in lower case");
  EXPECT_EQ(read<ShortText>("\"" + std::string(64, 'x') + "\""), ": must be at most 63 bytes long");
  EXPECT_EQ(read<std::string>("null"), ": must be a string, not null");
}

TEST(JsonRead, DecodesEscapesAndSurrogates) {
  EXPECT_EQ(read_json<std::string>(R"("\"\\\/\b\f\n\r\t")", Reading::strict), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(read_json<std::string>(R"("\u0041\u00e4\u65E5\uD83C\udf55!")", Reading::strict),
            "Aä日🍕!");
  EXPECT_EQ(read_json<std::string>("\"Käse 日本 🍕\"", Reading::strict), "Käse 日本 🍕");
}

TEST(JsonRead, RefusesBrokenStrings) {
  EXPECT_EQ(read<std::string>("\"a"), syntax("a string has no end", 2));
  EXPECT_EQ(read<std::string>("\"a\\"), syntax("a string has no end", 2));
  EXPECT_EQ(read<std::string>("\"a\nb\""),
            syntax("a control character in a string must be escaped", 2));
  EXPECT_EQ(read<std::string>("\"a\0b\""s),
            syntax("a control character in a string must be escaped", 2));
  EXPECT_EQ(read<std::string>(R"("\u0000")"), syntax("a string must not hold NUL", 7));
  EXPECT_EQ(read<std::string>(R"("\x41")"), syntax("unknown escape in a string", 1));
  EXPECT_EQ(read<std::string>(R"("\u12")"), syntax("expected \\u and four hex digits", 1));
  EXPECT_EQ(read<std::string>(R"("\u12g4")"), syntax("expected \\u and four hex digits", 1));
  EXPECT_EQ(read<std::string>(R"("\uD83C")"), syntax("half of a surrogate pair", 7));
  EXPECT_EQ(read<std::string>(R"("\uD83C\u0041")"), syntax("half of a surrogate pair", 13));
  EXPECT_EQ(read<std::string>(R"("\uDF55")"), syntax("half of a surrogate pair", 7));
}

TEST(JsonRead, RefusesTextThatIsNotUtf8) {
  for (const auto* bytes : {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\xAF", "\xED\xA0\x80",
                            "\xF0\x80\x80\xAF", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80"}) {
    EXPECT_EQ(read<std::string>("\"a" + std::string{bytes} + "\""),
              syntax("the text is not valid UTF-8", 2));
  }
}

TEST(JsonRead, RefusesBrokenStructure) {
  EXPECT_EQ(read<Robot>(""), syntax("expected a value", 0));
  EXPECT_EQ(read<Robot>("{"), syntax("expected the name of a field", 1));
  EXPECT_EQ(read<Robot>("{} {}"), syntax("expected nothing after the value", 3));
  EXPECT_EQ(read<Robot>("{}\0"s), syntax("expected nothing after the value", 2));
  EXPECT_EQ(read<Pickup>(R"({"shelf" "A"})"), syntax("expected ':'", 9));
  EXPECT_EQ(read<Pickup>(R"({"shelf":"A",})"), syntax("expected the name of a field", 13));
  EXPECT_EQ(read<Pickup>(R"({"shelf":"A";)"), syntax("expected ',' or '}'", 12));
  EXPECT_EQ(read<std::vector<int>>("[1 2]"), syntax("expected ',' or ']'", 3));
  EXPECT_EQ(read<std::vector<int>>("[1,]"), "/1" + syntax("expected a value", 3));
}

TEST(JsonRead, PointsAtThePlace) {
  EXPECT_EQ(read_leniently<Order>(R"({"lines":[{"quantity":1},{"quantity":"2"}]})"),
            "/lines/1/quantity: must be a whole number, not a string");
  EXPECT_EQ(read<Pickup>(R"({"a/b~c":1})"), "/a~1b~0c: unknown field");
}

TEST(JsonRead, CutsAnEndlessNameInThePointer) {
  const auto answer = read<Pickup>("{\"x" + std::string(40, 'x') + "日日日日日日日日日日\":1}");
  EXPECT_EQ(answer, "/x" + std::string(40, 'x') + "日日日日日日日: unknown field");
}

TEST(JsonRead, StrictRefusesUnknownFieldsAndLenientStepsOverThem) {
  constexpr auto text = R"({"color":{"red":[1,-2.5e3,"x",null,true,{}]},"shelf":"A7"})";
  EXPECT_EQ(read<Pickup>(text), "/color: unknown field");
  EXPECT_EQ(read_leniently<Pickup>(text), R"({"shelf":"A7"})");
}

TEST(JsonRead, WhatIsSteppedOverMustBeValidToo) {
  EXPECT_EQ(read_leniently<Pickup>(R"({"color":[1,)"), "/color" + syntax("expected a value", 12));
  EXPECT_EQ(read_leniently<Pickup>(R"({"color":tru})"), "/color" + syntax("expected a value", 9));
  EXPECT_EQ(read_leniently<Pickup>("{\"color\":\"\xFF\"}"),
            "/color" + syntax("the text is not valid UTF-8", 10));
}

TEST(JsonRead, StrictMissesRequiredFieldsAndLenientLeavesTheirDefault) {
  EXPECT_EQ(read<Line>("{}"), "/productID: is required");
  EXPECT_EQ(read<Line>(R"({"productID":"tea"})"), "/quantity: is required");
  EXPECT_EQ(read_leniently<Line>(R"({"productID":"tea"})"), R"({"productID":"tea","quantity":1})");
}

TEST(JsonRead, OptionalsAndListsMayBeMissing) {
  EXPECT_EQ(read<Courier>(R"({"courierName":"Ada"})"), R"({"courierName":"Ada"})");
  EXPECT_EQ(read<Courier>(R"({"courierName":"Ada","floor":null})"), R"({"courierName":"Ada"})");
  EXPECT_EQ(read<Tree>("{}"), R"({"branches":[]})");
}

TEST(JsonRead, BothRefuseAFieldThatAppearsTwice) {
  constexpr auto text = R"({"shelf":"A7","shelf":"A8"})";
  EXPECT_EQ(read<Pickup>(text), "/shelf: appears twice");
  EXPECT_EQ(read_leniently<Pickup>(text), "/shelf: appears twice");
}

TEST(JsonRead, ReadsAVariantWhicheverOfItsFieldsComesFirst) {
  constexpr auto written = R"({"type":"Pickup","data":{"shelf":"A7"}})";
  EXPECT_EQ(read<Way>(written), written);
  EXPECT_EQ(read<Way>(R"({"data":{"shelf":"A7"} , "type":"Pickup"} )"), written);
  EXPECT_EQ(
      read<std::vector<Way>>(R"([{"data":{},"type":"byRobot"},{"type":"byRobot","data":{}}])"),
      R"([{"type":"byRobot","data":{}},{"type":"byRobot","data":{}}])");
}

TEST(JsonRead, RefusesAVariantThatIsNotWhole) {
  EXPECT_EQ(read<Way>(R"({"data":{}})"), "/type: is required");
  EXPECT_EQ(read<Way>(R"({"type":"Pickup"})"), "/data: is required");
  EXPECT_EQ(read<Way>(R"({"type":"Pigeon","data":{}})"),
            "/type: must be one of: Pickup, ByCourier, byRobot");
  EXPECT_EQ(read<Way>(R"({"type":"Pickup","type":"Pickup","data":{}})"), "/type: appears twice");
  EXPECT_EQ(read<Way>(R"({"data":{},"data":{},"type":"byRobot"})"), "/data: appears twice");
  EXPECT_EQ(read<Way>(R"({"data":{"shelf":1},"type":"Pickup"})"),
            "/data/shelf: must be a string, not a number");
  EXPECT_EQ(read<Way>(R"({"type":"byRobot","data":{},"x":1})"), "/x: unknown field");
}

TEST(JsonRead, KeepsTheTextOfARawValue) {
  EXPECT_EQ(read<std::vector<JsonText>>(R"([ {"a": [1.5, "]"]} , null ])"),
            R"([{"a": [1.5, "]"]},null])");
  EXPECT_EQ(read<JsonText>("[1,]"), syntax("expected a value", 3));
}

TEST(JsonRead, StopsAtThirtyTwoLevels) {
  const auto nested = [](std::size_t levels) {
    std::string text;
    for (std::size_t i = 0; i < levels; ++i) text += "[";
    return text + std::string(levels, ']');
  };
  EXPECT_EQ(read<JsonText>(nested(32)), nested(32));
  EXPECT_EQ(read<JsonText>(nested(33)), ": must not be nested deeper than 32 levels");
  EXPECT_EQ(read<JsonText>(std::string(1'000'000, '[')),
            ": must not be nested deeper than 32 levels");
  std::string tree;
  for (int i = 0; i < 100'000; ++i) tree += R"({"branches":[)";
  EXPECT_TRUE(read<Tree>(tree).ends_with(": must not be nested deeper than 32 levels"));
  EXPECT_TRUE(
      read<Pickup>(R"({"shelf":)" + std::string(100'000, '[')).ends_with("a string, not a list"));
}

TEST(JsonRead, SiblingsDoNotCountAsLevels) {
  std::string list = "[{}";
  for (int i = 0; i < 100; ++i) list += ",{\"branches\":[]}";
  EXPECT_TRUE(read_json<std::vector<Tree>>(list + "]", Reading::strict).has_value());
}

}  // namespace
}  // namespace oms
