#pragma once

#include <variant>

#include "messages/payments.h"
#include "messages/stock.h"

namespace oms {

// What one service may ask another before it decides, and what is asked of services from beside
// them. Each names whom it asks.
using Question = std::variant<QuoteLines, RefundableOf, WhichAreOver, PaymentsOf, ReservationsOf>;
using Answer = std::variant<Quote, Refundable, AreOver, PaymentsAre, ReservationsAre>;

inline ServiceName asked(const Question& question) {
  return std::visit([](const auto& q) { return q.to; }, question);
}

}  // namespace oms
