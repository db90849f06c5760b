#include "process/grpc_authority.h"

#include <algorithm>
#include <array>
#include <utility>

#include "edge/caller.h"
#include "process/settings_checks.h"

namespace oms::process {
namespace {

constexpr std::string_view prefix = "/oms.v1.";

struct MethodScope {
  std::string_view method;  // or how it begins
  std::string_view scope;
};

// As for the same over HTTP, see edge/routes.cc. The first that fits. What is not here is for our
// own processes alone: their questions, what the reconciler asks for, and webhooks, for the payment
// provider's signature does not say who has passed it on.
constexpr std::array methods{
    MethodScope{"Orders/PlaceOrder", "orders:operate"},
    MethodScope{"Orders/ReviseOrder", "orders:operate"},
    MethodScope{"Orders/CancelOrder", "orders:operate"},
    MethodScope{"Orders/RefundOrder", "refunds:write"},
    MethodScope{"Orders/EraseCustomer", "customers:write"},
    MethodScope{"Orders/GetErasedCustomer", "customers:write"},
    MethodScope{"Orders/ListErasedCustomers", "customers:write"},
    MethodScope{"Orders/Get", "orders:read"},
    MethodScope{"Orders/List", "orders:read"},
    MethodScope{"Orders/Follow", "orders:read"},
    MethodScope{"Sagas/HandleSaga", "sagas:operate"},
    MethodScope{"Sagas/", "orders:read"},
    MethodScope{"Stock/SetItem", "stock:write"},
    MethodScope{"Stock/RestockItem", "stock:write"},
    MethodScope{"Stock/ArchiveItem", "stock:write"},
    MethodScope{"Stock/GetReservation", "orders:read"},
    MethodScope{"Stock/ListReservations", "orders:read"},
    MethodScope{"Stock/Get", "stock:read"},
    MethodScope{"Stock/List", "stock:read"},
    MethodScope{"Payments/OpenAccount", "customers:write"},
    MethodScope{"Payments/GetAccount", "customers:write"},
    MethodScope{"Payments/ListAccounts", "customers:write"},
    MethodScope{"Payments/Get", "orders:read"},
    MethodScope{"Payments/List", "orders:read"},
    MethodScope{"Kitchen/Handle", "orders:operate"},
    MethodScope{"Kitchen/", "orders:read"},
    MethodScope{"Delivery/Handle", "orders:operate"},
    MethodScope{"Delivery/", "orders:read"},
    MethodScope{"Notifications/", "orders:read"},
    MethodScope{"Reconciler/Start", "refunds:write"},
    MethodScope{"Reconciler/", "orders:read"},
    MethodScope{"Operations/GetAudit", "audit:read"},
    MethodScope{"Operations/ListAudit", "audit:read"},
    MethodScope{"Operations/GetMetrics", "system:operate"},
    MethodScope{"Operations/SetLogLevels", "system:operate"},
    MethodScope{"Operations/SettleDeadLetter", "system:operate"},
    MethodScope{"Operations/GetDeadLetter", "system:operate"},
    MethodScope{"Operations/ListDeadLetters", "system:operate"},
};

std::set<std::string, std::less<>> names_in(std::string_view list) {
  std::set<std::string, std::less<>> names;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    auto name = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    name = name.substr(0, name.find_last_not_of(' ') + 1);
    if (!name.empty()) names.emplace(name);
  }
  return names;
}

}  // namespace

std::string_view scope_of_method(std::string_view method) {
  if (!method.starts_with(prefix)) return {};
  method.remove_prefix(prefix.size());
  const auto* const found = std::ranges::find_if(
      methods, [&](const MethodScope& each) { return method.starts_with(each.method); });
  return found == methods.end() ? std::string_view{} : found->scope;
}

Result<GrpcAuthority> GrpcAuthority::of(const Settings& settings, std::string operator_token,
                                        const Identities* identities, Clock& clock) {
  edge::GatewaySettings callers;
  callers.operator_token = std::move(operator_token);
  callers.identities = identities;
  GrpcAuthority made{std::move(callers), clock};
  made.peers_ = names_in(settings.grpc_peers);
  made.is_among_ourselves_ = made.peers_.empty() && is_loopback_address(settings.grpc_listen);
  const bool is_for_somebody = made.is_among_ourselves_ || !made.peers_.empty() ||
                               !made.callers_.operator_token.empty() || identities != nullptr;
  if (is_for_somebody) return made;
  return fail(ErrorKind::invalid,
              "nobody could call this process at " + settings.grpc_listen +
                  ": give --grpc-peers with the names in our processes' certificates, or the "
                  "operator's token (OMS_OPERATOR_TOKEN) to all of them");
}

Result<grpc_api::GrpcStanding> GrpcAuthority::check(const grpc_api::GrpcCaller& caller) const {
  using Standing = grpc_api::GrpcStanding;
  const bool is_peer = !caller.certificate.empty() && peers_.contains(caller.certificate);
  if (is_peer || is_among_ourselves_) {
    return Standing{.is_ours = true, .who = std::string{caller.certificate}};
  }
  HttpRequest request;
  if (!caller.token.empty()) {
    request.headers.emplace_back("authorization", "Bearer " + std::string{caller.token});
  }
  OMS_TRY(const auto known, edge::caller_of(request, callers_, clock_.wall()));
  if (known.is_operator) return Standing{.is_ours = true};
  const auto scope = scope_of_method(caller.method);
  if (!scope.empty()) {
    OMS_CHECK(known.check_scope(scope));
    return Standing{.who = known.identity.subject};
  }
  return fail(known.identity.subject.empty() ? ErrorKind::unauthorized : ErrorKind::forbidden,
              "this method is for the shop's own processes");
}

}  // namespace oms::process
