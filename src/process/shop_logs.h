#pragma once

#include <span>
#include <string>
#include <vector>

#include "messages/common.h"
#include "ports/logs.h"
#include "process/log.h"

namespace oms::process {

// "orders", "coordinator": as their logs are called.
std::vector<std::string> log_names(std::span<const ServiceName> services);

// Changes the levels of this process's log, and says those of the services that live here.
Result<LogLevels> set_levels_of(const std::vector<std::string>& services, const LogLevels& wanted);

// The log of this process, and those of the others where there are any.
class ShopLogs final : public Logs {
 public:
  ShopLogs(std::vector<std::string> own, Logs* others) : own_(std::move(own)), others_(others) {}

  GatheredLogLevels set_levels(const LogLevels& wanted) override;

 private:
  const std::vector<std::string> own_;
  Logs* const others_;
};

}  // namespace oms::process
