#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "codec/json_read.h"
#include "codec/json_samples.h"
#include "codec/json_write.h"

namespace oms {
namespace {

using namespace samples;

// Text of any Unicode characters but NUL, plain ones more often.
rc::Gen<std::string> any_text() {
  const auto character = rc::gen::weightedOneOf<std::string>({
      {8, rc::gen::map(rc::gen::inRange(1, 0x80),
                       [](int c) { return std::string(1, static_cast<char>(c)); })},
      {1, rc::gen::elementOf(std::vector<std::string>{"ä", "日", "🍕", "\u07FF", "\u0800", "\uFFFF",
                                                      "\U0010FFFF"})},
  });
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(character),
                      [](const std::vector<std::string>& characters) {
                        std::string text;
                        for (const auto& c : characters) text += c;
                        return text;
                      });
}

std::string some_text() {
  return *any_text();
}

template <class T>
T some() {
  return *rc::gen::arbitrary<T>();
}

Line some_line() {
  return {some_text(), some<std::int64_t>()};
}

std::variant<Pickup, Courier, Robot> some_delivery() {
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return Pickup{some_text()};
    case 1: {
      Courier courier{some_text(), {}};
      if (some<bool>()) courier.floor = some<std::uint8_t>();
      return courier;
    }
    default:
      return Robot{};
  }
}

// Each field is left at its default about every other time.
Order some_order() {
  Order order;
  const auto maybe = [](auto fill) {
    if (some<bool>()) fill();
  };
  maybe([&] {
    Id::Bytes bytes;
    for (auto& byte : bytes) byte = some<std::uint8_t>();
    order.order_id = Id{bytes};
  });
  maybe([&] { order.customer_id = ShortText{"c" + std::to_string(some<int>())}; });
  maybe([&] { order.size = *rc::gen::element(Size::small, Size::medium, Size::large); });
  maybe([&] { order.grade = *rc::gen::element(Grade::poor, Grade::good); });
  maybe([&] { order.paid = some<bool>(); });
  maybe([&] { order.total = some<std::int64_t>(); });
  maybe([&] { order.big = some<std::uint64_t>(); });
  maybe([&] { order.tiny = some<std::int8_t>(); });
  maybe([&] { order.created_at = {some<std::int64_t>()}; });
  maybe([&] { order.patience = Duration{some<std::int64_t>()}; });
  maybe([&] { order.payment_link = some_text(); });
  for (int n = *rc::gen::inRange(0, 4); n > 0; --n) order.lines.push_back(some_line());
  maybe([&] { order.spare = some_line(); });
  maybe([&] { order.reason = some_text(); });
  maybe([&] { order.gift = some_line(); });
  for (int n = *rc::gen::inRange(0, 4); n > 0; --n) {
    order.marks.emplace_back();
    maybe([&] { order.marks.back() = some<std::int32_t>(); });
  }
  maybe([&] { order.delivery = some_delivery(); });
  maybe([&] {
    order.extra.text.clear();
    write_json_string(some_text(), order.extra.text);
  });
  return order;
}

RC_GTEST_PROP(JsonRoundTrip, WhatIsWrittenIsReadBack, ()) {
  const Order order = some_order();
  std::string text;
  write_json(order, text);
  const auto again = read_json<Order>(text, Reading::strict);
  RC_ASSERT(again.has_value());
  RC_ASSERT(json::same(*again, order));
}

RC_GTEST_PROP(JsonRoundTrip, WhatIsWrittenCompactIsReadBackLeniently, ()) {
  const Order order = some_order();
  std::string text;
  write_json_compact(order, text);
  const auto again = read_json<Order>(text, Reading::lenient);
  RC_ASSERT(again.has_value());
  RC_ASSERT(json::same(*again, order));
}

RC_GTEST_PROP(JsonRoundTrip, AnyBytesAreWrittenAsATextThatCanBeRead, (const std::string& bytes)) {
  std::string text;
  write_json_string(bytes, text);
  RC_ASSERT(read_json<std::string>(text, Reading::strict).has_value());
}

RC_GTEST_PROP(JsonRoundTrip, ADamagedTextIsReadOrRefused, ()) {
  std::string text;
  write_json(some_order(), text);
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = some<char>();
  for (const auto how : {Reading::strict, Reading::lenient}) {
    const auto again = read_json<Order>(text, how);
    if (!again) RC_ASSERT(!again.error().detail.empty());
  }
}

}  // namespace
}  // namespace oms
