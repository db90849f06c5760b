#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/describe.hpp>

// How much of what processes do is told in their logs, service by service.
namespace oms {

// From the most talkative. `off`: nothing.
enum class LogLevel { debug, info, warn, error, off };
BOOST_DESCRIBE_ENUM(LogLevel, debug, info, warn, error, off)

struct ServiceLogLevel {
  std::string service;  // "payments"; "gateway"; "process": what concerns a process as a whole
  LogLevel level = LogLevel::info;
  friend bool operator==(const ServiceLogLevel&, const ServiceLogLevel&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceLogLevel, (), (service, level))

struct LogLevels {
  std::vector<ServiceLogLevel> levels;
  friend bool operator==(const LogLevels&, const LogLevels&) = default;
};
BOOST_DESCRIBE_STRUCT(LogLevels, (), (levels))

// Adds those of services that `to` does not name yet.
inline void add_missing(LogLevels from, LogLevels& to) {
  for (auto& level : from.levels) {
    const bool is_there =
        std::ranges::find(to.levels, level.service, &ServiceLogLevel::service) != to.levels.end();
    if (!is_there) to.levels.push_back(std::move(level));
  }
}

inline constexpr std::string_view process_log = "process";
inline constexpr std::string_view gateway_log = "gateway";

}  // namespace oms
