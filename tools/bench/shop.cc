#include "tools/bench/shop.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <map>

#include "codec/json_text.h"

namespace oms::bench {
namespace {

constexpr std::int64_t plenty = 1'000'000'000;
constexpr std::int64_t usual_price = 450;
constexpr std::size_t baskets_max = 10'000'000;

// The kinds of things in the file get ids in the order in which they first come.
Result<std::vector<std::vector<std::string>>> read_baskets(const Target& target,
                                                           const std::string& path) {
  std::ifstream file{path};
  if (!file) return fail(ErrorKind::not_found, "cannot read " + path);
  std::map<std::string, std::string, std::less<>> ids;
  std::vector<std::vector<std::string>> baskets;
  for (std::string line; std::getline(file, line) && baskets.size() < baskets_max;) {
    if (line.ends_with('\r')) line.pop_back();
    std::vector<std::string> products;
    for (std::size_t at = 0; at < line.size();) {
      const auto end = std::min(line.find(',', at), line.size());
      const auto name = line.substr(at, end - at);
      at = end + 1;
      if (name.empty()) continue;
      const auto [known, is_new] = ids.try_emplace(name, fmt::format("g{:03}", ids.size() + 1));
      if (is_new) {
        const auto price = 99 + static_cast<std::int64_t>(ids.size() * 37 % 900);
        OMS_CHECK(stock_item(target, known->second, name, price, plenty));
      }
      products.push_back(known->second);
    }
    if (!products.empty()) baskets.push_back(std::move(products));
  }
  if (baskets.empty()) return fail(ErrorKind::invalid, path + " holds no baskets");
  return baskets;
}

}  // namespace

void Basket::append_name(std::size_t customer, std::string& out) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), customer).ptr;
  out.append("bench-").append(digits.data(), end);
}

void Basket::add(const std::vector<std::string>& products) {
  std::string body = R"({"items":[)";
  for (const auto& product : products) {
    body += fmt::format(R"({}{{"productID":"{}","quantity":1}})", body.back() == '[' ? "" : ",",
                        product);
  }
  body += R"(],"fulfilment":"delivery"})";
  std::string name;
  append_name(customer_number(size()), name);
  bytes_ += fmt::format(
      "POST /api/customers/{}/orders HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      name, host_, body.size(), body);
  ends_.push_back(bytes_.size());
}

std::string_view Basket::request(std::size_t n) const {
  const auto begin = n == 0 ? 0 : ends_[n - 1];
  return std::string_view{bytes_}.substr(begin, ends_[n] - begin);
}

Result<void> stock_item(const Target& target, std::string_view id, std::string_view name,
                        std::int64_t price, std::int64_t on_hand) {
  std::string body = R"({"name":)";
  write_json_string(name, body);
  body += fmt::format(R"(,"price":{},"onHand":{}}})", price, on_hand);
  const auto done = ask(target, "PUT", fmt::format("/api/admin/stock/{}", id), body);
  if (!done) return std::unexpected(done.error());
  return {};
}

Result<Basket> open_shop(const Target& target, const Options& options) {
  Basket basket{target, options.customers};
  if (!options.baskets.empty()) {
    OMS_TRY(const auto baskets, read_baskets(target, options.baskets));
    for (const auto& products : baskets) basket.add(products);
    return basket;
  }
  std::vector<std::string> products;
  for (std::size_t i = 1; i <= options.lines; ++i) {
    products.push_back(fmt::format("bench-{}", i));
    OMS_CHECK(
        stock_item(target, products.back(), fmt::format("Bench dish {}", i), usual_price, plenty));
  }
  for (std::size_t i = 0; i < options.customers; ++i) basket.add(products);
  return basket;
}

}  // namespace oms::bench
