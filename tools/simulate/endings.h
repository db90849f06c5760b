#pragma once

#include <array>
#include <cstdint>

#include "tools/simulate/oracle/model.h"

namespace oms::simulate {

inline constexpr std::size_t reason_count =
    boost::mp11::mp_size<boost::describe::describe_enumerators<Reason>>::value;

// How the orders of one run or of many have ended.
struct Endings {
  std::uint64_t orders = 0;  // that were accepted
  std::uint64_t completed = 0;
  std::array<std::uint64_t, reason_count> cancelled{};  // by reason
  std::uint64_t charged = 0;                            // orders that the provider took money for
  std::uint64_t paid_back = 0;

  void count(const Life& life) {
    if (!life.order) return;
    ++orders;
    if (life.has(OrderStatus::completed)) ++completed;
    if (life.has(OrderStatus::cancelled)) {
      ++cancelled.at(static_cast<std::size_t>(life.order->reason));
    }
    if (life.charged != 0) ++charged;
    if (life.paid_back != 0) ++paid_back;
  }
  void add(const Endings& others) {
    orders += others.orders;
    completed += others.completed;
    for (std::size_t i = 0; i < reason_count; ++i) cancelled.at(i) += others.cancelled.at(i);
    charged += others.charged;
    paid_back += others.paid_back;
  }
};

}  // namespace oms::simulate
