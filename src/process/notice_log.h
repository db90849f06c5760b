#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "messages/notifications.h"

namespace oms::process {

// Tells what keeps notices from being sent: an outage once, and again when its cause changes or it
// is over; and each notice that is refused for good. Any thread.
class NoticeLog {
 public:
  using Tell = std::function<void(const std::string&)>;

  // `what` is sent: "emails".
  NoticeLog(std::string what, Tell tell) : what_(std::move(what)), tell_(std::move(tell)) {}

  void note(NoticeResult result, const std::string& trouble);

 private:
  const std::string what_;
  const Tell tell_;
  std::mutex mutex_;
  std::uint64_t failures_ = 0;  // of the outage; 0: there is none
  std::string cause_;
};

}  // namespace oms::process
