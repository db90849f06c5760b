#include "process/shop_logs.h"

#include <algorithm>
#include <utility>

#include "codec/json_names.h"

namespace oms::process {

std::vector<std::string> log_names(std::span<const ServiceName> services) {
  std::vector<std::string> names;
  for (const auto service : services) names.emplace_back(json::name_of(service));
  return names;
}

Result<LogLevels> set_levels_of(const std::vector<std::string>& services, const LogLevels& wanted) {
  OMS_CHECK(set_log_levels(wanted));
  auto all = log_levels();
  std::erase_if(all.levels, [&](const ServiceLogLevel& level) {
    return level.service != process_log &&
           std::ranges::find(services, level.service) == services.end();
  });
  return all;
}

GatheredLogLevels ShopLogs::set_levels(const LogLevels& wanted) {
  GatheredLogLevels gathered;
  if (auto own = set_levels_of(own_, wanted)) gathered.levels = *std::move(own);
  if (others_ == nullptr) return gathered;
  auto others = others_->set_levels(wanted);
  add_missing(std::move(others.levels), gathered.levels);
  gathered.unreached = std::move(others.unreached);
  return gathered;
}

}  // namespace oms::process
