#pragma once

#include <vector>

#include "runtime/records.h"
#include "tools/check/rules.h"
#include "tools/check/stock_ledger.h"
#include "tools/check/totals.h"

namespace oms::check {

// What was read, and what of it was not yet over.
struct Counts {
  std::int64_t orders = 0;
  std::int64_t archived = 0;
  std::int64_t tidied = 0;    // finished orders whose details were let go
  std::int64_t live = 0;      // sagas
  std::int64_t waiting = 0;   // of these: for the customer to pay
  std::int64_t behind = 0;    // payments that have yet to hear what the provider did
  std::int64_t sessions = 0;  // of the provider's ledger
  std::int64_t keys = 0;      // idempotency keys
  std::int64_t dead_letters = 0;
};

// Takes every record once, in memory for each item and a bit for each order, and tells which
// invariants do not hold. Pure: what it says follows from what it is fed.
class Auditor {
 public:
  explicit Auditor(Circumstances circumstances) : circumstances_(std::move(circumstances)) {}

  void take(const Story& story);
  // An idempotency key's answer, and the order as it now is; null if there is none any more.
  void take(const orders::Order& shown, const orders::Order* now, bool is_archived);
  // Each item's in their order.
  void take(const stock::Movement& movement) { ledgers_.add(movement, findings_); }
  void take_dead_letter() { ++counts_.dead_letters; }

  void take(const payments::AccountMovement& movement) { accounts_.add(movement); }

  // After everything else.
  void take(const payments::Account& account) { accounts_.compare(account, findings_); }
  void take(const std::vector<stock::Item>& items);

  const Findings& findings() const { return findings_; }
  const Counts& counts() const { return counts_; }
  const MoneyTotals& money() const { return money_; }
  const Circumstances& circumstances() const { return circumstances_; }

 private:
  Circumstances circumstances_;
  Findings findings_;
  Counts counts_;
  OrderNumbers numbers_;
  StockTotals stock_;
  AccountTotals accounts_;
  StockLedgers ledgers_;
  MoneyTotals money_;
};

}  // namespace oms::check
