#include "codec/json_write.h"

#include <gtest/gtest.h>

#include <limits>

#include "codec/json_samples.h"

namespace oms {
namespace {

using namespace samples;

template <class T>
std::string written(const T& value) {
  std::string out;
  write_json(value, out);
  return out;
}

template <class T>
std::string written_compact(const T& value) {
  std::string out;
  write_json_compact(value, out);
  return out;
}

template <class T>
std::string names_of() {
  std::string out;
  for (const auto name : json::FieldsOf<T>::names) out += std::string{name} + " ";
  return out;
}

struct Names {
  int id = 0;
  int customer_id = 0;
  int id_of_order = 0;
  int idea = 0;
  int created_at = 0;
  int redirect_to_url = 0;
  int phone2_number = 0;

  static constexpr std::string_view json_name_of(std::string_view member) {
    return member == "redirect_to_url" ? "redirectToURL" : "";
  }
};
BOOST_DESCRIBE_STRUCT(Names, (),
                      (id, customer_id, id_of_order, idea, created_at, redirect_to_url,
                       phone2_number))

struct Base {
  int first = 1;
};
BOOST_DESCRIBE_STRUCT(Base, (), (first))
struct Derived : Base {
  int second = 2;
};
BOOST_DESCRIBE_STRUCT(Derived, (Base), (second))

TEST(JsonNames, AreCamelCaseWithIdInCapitalsUnlessTheStructSaysOtherwise) {
  EXPECT_EQ(names_of<Names>(),
            "id customerID idOfOrder idea createdAt redirectToURL phone2Number ");
}

TEST(JsonNames, OfTypesAreTheirOwnUnlessTheySayOtherwise) {
  EXPECT_EQ(json::type_name<Pickup>, "Pickup");
  EXPECT_EQ(json::type_name<Courier>, "ByCourier");
  EXPECT_EQ(json::type_name<Robot>, "byRobot");
}

TEST(JsonWrite, WritesScalars) {
  EXPECT_EQ(written(true), "true");
  EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(written(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(written(std::int8_t{-5}), "-5");
  EXPECT_EQ(written(std::string{"soup"}), R"("soup")");
  EXPECT_EQ(written(ShortText{"soup"}), R"("soup")");
  EXPECT_EQ(written(*Id::parse("0123456789abcdef01234567")), R"("0123456789abcdef01234567")");
  EXPECT_EQ(written(Time{1767225600000}), "1767225600000");
  EXPECT_EQ(written(Duration{250}), "250");
}

TEST(JsonWrite, WritesEnumeratorsByName) {
  EXPECT_EQ(written(Size::large), R"("large")");
  EXPECT_EQ(written(Grade::good), R"("good")");
}

TEST(JsonWrite, RefusesAnEnumeratorWithoutAName) {
  EXPECT_THROW(written(Size{7}), std::logic_error);
  EXPECT_THROW(written(Grade{4}), std::logic_error);
}

TEST(JsonWrite, EscapesWhatAStringCannotHold) {
  EXPECT_EQ(written(std::string{"a\"b\\c/d"}), R"("a\"b\\c/d")");
  EXPECT_EQ(written(std::string{"\b\f\n\r\t\x1F\x7F"}), "\"\\b\\f\\n\\r\\t\\u001f\x7F\"");
  EXPECT_EQ(written(std::string{"a long text, then a \"quote\" and more"}),
            R"("a long text, then a \"quote\" and more")");
}

TEST(JsonWrite, KeepsUtf8AndReplacesWhatIsNot) {
  EXPECT_EQ(written(std::string{"Käse 日本 🍕"}), "\"Käse 日本 🍕\"");
  EXPECT_EQ(written(std::string{"a\xFF"
                                "b"}),
            "\"a\uFFFDb\"");
  EXPECT_EQ(written(std::string{"\xC3"}), "\"\uFFFD\"");
  EXPECT_EQ(written(std::string("a\0b", 3)), "\"a\uFFFDb\"");
}

TEST(JsonWrite, WritesFieldsInOrder) {
  EXPECT_EQ(written(Line{"cheese", 3}), R"({"productID":"cheese","quantity":3})");
  EXPECT_EQ(written(Derived{}), R"({"first":1,"second":2})");
  EXPECT_EQ(written(Robot{}), "{}");
}

TEST(JsonWrite, LeavesOutEmptyOptionalsButKeepsTheirPlaceInAList) {
  EXPECT_EQ(written(Courier{"Ada", {}}), R"({"courierName":"Ada"})");
  EXPECT_EQ(written(Courier{"Ada", 2}), R"({"courierName":"Ada","floor":2})");
  EXPECT_EQ(written(std::vector<std::optional<int>>{1, {}, 3}), "[1,null,3]");
}

TEST(JsonWrite, WritesAVariantWithTheNameOfItsType) {
  using Way = std::variant<Pickup, Courier, Robot>;
  EXPECT_EQ(written(Way{Pickup{"A7"}}), R"({"type":"Pickup","data":{"shelf":"A7"}})");
  EXPECT_EQ(written(Way{Robot{}}), R"({"type":"byRobot","data":{}})");
}

TEST(JsonWrite, WritesJsonTextAsItStands) {
  EXPECT_EQ(written(std::vector<JsonText>{{R"({"a": 1})"}, {}}), R"([{"a": 1},null])");
}

TEST(JsonWrite, Appends) {
  std::string out = "data: ";
  write_json(Line{"tea", 1}, out);
  EXPECT_EQ(out, R"(data: {"productID":"tea","quantity":1})");
}

TEST(JsonWriteCompact, LeavesOutWhatEqualsTheDefault) {
  EXPECT_EQ(written_compact(Order{}), "{}");
  Order order;
  order.total = 900;
  order.size = Size::small;
  EXPECT_EQ(written_compact(order), R"({"size":"small","total":900})");
}

TEST(JsonWriteCompact, ComparesAFieldWithTheDefaultOfTheStructAroundIt) {
  Order order;
  order.spare.quantity = 1;  // the default of a Line, but not of the Line in an Order
  EXPECT_EQ(written_compact(order), R"({"spare":{"quantity":1}})");
}

TEST(JsonWriteCompact, WritesEveryOptionalThatHoldsSomething) {
  Order order;
  order.reason = "";
  order.gift.emplace();
  EXPECT_EQ(written_compact(order), R"({"reason":"","gift":{}})");
}

TEST(JsonWriteCompact, KeepsTheElementsOfListsAndTheTypesOfVariants) {
  EXPECT_EQ(written_compact(std::vector<Line>{{}, {"tea", 1}}), R"([{},{"productID":"tea"}])");
  Order order;
  order.delivery = Courier{};
  EXPECT_EQ(written_compact(order), R"({"delivery":{"type":"ByCourier","data":{}}})");
}

}  // namespace
}  // namespace oms
