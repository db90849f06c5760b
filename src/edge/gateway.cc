#include "edge/gateway.h"

#include <algorithm>
#include <array>

#include "edge/caller.h"
#include "edge/card_number.h"
#include "edge/media_type.h"
#include "edge/routes.h"
#include "edge/words.h"
#include "messages/trace.h"

namespace oms::edge {
namespace {

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

HttpResponse no_route(std::string allowed) {
  if (allowed.empty()) {
    return problem(Error{ErrorKind::not_found,
                         "there is nothing at this address; /openapi.yaml lists what there is"});
  }
  return wrong_method(std::move(allowed));
}

// A proxy on this machine speaks for others. Most say so; where the shop is published there is one,
// whatever it says.
bool is_from_here(const HttpRequest& request, const GatewaySettings& settings) {
  constexpr std::array by_proxies{"forwarded", "x-forwarded-for", "x-real-ip", "via"};
  return request.is_local && !settings.is_published &&
         std::ranges::all_of(by_proxies,
                             [&](const char* name) { return request.header(name).empty(); });
}

bool is_for_operators(const Route& route) {
  return route.access == Access::operators || route.access == Access::nearby_or_operators;
}

HttpResponse must_be_from_here(const GatewaySettings& settings) {
  return problem(not_from_here,
                 settings.is_published
                     ? "this shop is published (--base-url), and here nobody proves who they are: "
                       "start it with --auth, or send the operator's token"
                     : "this interface answers only callers on the same machine, for none of them "
                       "proves who they are");
}

// For whom a route is, and whether the caller is one of those.
std::optional<HttpResponse> objection_to_caller(const RouteMatch& match, const HttpRequest& request,
                                                const Caller& caller,
                                                const GatewaySettings& settings) {
  const auto& route = *match.route;
  const bool is_ours =
      caller.is_operator || (!caller.must_prove && is_from_here(request, settings));
  if (is_for_operators(route)) {
    if (route.access == Access::nearby_or_operators && is_ours) return std::nullopt;
    const auto checked = caller.check_scope(caller.scope);
    return checked ? std::nullopt : std::optional{problem(checked.error())};
  }
  if (!caller.must_prove) {
    // Nobody from another machine, not even the operator.
    if (route.access != Access::nearby || (is_ours && request.is_local)) return std::nullopt;
    return must_be_from_here(settings);
  }
  const auto customer =
      route.face == Face::customers ? match.value_of("{customerID}") : std::string_view{};
  const bool is_for_customers = !customer.empty() || route.access == Access::nearby;
  if (!is_for_customers) return std::nullopt;
  if (caller.identity.subject.empty() && !caller.is_operator) {
    return problem(Error{ErrorKind::unauthorized, "this needs a token that says who you are"});
  }
  if (customer.empty() || caller.speaks_for(customer)) return std::nullopt;
  return no_such_order();
}

// What speaks against handing the request to the route's handler, if anything.
std::optional<HttpResponse> objection(const RouteMatch& match, const HttpRequest& request,
                                      const Caller& caller, const GatewaySettings& settings) {
  const auto& route = *match.route;
  if (auto refusal = objection_to_caller(match, request, caller, settings)) return refusal;
  // Customers have no password, so a page of another site could order as anybody from within a
  // browser that reaches this shop (https://www.w3.org/TR/fetch-metadata/).
  if (route.method != "GET" && request.header("sec-fetch-site") == "cross-site") {
    return problem(from_another_site, "a page of another site may not do this");
  }
  if (route.body == Body::ignored) return std::nullopt;
  return objection_to_type(request.header("content-type"), route.body);
}

// Whose name goes on record with what operators do, by whatever route; none with what customers do.
Result<std::optional<By>> on_record(const Route& route, const HttpRequest& request,
                                    const Caller& caller) {
  const bool acts_as_operator = route.method != "GET" && caller.has_scope(caller.scope);
  if (!is_for_operators(route) && !acts_as_operator) return std::nullopt;
  const auto reason = request.header("audit-reason");
  if (!is_short_text(reason)) {
    return fail(ErrorKind::invalid, std::string{"an Audit-Reason "}.append(short_text_rule));
  }
  if (holds_card_number(reason)) {
    return fail(ErrorKind::invalid, "a card number does not belong into an Audit-Reason");
  }
  By by{.who = "nearby", .reason = std::string{reason}};
  if (caller.is_operator) {
    by.who = "operator";
  } else if (!caller.identity.subject.empty()) {
    by.who = caller.identity.subject;
  }
  return by;
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

Result<Caller> Gateway::caller_of(const HttpRequest& request, Time now) const {
  return edge::caller_of(request, settings_, now);
}

Plan Gateway::plan(const HttpRequest& request, Result<Caller> caller, const Id& fresh_id,
                   Time now) const {
  auto match = route_of(request, settings_);
  if (match.route == nullptr) return no_route(std::move(match.allowed));
  if (!caller) return problem(caller.error());
  caller->scope = scope_of(*match.route);
  if (auto refusal = objection(match, request, *caller, settings_)) return *std::move(refusal);
  auto by = on_record(*match.route, request, *caller);
  if (!by) return problem(by.error());
  const Call call{.request = request,
                  .settings = settings_,
                  .fresh_id = fresh_id,
                  .now = now,
                  .trace = parse_traceparent(request.header("traceparent")).value_or(Trace{}),
                  .values = match.values,
                  .caller = *std::move(caller),
                  .by = *std::move(by)};
  auto plan = match.route->handler(call);
  if (!plan) return problem(plan.error());
  return *std::move(plan);
}

std::string Gateway::pattern_of(const HttpRequest& request) const {
  const auto match = route_of(request, settings_);
  if (match.route == nullptr) return {};
  std::string pattern{match.route->pattern};
  const bool is_moved = match.route->face == Face::coordinator && !settings_.only;
  return is_moved ? settings_.coordinator_prefix + pattern : pattern;
}

}  // namespace oms::edge
