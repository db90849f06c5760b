#pragma once

#include <array>
#include <string_view>

#include "sagas/checkout.h"
#include "sagas/food.h"
#include "sagas/pickup.h"
#include "sagas/prepaid.h"
#include "sagas/refund.h"
#include "sagas/resupply.h"
#include "sagas/revise.h"
#include "sagas/supply.h"

namespace oms::sagas {

// Every life that a live order may follow, and every change that it may see. A version stays until
// no live saga uses it.
inline constexpr std::array all{&food,   &pickup,   &checkout,      &prepaid,     &supply,
                                &refund, &resupply, &revise_unpaid, &revise_paid, &food_1};

// The saga of that name and version, or null. Version 0 asks for the newest.
constexpr const Saga* find(std::string_view name, int version = 0) {
  const Saga* found = nullptr;
  for (const Saga* saga : all) {
    if (saga->name != name || (version != 0 && saga->version != version)) continue;
    if (found == nullptr || saga->version > found->version) found = saga;
  }
  return found;
}

// Whether new orders and changes follow it.
constexpr bool is_newest(const Saga& saga) {
  return find(saga.name) == &saga;
}

}  // namespace oms::sagas
