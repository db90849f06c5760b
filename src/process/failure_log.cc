#include "process/failure_log.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "edge/problem.h"
#include "edge/routes.h"
#include "process/log.h"

namespace oms::process {
namespace {

constexpr Duration pause = std::chrono::seconds{10};

// "GET /api/customers/{customerID}/orders/{orderID}, order 65a0...": who the customer is and what a
// payment link is called concern nobody who reads the log.
std::string request_of(std::string_view method, std::string_view path) {
  constexpr std::string_view checkout = "/checkout/";
  if (path.starts_with(checkout)) {
    const auto action = std::min(path.find('/', checkout.size()), path.size());
    return fmt::format("{} /checkout/{{session}}{}", method, path.substr(action));
  }
  const auto match = edge::find_route(method, path);
  if (match.route == nullptr) return fmt::format("{} {}", method, path);
  auto text = fmt::format("{} {}", method, match.route->pattern);
  const auto order = match.value_of("{orderID}");
  if (Id::parse(order)) text.append(", order ").append(order);
  return text;
}

LogSubject subject_of(std::string_view method, std::string_view path) {
  const auto match = edge::find_route(method, path);
  const auto order_id =
      match.route != nullptr ? Id::parse(match.value_of("{orderID}")) : std::optional<Id>{};
  return {.order_id = order_id.value_or(Id{})};
}

}  // namespace

FailureLog::Parts FailureLog::to_log(Clock& clock, runtime::IdSource& ids,
                                     std::string_view service) {
  const auto to = [service = std::string{service}](LogLevel level) {
    return [level, service](const std::string& text, const LogSubject& subject) {
      tell(level, service, text, subject);
    };
  };
  return {.make_id = [&clock, &ids] { return ids.make(clock.now()); },
          .elapsed =
              [] {
                return std::chrono::duration_cast<Duration>(
                    std::chrono::steady_clock::now().time_since_epoch());
              },
          .error = to(LogLevel::error),
          .warn = to(LogLevel::warn)};
}

void FailureLog::note(HttpResponse& answer, std::string_view method, std::string_view path) {
  const auto failure = answer.failure;  // the answer may be replaced
  const bool is_internal = failure->kind == ErrorKind::internal;
  const auto line = fmt::format("answered {} ({}) to {}: {}", answer.status,
                                is_internal ? "internal" : "unavailable", request_of(method, path),
                                failure->detail);
  auto subject = subject_of(method, path);
  const std::scoped_lock lock{mutex_};
  if (!is_internal) return note_unavailable(line, subject);
  const auto id = parts_.make_id();
  subject.failure_id = id;
  parts_.error(fmt::format("failure {}: {}", id.text(), line), subject);
  answer = edge::logged_problem(*failure, id);
}

void FailureLog::note_unavailable(const std::string& line, const LogSubject& subject) {
  const auto now = parts_.elapsed();
  if (now < next_) {
    ++unmentioned_;
    return;
  }
  next_ = now + pause;
  const auto before = std::exchange(unmentioned_, 0);
  parts_.warn(
      before == 0 ? line : fmt::format("{} (and {} more since the last line)", line, before),
      subject);
}

}  // namespace oms::process
