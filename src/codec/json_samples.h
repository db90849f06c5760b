#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/short_text.h"
#include "base/time.h"
#include "codec/json_kinds.h"

// Types that the codec's tests and its fuzzer read and write: every kind at least once.
namespace oms::samples {

enum class Size { small, medium, large };
BOOST_DESCRIBE_ENUM(Size, small, medium, large)

enum class Grade : std::uint8_t { poor = 3, good = 9 };
BOOST_DESCRIBE_ENUM(Grade, poor, good)

struct Line {
  std::string product_id;
  std::int64_t quantity = 1;
};
BOOST_DESCRIBE_STRUCT(Line, (), (product_id, quantity))

struct Pickup {
  std::string shelf;
};
BOOST_DESCRIBE_STRUCT(Pickup, (), (shelf))

struct Courier {
  static constexpr std::string_view type_name = "ByCourier";
  std::string courier_name;
  std::optional<std::uint8_t> floor;
};
BOOST_DESCRIBE_STRUCT(Courier, (), (courier_name, floor))

struct Robot {};
BOOST_DESCRIBE_STRUCT(Robot, (), ())
constexpr std::string_view json_name(const Robot*) {
  return "byRobot";
}

struct Order {
  Id order_id;
  ShortText customer_id;
  Size size = Size::medium;
  Grade grade = Grade::good;
  bool paid = false;
  std::int64_t total = 0;
  std::uint64_t big = 0;
  std::int8_t tiny = -1;
  Time created_at;
  Duration patience{1500};
  std::string payment_link = "none";
  std::vector<Line> lines;
  Line spare = {.product_id = "bread", .quantity = 2};
  std::optional<std::string> reason;
  std::optional<Line> gift;
  std::vector<std::optional<std::int32_t>> marks;
  std::variant<Pickup, Courier, Robot> delivery;
  JsonText extra{"null"};

  static constexpr std::string_view json_name_of(std::string_view member) {
    return member == "payment_link" ? "PaymentLink" : "";
  }
};
BOOST_DESCRIBE_STRUCT(Order, (),
                      (order_id, customer_id, size, grade, paid, total, big, tiny, created_at,
                       patience, payment_link, lines, spare, reason, gift, marks, delivery, extra))

struct Tree {
  std::vector<Tree> branches;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (branches))

}  // namespace oms::samples
