#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/bench/options.h"
#include "tools/bench/target.h"

namespace oms::bench {

// What is ordered in a run: every request as bytes, made before the run begins.
class Basket {
 public:
  Basket(const Target& target, std::size_t customers)
      : host_(target.address.host), customers_(customers) {}

  // One order of one each of these products.
  void add(const std::vector<std::string>& products);

  std::size_t size() const { return ends_.size(); }
  std::string_view request(std::size_t n) const;
  // The customer of the n-th request, and the name of that customer.
  std::size_t customer_number(std::size_t n) const { return n % customers_; }
  static void append_name(std::size_t customer, std::string& out);

 private:
  std::string host_;
  std::size_t customers_;
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

// Puts what the run needs on the shelf, and prepares its orders: those of the file of baskets, or
// one of `lines` products for each customer.
Result<Basket> open_shop(const Target& target, const Options& options);

// One item, with that many of it.
Result<void> stock_item(const Target& target, std::string_view id, std::string_view name,
                        std::int64_t price, std::int64_t on_hand);

}  // namespace oms::bench
