#pragma once

#include <expected>
#include <string>
#include <utility>

namespace oms {

// What the caller can do about a failure. One table each maps kinds to HTTP, to gRPC and to a
// broker's verdict, so a rule never thinks in status codes.
enum class ErrorKind {
  invalid,        // the request is malformed: fix it
  unauthorized,   // no or wrong credentials
  forbidden,      // the credentials are good, and not for this
  not_found,      // no such thing, or not yours
  conflict,       // not in this state: read again
  stale,          // it is no longer as the caller has required: read again
  gone,           // it was here and has been archived
  unprocessable,  // well-formed, but the rules refuse it
  too_large,      // over a stated bound
  rate_limited,   // slow down
  unavailable,    // try again later
  internal,       // a fault of ours
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string detail;        // what was wrong and what to do, for a person
  std::string pointer = {};  // where in the request body (RFC 6901), if it is one field
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string detail, std::string pointer = {}) {
  return std::unexpected(Error{kind, std::move(detail), std::move(pointer)});
}

}  // namespace oms

// Takes the value of a Result, or returns its error from the enclosing function.
#define OMS_TRY(declaration, expression) OMS_TRY_AT(declaration, expression, __LINE__)
#define OMS_TRY_AT(declaration, expression, line) OMS_TRY_AS(declaration, expression, line)
#define OMS_TRY_AS(declaration, expression, line)                                       \
  auto oms_result_##line = (expression);                                                \
  if (!oms_result_##line) return std::unexpected(std::move(oms_result_##line).error()); \
  declaration = *std::move(oms_result_##line)

// The same for a Result<void>.
#define OMS_CHECK(expression)                               \
  if (auto oms_checked = (expression); !oms_checked) {      \
    return std::unexpected(std::move(oms_checked).error()); \
  }
