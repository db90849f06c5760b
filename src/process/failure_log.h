#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"
#include "messages/http.h"
#include "ports/clock.h"
#include "process/log_format.h"
#include "runtime/id_source.h"

namespace oms::process {

// Logs the failures that answers hide from their callers. A fault of ours (500) gets an id, which
// the problem's `instance` shows; that something is unavailable (503, 504) is told at most once in
// ten seconds, with the number of answers that went unmentioned. Any thread.
class FailureLog {
 public:
  struct Parts {
    std::function<Id()> make_id;
    std::function<Duration()> elapsed;  // of any steady clock
    std::function<void(const std::string&, const LogSubject&)> error;
    std::function<void(const std::string&, const LogSubject&)> warn;
  };
  // To the log of this service.
  static Parts to_log(Clock& clock, runtime::IdSource& ids, std::string_view service);

  explicit FailureLog(Parts parts) : parts_(std::move(parts)) {}

  // `answer.failure` is set.
  void note(HttpResponse& answer, std::string_view method, std::string_view path);

 private:
  void note_unavailable(const std::string& line, const LogSubject& subject);

  Parts parts_;
  std::mutex mutex_;
  Duration next_{Duration::min()};  // when unavailability may be told again
  std::uint64_t unmentioned_ = 0;
};

}  // namespace oms::process
