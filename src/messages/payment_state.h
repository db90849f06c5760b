#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <string>

#include "base/money.h"

// What is known of a payment beyond its status. Payments owns it, and orders keeps a copy to show.
namespace oms {

// `failed` and `canceled`: the money has not moved, or it has come back.
enum class RefundStatus { pending, succeeded, failed, canceled };
BOOST_DESCRIBE_ENUM(RefundStatus, pending, succeeded, failed, canceled)

enum class Initiator { oms, provider };
BOOST_DESCRIBE_ENUM(Initiator, oms, provider)

struct Refund {
  std::int32_t number = 0;  // from 1; it names the refund's idempotency key
  MinorUnits amount = 0;
  RefundStatus status = RefundStatus::pending;
  Initiator initiated_by = Initiator::oms;
  std::string provider_id;  // empty until the provider has named it
  std::int32_t change = 0;  // of the order, that has asked for it; 0: it undoes the payment
  MinorUnits after = 0;     // so much had been refunded when it was asked for: part of its key
};
BOOST_DESCRIBE_STRUCT(Refund, (),
                      (number, amount, status, initiated_by, provider_id, change, after))

// The customer has asked their bank for the money. `won`: it is the shop's again.
enum class DisputeStatus { open, won, lost };
BOOST_DESCRIBE_ENUM(DisputeStatus, open, won, lost)

struct Dispute {
  std::string provider_id;
  MinorUnits amount = 0;
  DisputeStatus status = DisputeStatus::open;
};
BOOST_DESCRIBE_STRUCT(Dispute, (), (provider_id, amount, status))

// Why the last attempt to pay did not succeed. The code is the provider's: "insufficient_funds".
struct PaymentError {
  std::string code;
  std::string message;  // for the customer; may be empty

  bool is_empty() const { return code.empty() && message.empty(); }
};
BOOST_DESCRIBE_STRUCT(PaymentError, (), (code, message))

}  // namespace oms
