#include "adapters/postgres/connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "adapters/postgres/errors.h"

namespace oms::postgres {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{5000};

// libpq ends its messages with a line feed, and may write several lines.
std::string one_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  std::string line{text};
  std::ranges::replace(line, '\n', ' ');
  return line;
}

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text ? text : "";
}

}  // namespace

// A result that is to come.
struct Connection::Expected {
  std::size_t request = 0;
  const std::string* preparing = nullptr;  // the text that this one prepares
};

Connection::Connection(Target target, milliseconds answer_timeout)
    : target_(std::move(target)),
      answer_timeout_(answer_timeout),
      random_(std::random_device{}()) {}

Result<void> Connection::open() {
  if (handle_ && PQstatus(handle_.get()) == CONNECTION_OK) return {};
  if (pause() > milliseconds{0}) return fail(ErrorKind::unavailable, why_);
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : target_.parameters()) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  handle_.reset();
  prepared_.clear();
  handle_.reset(PQconnectdbParams(names.data(), values.data(), 0));
  if (!handle_) return fail(ErrorKind::unavailable, "no memory for a connection to PostgreSQL");
  if (PQstatus(handle_.get()) != CONNECTION_OK || PQsetnonblocking(handle_.get(), 1) != 0) {
    note_failed_open(one_line(PQerrorMessage(handle_.get())));
    handle_.reset();
    return fail(ErrorKind::unavailable, why_);
  }
  // What the server says unasked, such as that it shuts down, shows in the next answer, too.
  PQsetNoticeReceiver(handle_.get(), [](void*, const PGresult*) {}, nullptr);
  failed_opens_ = 0;
  ++number_;
  return {};
}

void Connection::note_failed_open(std::string why) {
  why_ = fmt::format("PostgreSQL at {} cannot be reached: {}", target_.name(), why);
  const auto pause = std::min(longest_pause, first_pause * (1 << std::min(failed_opens_, 10)));
  ++failed_opens_;
  const auto left_out = static_cast<std::int64_t>(random_()) % (pause.count() / 2);
  retry_at_ = Clock::now() + pause - milliseconds{left_out};
}

milliseconds Connection::pause() const {
  if (failed_opens_ == 0) return milliseconds{0};
  const auto left = std::chrono::ceil<milliseconds>(retry_at_ - Clock::now());
  return std::max(left, milliseconds{0});
}

Failure Connection::lost() {
  auto why = handle_ ? one_line(PQerrorMessage(handle_.get())) : "";
  handle_.reset();
  if (why.empty()) why = "it has closed the connection";
  return {.error = {ErrorKind::unavailable,
                    fmt::format("PostgreSQL at {} was lost: {}", target_.name(), why)},
          .is_lost = true};
}

Result<std::vector<Rows>> Connection::ask(std::span<const Request> requests) {
  for (bool is_again = false;; is_again = true) {
    OMS_CHECK(open());
    auto answers = exchange(requests);
    if (answers) return *std::move(answers);
    Failure failure = std::move(answers).error();
    const bool may_ask_again = failure.is_lost && !failure.is_late && !is_again;
    if (!may_ask_again) return std::unexpected(std::move(failure.error));
  }
}

Answers Connection::exchange(std::span<const Request> requests) {
  std::vector<Expected> expected;
  expected.reserve(requests.size() + 4);
  auto failure = send(requests, expected);
  if (failure) return std::unexpected(*std::move(failure));
  return receive(expected);
}

std::optional<Failure> Connection::send(std::span<const Request> requests,
                                        std::vector<Expected>& expected) {
  auto* connection = handle_.get();
  if (!connection) return lost();
  if (PQpipelineStatus(connection) == PQ_PIPELINE_OFF && PQenterPipelineMode(connection) == 0) {
    return lost();
  }
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const Request& request = requests[i];
    auto known = prepared_.find(request.sql);
    if (known == prepared_.end()) {
      known = prepared_.emplace(request.sql, fmt::format("s{}", next_name_++)).first;
      const auto& [sql, name] = *known;
      if (PQsendPrepare(connection, name.c_str(), sql.c_str(), 0, nullptr) == 0) return lost();
      expected.push_back({i, &sql});
    }
    const auto count = request.parameters.size();
    values.clear();
    lengths.clear();
    for (const auto& parameter : request.parameters) {
      values.push_back(parameter.data());
      lengths.push_back(static_cast<int>(parameter.size()));
    }
    formats.assign(count, 1);
    if (PQsendQueryPrepared(connection, known->second.c_str(), static_cast<int>(count),
                            values.data(), lengths.data(), formats.data(), 1) == 0) {
      return lost();
    }
    expected.push_back({i});
  }
  if (PQpipelineSync(connection) == 0) return lost();
  return std::nullopt;
}

