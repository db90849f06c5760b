#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/cluster/load.h"
#include "tests/cluster/shop.h"

namespace oms::cluster {

// What must hold of a shop after its customers, whatever has failed meanwhile: every order that was
// accepted has ended, none is there twice, the shelf lacks what was sold, and the provider holds
// the money of the completed orders and no other.
class Books {
 public:
  // Before the first of them comes.
  explicit Books(const Shop& shop);

  // Each difference is a failure of the test.
  void check(const std::vector<std::shared_ptr<Purchase>>& purchases) const;

 private:
  struct Charge {
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
  };
  struct Sold {
    std::map<std::string, std::int64_t> pieces;  // by product
    std::size_t completed = 0;
    std::size_t cancelled = 0;
  };
  using Charges = std::map<std::string, Charge>;  // by order

  std::int64_t on_hand(const std::string& product) const;
  Charges charges() const;
  std::vector<std::string> orders_of(const Purchase& purchase) const;
  std::string ended(const std::string& customer, const std::string& order) const;
  void check_history(const std::string& customer, const std::string& order,
                     const std::string& end) const;
  void check_order(const Purchase& purchase, Charges& charges, Sold& sold) const;
  void check_shelf(const Sold& sold) const;

  const Shop shop_;
  std::map<std::string, std::int64_t> on_hand_;  // at the beginning
};

}  // namespace oms::cluster
