#pragma once

#include <bitset>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tools/check/findings.h"
#include "tools/check/story.h"
#include "tools/check/sums.h"

namespace oms::check {

// What all reservations of an item come to. Bounded: as many as there are items.
class StockTotals {
 public:
  void add(const stock::Reservation& reservation);
  // An order whose reservation is not there any more: the sums are then only bounds.
  void miss() { ++missed_; }

  void compare(const std::vector<stock::Item>& items, Findings& findings) const;
  std::int64_t missed() const { return missed_; }

 private:
  struct Sum {
    std::int64_t held = 0;
    std::int64_t committed = 0;
    std::int64_t returned = 0;
    bool is_net = false;  // line by line: what came back is not told apart from what was not taken
  };
  void compare(const stock::Item& item, const Sum& sum, Findings& findings) const;

  std::map<std::string, Sum, std::less<>> sums_;
  std::int64_t missed_ = 0;
};

// What the movements of each account come to, and what its payments do. Bounded: as many as there
// are accounts.
class AccountTotals {
 public:
  void add(const payments::Payment& payment);
  void add(const payments::AccountMovement& movement);
  // A payment that is not there any more: those that are tell less than was moved.
  void miss() { ++missed_; }

  void compare(const payments::Account& account, Findings& findings) const;

 private:
  struct Sum {
    Wide opened = 0;
    Wide held = 0;
    Wide captured = 0;
    Wide refunded = 0;
    std::int64_t count = 0;
  };
  std::map<std::string, Sum, std::less<>> movements_;
  std::map<std::string, Sum, std::less<>> payments_;
  std::int64_t missed_ = 0;
};

// The numbers that were seen, for each day: a bit for each.
class OrderNumbers {
 public:
  void add(const orders::Order& order, Findings& findings);

 private:
  static constexpr std::int64_t chunk = 4096;
  using Day = std::map<std::int64_t, std::bitset<chunk>>;  // by the number over `chunk`
  std::map<std::string, Day, std::less<>> days_;
};

struct Money {
  Wide captured = 0;
  Wide refunded = 0;
  Wide owed = 0;      // the totals of the paid orders, and refunds that are under way
  Wide provider = 0;  // captured less refunded, by the ledger
};

// What all payments come to, for each currency.
class MoneyTotals {
 public:
  void add(const Story& story, const Circumstances& circumstances);
  void compare(Findings& findings) const;
  const std::map<std::string, Money, std::less<>>& by_currency() const { return sums_; }

 private:
  std::map<std::string, Money, std::less<>> sums_;
};

}  // namespace oms::check
