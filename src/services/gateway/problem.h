#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "messages/http.h"

namespace oms::gateway {

// One type of problem (RFC 9457): its `type` is "urn:oms:problem:<name>", the title never changes.
struct ProblemType {
  int status;
  std::string_view name;
  std::string_view title;
};

// Those that only HTTP knows. The others follow from the kind of an Error.
inline constexpr ProblemType method_not_allowed{405, "method-not-allowed", "Method not allowed"};
inline constexpr ProblemType from_another_site{403, "from-another-site", "From another site"};
inline constexpr ProblemType wrong_media_type{415, "unsupported-media-type",
inline constexpr ProblemType misdirected{421, "misdirected-request", "Misdirected request"};
                                              "Unsupported media type"};

const ProblemType& problem_type(ErrorKind kind);

// `pointer` (RFC 6901) is where in the request's body; empty if it is no single field.
HttpResponse problem(const ProblemType& type, std::string_view detail,
                     std::string_view pointer = {});

// The one table from kinds of errors to HTTP. The detail of a failure of ours is for the log: the
// caller is told only what to do.
HttpResponse problem(const Error& error);

// To a method that this address does not know; `allowed` lists those that it does.
HttpResponse wrong_method(std::string allowed);

// What is said of an order that does not exist, and of another customer's: the same to the byte.
HttpResponse no_such_order();

// For the `Result` of a handler.
std::unexpected<Error> fail_no_such_order();

}  // namespace oms::gateway
