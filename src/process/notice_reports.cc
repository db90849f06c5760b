#include "process/notice_reports.h"

#include <utility>

#include "edge/problem.h"

namespace oms::process {

void NoticeReports::take(const HttpRequest& request, Answer answer) {
  constexpr int no_content = 204;
  if (request.method != "POST") return answer(edge::wrong_method("POST"));
  auto message = read_(request);
  if (!message) return answer(edge::problem(message.error()));
  if (!*message) return answer({.status = no_content});
  commands_.submit(
      **std::move(message), Lane::urgent,
      [answer = std::move(answer)](const Result<Record>& result) mutable {
        // What no rule can decide is kept among the dead letters.
        const bool is_kept = result || result.error().kind == ErrorKind::internal;
        answer(is_kept ? HttpResponse{.status = no_content} : edge::problem(result.error()));
      });
}

}  // namespace oms::process
