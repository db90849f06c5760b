#pragma once

#include <optional>
#include <string>

#include "adapters/grpc/mapping.h"
#include "messages/control.h"
#include "messages/orders.h"
#include "messages/reconciliation.h"

// Requests that are no message of the shop.
namespace oms::grpc_api {

struct WebhookRequest {
  std::string signature;
  std::string body;
};
BOOST_DESCRIBE_STRUCT(WebhookRequest, (), (signature, body))

struct RunRequest {
  bool must_repair = false;
  std::optional<Time> since;
  std::optional<By> by;
};
BOOST_DESCRIBE_STRUCT(RunRequest, (), (must_repair, since, by))

struct OrderChange {
  OrderView order;
  std::int64_t since = 0;
};
BOOST_DESCRIBE_STRUCT(OrderChange, (), (order, since))

}  // namespace oms::grpc_api
