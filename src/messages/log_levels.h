#pragma once

#include <string>
#include <string_view>
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

inline constexpr std::string_view process_log = "process";
inline constexpr std::string_view gateway_log = "gateway";

}  // namespace oms
