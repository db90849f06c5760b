#include "edge/routes.h"

#include <algorithm>
#include <array>
#include <optional>

#include "edge/coordinator_api.h"
#include "edge/customer_api.h"
#include "edge/erasure_api.h"
#include "edge/event_chain_api.h"
#include "edge/fulfilment_api.h"
#include "edge/log_levels_api.h"
#include "edge/metrics_api.h"
#include "edge/operator_api.h"
#include "edge/order_history.h"
#include "edge/reconciliation_api.h"
#include "edge/saga_api.h"

namespace oms::edge {
namespace {

constexpr Route table[] = {
    {"POST", "/api/customers/{customerID}/orders", place_order, Access::anyone, Body::json},
    {"GET", "/api/customers/{customerID}/orders", list_orders},
    {"GET", "/api/customers/{customerID}/orders/{orderID}", show_order},
    {"PATCH", "/api/customers/{customerID}/orders/{orderID}", revise_order, Access::anyone,
     Body::patch},
    {"GET", "/api/customers/{customerID}/orders/{orderID}/stream", follow_order},
    {"GET", "/api/customers/{customerID}/orders/{orderID}/history", show_history},
    {"POST", "/api/customers/{customerID}/orders/{orderID}/cancel", cancel_order},
    {"POST", "/api/payment-tokens", make_payment_token, Access::anyone, Body::json},
    {"GET", "/api/menu", show_menu},
    {"POST", "/webhook", take_webhook},

    {"POST", "/oms/orders", place_supply, Access::nearby, Body::json, Face::fulfilment},
    {"GET", "/oms/orders/{orderID}", show_supply, Access::nearby, Body::ignored, Face::fulfilment},
    {"PUT", "/oms/orders/{orderID}", change_supply, Access::nearby, Body::json, Face::fulfilment},

    {"POST", "/order", place_chained, Access::nearby, Body::json, Face::event_chain},
    {"GET", "/order", list_chained, Access::nearby, Body::ignored, Face::event_chain},

    {"POST", "/orders", place_checkout, Access::nearby, Body::json, Face::coordinator},
    {"GET", "/orders/{orderID}", show_checkout, Access::nearby, Body::ignored, Face::coordinator},
    {"PUT", "/orders/{orderID}", change_checkout, Access::nearby, Body::json, Face::coordinator},
    {"POST", "/customers", open_account, Access::nearby_or_operators, Body::json,
     Face::coordinator},
    {"GET", "/customers/{customerID}", show_account, Access::nearby, Body::ignored,
     Face::coordinator},
    {"GET", "/products", list_products, Access::nearby, Body::ignored, Face::coordinator},
    {"POST", "/products", add_product, Access::nearby_or_operators, Body::json, Face::coordinator},
    {"GET", "/products/{productID}", show_product, Access::nearby, Body::ignored,
     Face::coordinator},
    {"PUT", "/products/{productID}", change_product, Access::nearby_or_operators, Body::json,
     Face::coordinator},
    {"DELETE", "/products/{productID}", archive_product, Access::nearby_or_operators, Body::ignored,
     Face::coordinator},

    {"GET", "/api/admin/stock", list_stock, Access::operators},
    {"GET", "/api/admin/stock/{productID}", show_item, Access::operators},
    {"PUT", "/api/admin/stock/{productID}", set_item, Access::operators, Body::json},
    {"DELETE", "/api/admin/stock/{productID}", archive_item, Access::operators},
    {"POST", "/api/admin/stock/{productID}/restock", restock, Access::operators, Body::json},
    {"GET", "/api/admin/stock/{productID}/movements", list_movements, Access::operators},
    {"GET", "/api/admin/orders", list_all_orders, Access::operators},
    {"GET", "/api/admin/orders/stream", follow_all_orders, Access::operators},
    {"GET", "/api/admin/orders/{orderID}", show_whole_order, Access::operators},
    {"POST", "/api/admin/orders/{orderID}/cancel", cancel_any_order, Access::operators},
    {"POST", "/api/admin/orders/{orderID}/refunds", refund_order, Access::operators, Body::json},
    {"GET", "/api/admin/tickets", list_tickets, Access::operators},
    {"POST", "/api/admin/tickets/{orderID}/accept", accept_ticket, Access::operators},
    {"POST", "/api/admin/tickets/{orderID}/reject", reject_ticket, Access::operators},
    {"POST", "/api/admin/tickets/{orderID}/ready", ready_ticket, Access::operators},
    {"POST", "/api/admin/tickets/{orderID}/collect", collect_ticket, Access::operators},
    {"GET", "/api/admin/deliveries", list_deliveries, Access::operators},
    {"POST", "/api/admin/deliveries/{orderID}/dispatch", dispatch_delivery, Access::operators},
    {"POST", "/api/admin/deliveries/{orderID}/deliver", deliver_delivery, Access::operators},
    {"POST", "/api/admin/deliveries/{orderID}/fail", fail_delivery, Access::operators},
    {"GET", "/api/admin/sagas", list_sagas, Access::operators},
    {"GET", "/api/admin/sagas/{orderID}", show_saga, Access::operators},
    {"POST", "/api/admin/sagas/{orderID}/retry", retry_step, Access::operators},
    {"POST", "/api/admin/sagas/{orderID}/skip", skip_step, Access::operators, Body::json},
    {"POST", "/api/admin/sagas/{orderID}/abort", abort_saga, Access::operators},
    {"GET", "/api/admin/dead-letters", list_dead_letters, Access::operators},
    {"POST", "/api/admin/orders/{orderID}/dead-letters/{id}/replay", replay_dead_letter,
     Access::operators},
    {"POST", "/api/admin/orders/{orderID}/dead-letters/{id}/drop", drop_dead_letter,
     Access::operators},
    {"POST", "/api/admin/backup", back_up, Access::operators, Body::json},
    {"GET", "/api/admin/audit", list_audit, Access::operators},
    {"GET", "/api/admin/customers/{customerID}/personal-data", show_erasure, Access::operators},
    {"DELETE", "/api/admin/customers/{customerID}/personal-data", erase_customer,
     Access::operators},
    {"GET", "/api/admin/reconciliation", show_reconciliation, Access::operators},
    {"POST", "/api/admin/reconciliation", start_reconciliation, Access::operators, Body::json},
    {"GET", "/api/admin/metrics", show_metrics, Access::operators},
    {"GET", "/api/admin/log-levels", show_log_levels, Access::operators},
    {"PATCH", "/api/admin/log-levels", change_log_levels, Access::operators, Body::json},
};

// What a path below /api/admin, or of the shop's own things, asks for, or what lets a caller act
// for others there. The first that fits.
struct Scope {
  std::string_view path;
  std::string_view to_read;
  std::string_view to_write;
};
constexpr std::array scopes{
    Scope{"/api/admin/stock", "stock:read", "stock:write"},
    Scope{"/api/admin/orders/{orderID}/refunds", "orders:read", "refunds:write"},
    Scope{"/api/admin/orders/{orderID}/dead-letters", "system:operate", "system:operate"},
    Scope{"/api/admin/orders", "orders:read", "orders:operate"},
    Scope{"/api/admin/tickets", "orders:read", "orders:operate"},
    Scope{"/api/admin/deliveries", "orders:read", "orders:operate"},
    Scope{"/api/admin/sagas", "orders:read", "sagas:operate"},
    Scope{"/api/admin/customers", "customers:write", "customers:write"},
    Scope{"/api/admin/audit", "audit:read", "audit:read"},
    Scope{"/api/admin/reconciliation", "orders:read", "refunds:write"},
    Scope{"/api/admin/", "system:operate", "system:operate"},
    Scope{"/products", "", "stock:write"},
    Scope{"/customers", "customers:write", "customers:write"},
    Scope{"/oms/orders", "orders:read", "orders:operate"},
    Scope{"/orders", "orders:read", "orders:operate"},
    Scope{"/order", "orders:read", "orders:operate"},
};

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const auto size = std::min(path.find('/'), path.size());
  const auto segment = path.substr(0, size);
  path.remove_prefix(size);
  return segment;
}

// What stands in the path for each {…} of the pattern; none if they do not fit.
std::optional<PathValues> match(std::string_view pattern, std::string_view path) {
  PathValues values;
  std::size_t count = 0;
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const auto wanted = take_segment(pattern);
    const auto segment = take_segment(path);
    if (wanted.starts_with('{')) {
      if (segment.empty()) return std::nullopt;
      values.at(count++) = segment;
    } else if (segment != wanted) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return values;
}

std::string allowed_methods(std::string_view path, const Faces& faces) {
  std::string allowed;
  for (const Route& route : table) {
    if (!faces.have(route.face)) continue;
    if (path != "*" && !match(route.pattern, path)) continue;
    const auto methods = route.method == "GET" ? std::string_view{"GET, HEAD"} : route.method;
    if (allowed.contains(methods)) continue;  // another pattern fits the path, too
    if (!allowed.empty()) allowed += ", ";
    allowed += methods;
  }
  return allowed;
}

}  // namespace

std::span<const Route> routes() {
  return table;
}

std::string_view scope_of(const Route& route) {
  for (const auto& scope : scopes) {
    if (route.pattern.starts_with(scope.path)) {
      return route.method == "GET" ? scope.to_read : scope.to_write;
    }
  }
  return {};
}

std::string_view RouteMatch::value_of(std::string_view name) const {
  std::string_view pattern = route != nullptr ? route->pattern : std::string_view{};
  for (std::size_t count = 0; pattern.starts_with('/');) {
    const auto segment = take_segment(pattern);
    if (segment == name) return values.at(count);
    if (segment.starts_with('{')) ++count;
  }
  return {};
}

RouteMatch find_route(std::string_view method, std::string_view path, const Faces& faces) {
  if (method == "HEAD") method = "GET";
  for (const Route& route : table) {
    if (route.method != method || !faces.have(route.face)) continue;
    if (const auto values = match(route.pattern, path)) return {.route = &route, .values = *values};
  }
  return {.allowed = allowed_methods(path, faces)};
}

}  // namespace oms::edge
