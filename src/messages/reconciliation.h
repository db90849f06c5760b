#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/time.h"

// The comparison of orders, stock and payments with each other and with the payment provider's own
// books: what it reads of those, and what it finds.
namespace oms {

// A payment as the provider has it on its books: a checkout session, or a card's payment intent.
struct ProviderCharge {
  enum class State {
    open,        // the customer can still pay
    pending,     // they have paid, and their bank has not said yes
    authorized,  // held, and not taken
    captured,    // and perhaps refunded
    closed,      // nothing was paid by it, and nothing will be
  };
  BOOST_DESCRIBE_NESTED_ENUM(State, open, pending, authorized, captured, closed)

  std::string session_id;
  Id order_id;  // that it was made for; nil: it names none of ours
  State state = State::open;
  bool is_card = false;   // a card's, and no link
  MinorUnits amount = 0;  // asked for
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
  std::string currency;
  Time created_at;
};

// One way in which the books differ.
enum class Difference {
  // The provider knows more. It is asked, and payments goes by its answer.
  unrecorded_capture,
  unrecorded_refund,
  unrecorded_expiry,
  // It still takes or holds money for an order that ended.
  open_link,
  open_authorization,
  // Money differs: a person must look.
  double_charge,
  unknown_charge,
  missing_charge,
  amount_mismatch,
  missing_refund,
  // Our own records differ.
  missing_payment,
  status_mismatch,
  total_mismatch,
  cancelled_unrefunded,
  completed_unpaid,
  held_stock,
  uncommitted_stock,
  unreturned_stock,
};
BOOST_DESCRIBE_ENUM(Difference, unrecorded_capture, unrecorded_refund, unrecorded_expiry, open_link,
                    open_authorization, double_charge, unknown_charge, missing_charge,
                    amount_mismatch, missing_refund, missing_payment, status_mismatch,
                    total_mismatch, cancelled_unrefunded, completed_unpaid, held_stock,
                    uncommitted_stock, unreturned_stock)

// What can be done about it without a person. `none`: money or goods would move on a guess.
enum class Repair {
  none,
  look_up_payment,  // payments asks the provider, and does what its rules say to the answer
  undo_payment,     // the order ended: the link is closed, or the authorization voided
  release_stock,    // the same for what is reserved
};
BOOST_DESCRIBE_ENUM(Repair, none, look_up_payment, undo_payment, release_stock)

struct Finding {
  Id order_id;
  Difference kind = Difference::unrecorded_capture;
  std::string session_id;  // at the provider, where that matters
  Time since;              // the last change of either side that is known
  std::string explanation;
  Repair repair = Repair::none;
  bool is_repaired = false;
};
BOOST_DESCRIBE_STRUCT(Finding, (),
                      (order_id, kind, session_id, since, explanation, repair, is_repaired))

struct ReconciliationRequest {
  bool must_repair = false;
  std::optional<Time> since;  // of orders that were placed from then on; none: as usual
};
BOOST_DESCRIBE_STRUCT(ReconciliationRequest, (), (must_repair, since))

// One run, as far as it has come.
struct Reconciliation {
  enum class State { never, running, done, failed };
  BOOST_DESCRIBE_NESTED_ENUM(State, never, running, done, failed)

  static constexpr std::size_t findings_max = 1000;

  State state = State::never;
  bool must_repair = false;
  Time since;  // the oldest order
  Time started_at;
  std::optional<Time> ended_at;
  int look = 1;             // the first finds, the second confirms, the third sees what is repaired
  int percent = 0;          // of that look
  std::int64_t orders = 0;  // compared in the first look
  std::int64_t charges = 0;
  std::vector<Finding> findings;  // that stood in both looks; at most `findings_max`
  std::int64_t unlisted = 0;      // further ones
  std::string failure;            // why it has not come to its end

  std::int64_t left() const {
    std::int64_t count = unlisted;
    for (const auto& finding : findings) count += finding.is_repaired ? 0 : 1;
    return count;
  }
};
BOOST_DESCRIBE_STRUCT(Reconciliation, (),
                      (state, must_repair, since, started_at, ended_at, look, percent, orders,
                       charges, findings, unlisted, failure))

}  // namespace oms
