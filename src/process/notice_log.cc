#include "process/notice_log.h"

#include <utility>

#include <fmt/format.h>

namespace oms::process {

void NoticeLog::note(NoticeResult result, const std::string& trouble) {
  const std::scoped_lock lock{mutex_};
  if (result == NoticeResult::refused) return tell_(trouble);
  if (result == NoticeResult::failed) {
    if (failures_++ > 0 && cause_ == trouble) return;
    cause_ = trouble;
    return tell_(trouble);
  }
  const auto failures = std::exchange(failures_, 0);
  if (failures > 0) tell_(fmt::format("{} are sent again, after {} failed tries", what_, failures));
}

}  // namespace oms::process
