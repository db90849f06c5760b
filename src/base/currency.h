#pragma once

#include <string>
#include <string_view>

#include "base/money.h"
#include "base/result.h"

namespace oms {

// How many decimals the currency's amounts are written with: ISO 4217's exponent, 2 for most. Its
// code in lower case.
int decimals_of(std::string_view currency);

// "4.50" of 450 usd, "450" of 450 jpy, "0.450" of 450 kwd.
std::string amount_text(MinorUnits amount, std::string_view currency);

// The other way, for amounts that are not negative; fewer decimals than the currency has will do.
// The error says what is wrong and what to write.
Result<MinorUnits> parse_amount(std::string_view text, std::string_view currency);

}  // namespace oms
