#include "app/alarms.h"

#include <fmt/format.h>

#include <variant>

namespace oms::app {

void Alarms::observe(const runtime::Committed& committed) {
  for (const auto& event : committed.events) {
    if (const auto* low = std::get_if<StockLow>(&event.payload)) {
      ++stock_low_;
      tell_(fmt::format("item {} is low: {} left to sell", low->product_id, low->available));
    } else if (const auto* out = std::get_if<StockOut>(&event.payload)) {
      ++stock_out_;
      tell_(fmt::format("item {} has run out", out->product_id));
    } else if (std::holds_alternative<PromiseMissed>(event.payload)) {
      ++promises_missed_;
      tell_(fmt::format("order {} is later than promised", event.order_id.text()));
    }
  }
}

}  // namespace oms::app
