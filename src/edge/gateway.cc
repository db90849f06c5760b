#include "edge/gateway.h"

#include <algorithm>

#include "edge/media_type.h"
#include "edge/routes.h"
#include "messages/trace.h"

namespace oms::edge {
namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// `prefix` is in lower case.
bool starts_with_word(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::ranges::equal(text.substr(0, prefix.size()), prefix, {}, lower);
}

// A client that says nothing of its body's type means JSON.
std::optional<HttpResponse> objection_to_type(std::string_view content_type, Body wanted) {
  if (content_type.empty()) return std::nullopt;
  switch (body_type(content_type)) {
    case BodyType::json:
      return std::nullopt;
    case BodyType::merge_patch:
      if (wanted == Body::patch) return std::nullopt;
      break;
    case BodyType::json_in_another_charset:
      return problem(wrong_media_type, "send the body in UTF-8, and say charset=utf-8 or nothing");
    case BodyType::another:
      break;
  }
  return problem(wrong_media_type, "send the body as application/json");
}

// Takes as long for a token that is nearly right as for one that is not, so that it cannot be
// found out byte by byte.
bool same_secret(std::string_view given, std::string_view secret) {
  if (secret.empty()) return false;
  unsigned difference = given.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    difference |= static_cast<unsigned>(static_cast<unsigned char>(given[i]) ^
                                        static_cast<unsigned char>(secret[i % secret.size()]));
  }
  return difference == 0;
}

bool is_operator(std::string_view authorization, std::string_view token) {
  constexpr std::string_view scheme = "bearer ";
  return starts_with_word(authorization, scheme) &&
         same_secret(authorization.substr(scheme.size()), token);
}

HttpResponse no_route(std::string allowed) {
  if (allowed.empty()) {
    return problem(Error{ErrorKind::not_found,
                         "there is nothing at this address; /openapi.yaml lists what there is"});
  }
  return wrong_method(std::move(allowed));
}

// A proxy on this machine speaks for others, and says so.
bool is_from_here(const HttpRequest& request) {
  return request.is_local && request.header("x-forwarded-for").empty() &&
         request.header("forwarded").empty();
}

// What speaks against handing the request to the route's handler, if anything.
std::optional<HttpResponse> objection(const Route& route, const HttpRequest& request,
                                      const GatewaySettings& settings) {
  if (route.access == Access::operators &&
      !is_operator(request.header("authorization"), settings.operator_token)) {
    return problem(Error{ErrorKind::unauthorized, "this needs the operator's token"});
  }
  if (route.access == Access::nearby && !is_from_here(request)) {
    return problem(not_from_here,
                   "this interface answers only callers on the same machine, "
                   "for none of them proves who they are");
  }
  if (route.access == Access::nearby_or_operators && !is_from_here(request) &&
      !is_operator(request.header("authorization"), settings.operator_token)) {
    return problem(
        Error{ErrorKind::unauthorized, "from another machine this needs the operator's token"});
  }
  // Customers have no password, so a page of another site could order as anybody from within a
  // browser that reaches this shop (https://www.w3.org/TR/fetch-metadata/).
  if (route.method != "GET" && request.header("sec-fetch-site") == "cross-site") {
    return problem(from_another_site, "a page of another site may not do this");
  }
  if (route.body == Body::ignored) return std::nullopt;
  return objection_to_type(request.header("content-type"), route.body);
}

// The coordinator's paths may have been moved, out of the way of others. Then they are only there.
RouteMatch route_of(const HttpRequest& request, const GatewaySettings& settings) {
  const std::string_view path = request.path;
  const auto& prefix = settings.coordinator_prefix;
  if (settings.only) return find_route(request.method, path, {.only = settings.only});
  if (prefix.empty()) return find_route(request.method, path);
  if (path.starts_with(prefix) && path.substr(prefix.size()).starts_with('/')) {
    auto moved =
        find_route(request.method, path.substr(prefix.size()), {.only = Face::coordinator});
    if (moved.route != nullptr || !moved.allowed.empty()) return moved;
  }
  return find_route(request.method, path, {.but = Face::coordinator});
}

}  // namespace

Plan Gateway::plan(const HttpRequest& request, const Id& fresh_id, Time now) const {
  auto [route, values, allowed] = route_of(request, settings_);
  if (route == nullptr) return no_route(std::move(allowed));
  if (auto refusal = objection(*route, request, settings_)) return *std::move(refusal);
  const Call call{
      .request = request,
      .settings = settings_,
      .fresh_id = fresh_id,
      .now = now,
      .trace = parse_traceparent(request.header("traceparent")).value_or(Trace{}),
      .values = values,
      .by_operator = is_operator(request.header("authorization"), settings_.operator_token)};
  auto plan = route->handler(call);
  if (!plan) return problem(plan.error());
  return *std::move(plan);
}

}  // namespace oms::edge