// Until a result is there. What is still to be sent is sent meanwhile.
std::optional<Failure> Connection::wait(Deadline deadline) {
  auto* connection = handle_.get();
  for (;;) {
    const int unsent = PQflush(connection);
    if (unsent < 0) return lost();
    if (unsent == 0 && PQisBusy(connection) == 0) return std::nullopt;
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
    pollfd ready{.fd = PQsocket(connection),
                 .events = static_cast<short>(POLLIN | (unsent > 0 ? POLLOUT : 0)),
                 .revents = 0};
    const int polled = left > 0 ? ::poll(&ready, 1, static_cast<int>(left)) : 0;
    if (polled < 0 && errno == EINTR) continue;
    if (polled == 0) {
      handle_.reset();
      return Failure{
          Error{ErrorKind::unavailable, fmt::format("PostgreSQL at {} has not answered in {} ms",
                                                    target_.name(), answer_timeout_.count())},
          0, true, true};
    }
    if (PQconsumeInput(connection) == 0) return lost();
  }
}

Answers Connection::receive(std::span<const Expected> expected) {
  const auto deadline = Clock::now() + answer_timeout_;
  std::vector<Rows> rows;
  std::optional<Failure> failure;
  bool is_fatal = false;
  std::size_t at = 0;
  for (;;) {
    if (auto waited = wait(deadline)) {
      if (failure) waited->error.detail = failure->error.detail;
      return std::unexpected(*std::move(waited));
    }
    Rows result{PQgetResult(handle_.get())};
    if (!result) {
      if (is_fatal || PQstatus(handle_.get()) == CONNECTION_BAD) break;
      continue;  // the end of one statement's answer
    }
    const auto status = result.status();
    if (status == PGRES_PIPELINE_SYNC) break;
    if (at == expected.size()) continue;
    const Expected& wanted = expected[at++];
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      if (!wanted.preparing) rows.push_back(std::move(result));
      continue;
    }
    if (wanted.preparing) prepared_.erase(*wanted.preparing);
    if (status == PGRES_PIPELINE_ABORTED || failure) continue;
    failure = Failure{.error = result.error(), .request = wanted.request};
    is_fatal = result.is_fatal();
  }
  if (is_fatal || PQstatus(handle_.get()) == CONNECTION_BAD) {
    auto gone = lost();
    if (failure) gone.error.detail = failure->error.detail;
    return std::unexpected(std::move(gone));
  }
  if (failure) return std::unexpected(*std::move(failure));
  return rows;
}

Result<void> Connection::run(const std::string& sql) {
  OMS_CHECK(open());
  if (PQexitPipelineMode(handle_.get()) == 0) return std::unexpected(lost().error);
  const Rows result{PQexec(handle_.get(), sql.c_str())};
  const auto status = result.status();
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
  if (PQstatus(handle_.get()) == CONNECTION_BAD) return std::unexpected(lost().error);
  return std::unexpected(result.error());
}

Rows::Status Rows::status() const {
  return PQresultStatus(result_.get());
}

Error Rows::error() const {
  const auto sqlstate = field(result_.get(), PG_DIAG_SQLSTATE);
  if (!sqlstate.empty()) {
    return error_of(sqlstate, one_line(field(result_.get(), PG_DIAG_MESSAGE_PRIMARY)));
  }
  return {ErrorKind::unavailable, one_line(PQresultErrorMessage(result_.get()))};  // libpq's own
}

// After that the server closes the connection, or no longer knows what was prepared on it.
bool Rows::is_fatal() const {
  const auto severity = field(result_.get(), PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity == "FATAL" || severity == "PANIC" ||
         field(result_.get(), PG_DIAG_SQLSTATE) == "26000";
}

}  // namespace oms::postgres
