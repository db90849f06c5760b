#include "base/currency.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace oms {
namespace {

constexpr std::array<std::string_view, 16> without_decimals{
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga",
    "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"};
constexpr std::array<std::string_view, 7> with_three_decimals{"bhd", "iqd", "jod", "kwd",
                                                              "lyd", "omr", "tnd"};

bool are_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string example_of(std::string_view currency) {
  switch (decimals_of(currency)) {
    case 0:
      return "450";
    case 3:
      return "4.500";
    default:
      return "4.50";
  }
}

}  // namespace

int decimals_of(std::string_view currency) {
  if (std::ranges::find(without_decimals, currency) != without_decimals.end()) return 0;
  if (std::ranges::find(with_three_decimals, currency) != with_three_decimals.end()) return 3;
  return 2;
}

std::string amount_text(MinorUnits amount, std::string_view currency) {
  const auto decimals = static_cast<std::size_t>(decimals_of(currency));
  auto digits = std::to_string(amount);
  const std::string sign = digits.starts_with('-') ? "-" : "";
  digits.erase(0, sign.size());
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - decimals, 1, '.');
  return sign + digits;
}

Result<MinorUnits> parse_amount(std::string_view text, std::string_view currency) {
  const auto refuse = [&](std::string_view why) {
    std::string detail{"'"};
    detail.append(text).append("' ").append(why);
    detail.append("; write an amount such as ").append(example_of(currency));
    return fail(ErrorKind::invalid, std::move(detail));
  };
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto fraction =
      point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  const bool ends_in_point = point != std::string_view::npos && fraction.empty();
  if (whole.empty() || ends_in_point || !are_digits(whole) || !are_digits(fraction)) {
    return refuse("is not an amount of money");
  }
  const auto decimals = static_cast<std::size_t>(decimals_of(currency));
  if (fraction.size() > decimals) {
    std::string why{"has more decimals than "};
    why.append(currency).append(", which has ").append(std::to_string(decimals));
    return refuse(why);
  }
  std::string digits{whole};
  digits.append(fraction).append(decimals - fraction.size(), '0');
  MinorUnits amount = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), amount);
  if (read.ec != std::errc{}) return refuse("is more than can be counted");
  return amount;
}

}  // namespace oms
