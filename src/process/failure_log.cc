#include "process/failure_log.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "codec/utf8.h"
#include "edge/problem.h"
#include "edge/routes.h"

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

// Whatever bytes a cause holds, the log stays lines of UTF-8.
std::string one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (const char *at = text.data(), *end = at + text.size(); at != end;) {
    const auto size = utf8_length(at, end);
    const bool is_control = static_cast<unsigned char>(*at) < 0x20 || *at == 0x7f;
    size == 0 || is_control ? line.append("?") : line.append(at, size);
    at += std::max<std::size_t>(size, 1);
  }
  return line;
}

}  // namespace

FailureLog::Parts FailureLog::to_log(Clock& clock, runtime::IdSource& ids) {
  return {.make_id = [&clock, &ids] { return ids.make(clock.now()); },
          .elapsed =
              [] {
                return std::chrono::duration_cast<Duration>(
                    std::chrono::steady_clock::now().time_since_epoch());
              },
          .error = [](const std::string& text) { spdlog::error("{}", text); },
          .warn = [](const std::string& text) { spdlog::warn("{}", text); }};
}

void FailureLog::note(HttpResponse& answer, std::string_view method, std::string_view path) {
  const auto failure = answer.failure;  // the answer may be replaced
  const bool is_internal = failure->kind == ErrorKind::internal;
  const auto line = one_line(fmt::format("answered {} ({}) to {}: {}", answer.status,
                                         is_internal ? "internal" : "unavailable",
                                         request_of(method, path), failure->detail));
  const std::scoped_lock lock{mutex_};
  if (!is_internal) return note_unavailable(line);
  const auto id = parts_.make_id();
  parts_.error(fmt::format("failure {}: {}", id.text(), line));
  answer = edge::logged_problem(*failure, id);
}

void FailureLog::note_unavailable(const std::string& line) {
  const auto now = parts_.elapsed();
  if (now < next_) {
    ++unmentioned_;
    return;
  }
  next_ = now + pause;
  const auto before = std::exchange(unmentioned_, 0);
  parts_.warn(before == 0 ? line
                          : fmt::format("{} (and {} more since the last line)", line, before));
}

}  // namespace oms::process
