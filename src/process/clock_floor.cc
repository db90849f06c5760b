#include "process/clock_floor.h"

#include <algorithm>
#include <chrono>

#include "runtime/id_source.h"
#include "runtime/records.h"
#include "services/orders/records.h"

namespace oms::process {

Result<Time> clock_floor(Store& store, bool keeps_orders) {
  OMS_TRY(const auto noted, store.load(std::vector{runtime::ClockReading::key()}));
  if (noted.front().is_newer) {
    const auto key = runtime::ClockReading::key();
    return std::unexpected(written_by_newer(*key.type, key.id.view()));
  }
  const auto* reading = noted.front().record.as<runtime::ClockReading>();
  const auto floor = reading != nullptr ? reading->at : Time{};
  if (!keeps_orders) return floor;
  OMS_TRY(const auto page,
          store.find({.type = &type_of<orders::Order>(), .limit = 1, .and_newer = true}));
  if (page.records.empty()) return floor;
  const auto* order = page.records.front().record.as<orders::Order>();
  // Ids are made by the order clock, and tell its seconds.
  const auto made = oms::made_at(Id::parse(page.last).value_or(Id{})) + std::chrono::seconds{1};
  return std::max({floor, order != nullptr ? order->updated_at : Time{}, made});
}

Result<void> ClockNote::write(Time now, std::uint64_t batches) {
  const auto key = runtime::ClockReading::key();
  OMS_TRY(const auto found, store_.load(std::vector{key}));
  const Change change{.key = key,
                      .record = make_record(runtime::ClockReading{.at = now}),
                      .expected = found.front().version};
  const bool is_newer = found.front().is_newer;  // a newer version takes the notes
  const auto noted = is_newer ? Result<void>{} : store_.commit({&change, 1});
  const bool is_noted = noted || noted.error().kind == ErrorKind::conflict;  // perhaps by another
  if (!is_noted) return noted;
  next_ = now + std::chrono::minutes{1};
  batches_ = batches;
  return {};
}

}  // namespace oms::process
