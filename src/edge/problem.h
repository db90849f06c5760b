#pragma once

#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"
#include "messages/http.h"

namespace oms::edge {

// One type of problem (RFC 9457): its `type` is "urn:oms:problem:<name>", the title never changes.
struct ProblemType {
  int status;
  std::string_view name;
  std::string_view title;
};

// Those that only HTTP knows. The others follow from the kind of an Error.
inline constexpr ProblemType method_not_allowed{405, "method-not-allowed", "Method not allowed"};
inline constexpr ProblemType from_another_site{403, "from-another-site", "From another site"};
inline constexpr ProblemType not_from_here{403, "not-from-here", "Not from here"};
inline constexpr ProblemType misdirected{421, "misdirected-request", "Misdirected request"};
inline constexpr ProblemType wrong_media_type{415, "unsupported-media-type",
                                              "Unsupported media type"};
inline constexpr ProblemType precondition_required{428, "precondition-required",
                                                   "Precondition required"};

const ProblemType& problem_type(ErrorKind kind);

// `pointer` (RFC 6901) is where in the request's body; empty if it is no single field.
HttpResponse problem(const ProblemType& type, std::string_view detail,
                     std::string_view pointer = {});

// The one table from kinds of errors to HTTP. A failure of ours goes along as `failure`, for the
// log: the caller is told only what to do.
HttpResponse problem(const Error& error);

// What the caller of a failure is told once it is in the log under this id: the problem's
// `instance`.
HttpResponse logged_problem(const Error& error, const Id& id);

// For a reply or a record that is not what the rules promise to give: a fault of ours.
HttpResponse unexpected_reply(std::string_view wanted);

// To a method that this address does not know; `allowed` lists those that it does.
HttpResponse wrong_method(std::string allowed);

// What is said of an order that does not exist, and of another customer's: the same to the byte.
HttpResponse no_such_order();

// For the `Result` of a handler.
std::unexpected<Error> fail_no_such_order();

}  // namespace oms::edge
