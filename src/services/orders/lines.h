#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "messages/common.h"

// The lines of an order, and of what is asked about it.
namespace oms::orders {

// Where the field of that item stands in the request's body: "/items/0/quantity".
std::string line_pointer(std::size_t index, const char* field);

// What they cost. Errors: unprocessable, where it cannot be counted.
Result<MinorUnits> total_of(const std::vector<OrderLine>& lines);

}  // namespace oms::orders
