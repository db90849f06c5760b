#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/json_kinds.h"
#include "messages/log_levels.h"
#include "messages/orders.h"
#include "messages/reconciliation.h"
#include "messages/stock.h"

// What operators send; what customers do is in order_body.h.
namespace oms::edge {

struct ItemBody {
  std::optional<std::string> name;
  std::optional<std::string> kind;
  std::optional<std::string> price_id;
  std::optional<Bounded<1, price_max>> price;
  std::optional<Bounded<0, shelf_max>> on_hand;
  std::optional<Bounded<-shelf_max, shelf_max>> low_at;
  std::optional<Bounded<0, preparation_ms_max>> preparation_ms;
  std::optional<std::string> currency;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ItemBody, (),
                      (name, kind, price_id, price, on_hand, low_at, preparation_ms, currency,
                       reason))

struct RestockBody {
  Bounded<1, shelf_max> quantity;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(RestockBody, (), (quantity, reason))

struct RefundItemBody {
  Bounded<1, lines_max> line;
  Bounded<1, quantity_max> quantity;
  std::optional<bool> returned;
};
BOOST_DESCRIBE_STRUCT(RefundItemBody, (), (line, quantity, returned))

// One of the first three says how much.
struct RefundBody {
  std::optional<bool> everything;
  std::optional<Bounded<1, std::numeric_limits<MinorUnits>::max()>> amount;
  std::vector<RefundItemBody> items;
  std::optional<bool> returned;  // the goods, of everything
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(RefundBody, (), (everything, amount, items, returned, reason))

struct LogLevelsBody {
  std::optional<LogLevel> process;
  std::optional<LogLevel> gateway;
  std::optional<LogLevel> orders;
  std::optional<LogLevel> stock;
  std::optional<LogLevel> payments;
  std::optional<LogLevel> kitchen;
  std::optional<LogLevel> delivery;
  std::optional<LogLevel> notifications;
  std::optional<LogLevel> coordinator;
};
BOOST_DESCRIBE_STRUCT(LogLevelsBody, (),
                      (process, gateway, orders, stock, payments, kitchen, delivery, notifications,
                       coordinator))

struct BackupBody {
  std::string path;
};
BOOST_DESCRIBE_STRUCT(BackupBody, (), (path))

struct ReconciliationBody {
  std::optional<bool> repair;
  std::optional<std::string> since;
};
BOOST_DESCRIBE_STRUCT(ReconciliationBody, (), (repair, since))

// Pointers of the errors lead into the body as it was sent.
Result<SetItem> read_item_body(std::string_view body, std::string_view product_id);
Result<RestockItem> read_restock_body(std::string_view body, std::string_view product_id);
Result<RefundOrder> read_refund_body(std::string_view body);
Result<std::string> read_backup_path(std::string_view body);
// Of the services that are named, one at least.
Result<LogLevels> read_log_levels_body(std::string_view body);
// An empty body asks for nothing but a run.
Result<ReconciliationRequest> read_reconciliation_body(std::string_view body);

}  // namespace oms::edge
