#pragma once

#include "services/payments/records.h"
#include "services/service.h"

namespace oms::payments {

// What an account may be opened with. No sum over orders can overflow.
inline constexpr MinorUnits opening_balance_max = 1'000'000'000'000'000;

// A new customer. Their number is nobody else's, so that there is no account under it yet.
Decision open_account(const OpenAccount& command, const Records& records, Now now);

// Changes the account and writes the movement down; both are saved by this decision. Throws
// std::logic_error where the account would hold more than there is, or less than nothing.
AccountMovement move(Account& account, MovementKind kind, MinorUnits amount, const Id& order_id,
                     Now now, Decision& decision);

}  // namespace oms::payments
