#pragma once

#include <functional>
#include <string_view>

#include "messages/http.h"
#include "ports/commands.h"
#include "process/wiring.h"

namespace oms::process {

inline constexpr std::string_view notice_report_path = "/sms/status";

// Takes what carriers report of notices, and has it decided. Any thread.
class NoticeReports {
 public:
  using Answer = std::move_only_function<void(HttpResponse)>;

  NoticeReports(ReadNoticeReport read, Commands& commands)
      : read_(std::move(read)), commands_(commands) {}

  // 204 once it is durable, or says nothing new; else a problem: 401 for one that is not the
  // carrier's, 503 where it should come again.
  void take(const HttpRequest& request, Answer answer);

 private:
  const ReadNoticeReport read_;
  Commands& commands_;
};

}  // namespace oms::process
