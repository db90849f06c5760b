#include "edge/problem.h"

#include "codec/json_text.h"
#include "edge/query_string.h"

namespace oms::edge {
namespace {

constexpr std::size_t pointer_max = 256;  // an unknown field's name may be as long as the body
constexpr std::string_view no_order = "there is no such order";

// A JSON pointer as the fragment of a URI: "#/items/0/quantity".
std::string fragment_of(std::string_view pointer) {
  std::string fragment = "#";
  percent_encode(pointer.substr(0, pointer_max), "/~!$&'()*+,;=:@?", fragment);
  return fragment;
}

// Without the closing brace.
void write_members(const ProblemType& type, std::string_view detail, std::string& out) {
  out.append(R"({"type":"urn:oms:problem:)").append(type.name);
  out.append(R"(","title":")").append(type.title);
  out.append(R"(","status":)").append(std::to_string(type.status));
  out += R"(,"detail":)";
  write_json_string(detail, out);
}

}  // namespace

const ProblemType& problem_type(ErrorKind kind) {
  static constexpr ProblemType invalid{400, "invalid-request", "Invalid request"};
  static constexpr ProblemType unauthorized{401, "unauthorized", "Not signed in"};
  static constexpr ProblemType forbidden{403, "forbidden", "Not allowed"};
  static constexpr ProblemType not_found{404, "not-found", "Not found"};
  static constexpr ProblemType conflict{409, "conflict", "Not possible in this state"};
  static constexpr ProblemType stale{412, "precondition-failed", "Changed meanwhile"};
  static constexpr ProblemType gone{410, "gone", "Archived"};
  static constexpr ProblemType unprocessable{422, "unprocessable", "Refused by the rules"};
  static constexpr ProblemType too_large{413, "too-large", "Too large"};
  static constexpr ProblemType rate_limited{429, "rate-limited", "Too many requests"};
  static constexpr ProblemType unavailable{503, "unavailable", "Not available right now"};
  static constexpr ProblemType internal{500, "internal", "Our fault"};
  switch (kind) {
    case ErrorKind::invalid:
      return invalid;
    case ErrorKind::unauthorized:
      return unauthorized;
    case ErrorKind::forbidden:
      return forbidden;
    case ErrorKind::not_found:
      return not_found;
    case ErrorKind::conflict:
      return conflict;
    case ErrorKind::stale:
      return stale;
    case ErrorKind::gone:
      return gone;
    case ErrorKind::unprocessable:
      return unprocessable;
    case ErrorKind::too_large:
      return too_large;
    case ErrorKind::rate_limited:
      return rate_limited;
    case ErrorKind::unavailable:
      return unavailable;
    case ErrorKind::internal:
      break;
  }
  return internal;
}

HttpResponse problem(const ProblemType& type, std::string_view detail, std::string_view pointer) {
  HttpResponse response{.status = type.status, .content_type = "application/problem+json"};
  auto& out = response.body;
  out.reserve(256);
  write_members(type, detail, out);
  if (!pointer.empty()) {
    out += R"(,"errors":[{"detail":)";
    write_json_string(detail, out);
    out += R"(,"pointer":)";
    write_json_string(fragment_of(pointer), out);
    out += "}]";
  }
  out += '}';
  return response;
}

HttpResponse problem(const Error& error) {
  const ProblemType& type = problem_type(error.kind);
  switch (error.kind) {
    case ErrorKind::internal: {
      auto response = problem(type, "something went wrong on our side");
      response.failure = std::make_shared<const Error>(error);
      return response;
    }
    case ErrorKind::unavailable: {
      auto response = problem(type, "this cannot be taken just now; try again in a moment");
      response.headers.emplace_back("Retry-After", "1");
      response.failure = std::make_shared<const Error>(error);
      return response;
    }
    default:
      break;
  }
  auto response = problem(type, error.detail, error.pointer);
  if (error.kind == ErrorKind::rate_limited) response.headers.emplace_back("Retry-After", "1");
  if (error.kind == ErrorKind::unauthorized) {
    response.headers.emplace_back("WWW-Authenticate", R"(Bearer realm="oms")");
  }
  return response;
}

HttpResponse logged_problem(const Error& error, const Id& id) {
  const ProblemType& type = problem_type(error.kind);
  HttpResponse response{.status = type.status, .content_type = "application/problem+json"};
  write_members(type, "something went wrong on our side; it is in our log as " + id.text(),
                response.body);
  response.body.append(R"(,"instance":"urn:oms:failure:)").append(id.text()).append("\"}");
  return response;
}

HttpResponse unexpected_reply(std::string_view wanted) {
  return problem(Error{ErrorKind::internal, std::string{"the reply holds no "}.append(wanted)});
}

HttpResponse wrong_method(std::string allowed) {
  auto response = problem(method_not_allowed, "this address knows only " + allowed);
  response.headers.emplace_back("Allow", std::move(allowed));
  return response;
}

HttpResponse no_such_order() {
  return problem(Error{ErrorKind::not_found, std::string{no_order}});
}

std::unexpected<Error> fail_no_such_order() {
  return fail(ErrorKind::not_found, std::string{no_order});
}

}  // namespace oms::edge
