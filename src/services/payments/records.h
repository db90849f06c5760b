#pragma once

#include <boost/describe.hpp>

#include "messages/payments.h"
#include "messages/record.h"

namespace oms::payments {

// What one order's payment has come to. At most one operation is under way at the provider: the
// record says which, and `due` is when it is tried again or the provider is asked.
struct Payment {
  Id id;  // the order's
  std::string customer_id;
  PaymentStatus status = PaymentStatus::requested;
  MinorUnits amount = 0;
  std::string currency;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
  std::string session_id;
  Time expires_at;                // of the link
  std::vector<OrderLine> lines;   // what the link is for; dropped once it is there
  StepRef ref;                    // the saga's command that waits for an answer
  bool undo_requested = false;    // the customer shall end up having paid nothing
  Reason failure = Reason::none;  // why the payment was given up
  std::int32_t attempt = 0;       // of the operation under way
  Time asked_at;                  // its first attempt
  std::optional<Time> due;
  std::vector<std::string> events;  // the provider's, applied; at most `events_max`
};
BOOST_DESCRIBE_STRUCT(Payment, (),
                      (id, customer_id, status, amount, currency, captured, refunded, session_id,
                       expires_at, lines, ref, undo_requested, failure, attempt, asked_at, due,
                       events))

const RecordType& record_type(const Payment*);

}  // namespace oms::payments
