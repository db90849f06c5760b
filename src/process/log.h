#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "messages/log_levels.h"
#include "process/log_format.h"
#include "process/settings.h"

// The log of this process, on standard error. It is written by a thread of its own: who tells
// something never waits for a slow terminal or disk. Of 4,096 lines that wait the oldest go, and
// are counted. Any thread may call what stands here.
namespace oms::process {

// Lines are formed as `settings.log` says. Before it is open and after its end they are written at
// once, before it as text. One in a process; nobody may tell anything while it is made or ends.
class Log {
 public:
  // Errors: `invalid` for levels that cannot be read.
  static Result<Log> open(const Settings& settings);
  ~Log();
  Log(Log&& other) noexcept : form_(other.form_), is_open_(std::exchange(other.is_open_, false)) {}
  Log& operator=(Log&&) = delete;

 private:
  explicit Log(LogForm form) : form_(form) {}

  LogForm form_;
  bool is_open_ = true;
};

// Puts a line in the log of a service. One that is below its level costs a comparison.
void tell(LogLevel level, std::string_view service, std::string_view text,
          const LogSubject& subject = {});
bool is_told(LogLevel level, std::string_view service);

// For those who can only say a text.
using Tell = std::function<void(const std::string&)>;
Tell warns_of(std::string_view service);
Tell errors_of(std::string_view service);

// "warn" or "warn,payments=debug,gateway=error": a level for all that are not named.
Result<LogLevels> read_log_levels(std::string_view text);

// Of the services that have a log: those of the shop, the gateway and the process.
LogLevels log_levels();
// Until the process ends. Errors: `invalid` for a service that is not known: then none is changed.
Result<void> set_log_levels(const LogLevels& levels);

// Lines that had to go because too many waited.
std::uint64_t dropped_log_lines();

}  // namespace oms::process
