#pragma once

#include <cstdint>

#include "tools/simulate/oracle/model.h"

namespace oms::simulate {

// The oracle counts money wider than the product does, so that nothing can overflow unseen.
__extension__ using Wide = __int128;

// The shop's bounds, as its API promises them.
inline constexpr std::size_t lines_most = 100;
inline constexpr std::int64_t quantity_most = 1'000'000;
inline constexpr MinorUnits price_max = 1'000'000'000'000;

// Whether the item has had this price after that commit, or is just being given it.
bool may_cost(const ShelfModel& shelf, MinorUnits price, std::uint64_t since);

// Why a request cannot be accepted, whatever things cost; null when it must be.
const char* defect_of(const PlaceOrder& wish, const Model& model);

}  // namespace oms::simulate
