#include "edge/requests.h"

#include "edge/body.h"
#include "edge/card_number.h"
#include "edge/words.h"

namespace oms::edge {
namespace {

constexpr std::size_t path_max = 1024;

Result<void> check_text(const std::optional<std::string>& text, const char* pointer) {
  if (!text || is_short_text(*text)) return {};
  return refuse(std::string{short_text_rule}, pointer);
}

Result<void> check_reason(const std::optional<std::string>& reason) {
  constexpr const char* pointer = "/reason";
  OMS_CHECK(check_text(reason, pointer));
  return reason ? refuse_card_number(*reason, pointer) : Result<void>{};
}

template <class Number>
std::optional<std::int64_t> value_of(const std::optional<Number>& number) {
  if (!number) return std::nullopt;
  return number->value;
}

}  // namespace

Result<SetItem> read_item_body(std::string_view body, std::string_view product_id) {
  OMS_TRY(auto item, read_body<ItemBody>(body));
  OMS_CHECK(refuse_nulls(body));
  OMS_CHECK(check_text(item.name, "/name"));
  OMS_CHECK(check_text(item.kind, "/kind"));
  OMS_CHECK(check_text(item.price_id, "/priceID"));
  OMS_CHECK(check_reason(item.reason));
  return SetItem{.product_id = std::string{product_id},
                 .name = std::move(item.name),
                 .kind = std::move(item.kind),
                 .price_id = std::move(item.price_id),
                 .price = value_of(item.price),
                 .on_hand = value_of(item.on_hand),
                 .low_at = value_of(item.low_at),
                 .preparation_ms = value_of(item.preparation_ms),
                 .reason = item.reason.value_or(""),
                 .currency = std::move(item.currency)};
}

Result<RestockItem> read_restock_body(std::string_view body, std::string_view product_id) {
  OMS_TRY(const auto restock, read_body<RestockBody>(body));
  OMS_CHECK(check_reason(restock.reason));
  return RestockItem{.product_id = std::string{product_id},
                     .quantity = restock.quantity.value,
                     .reason = restock.reason.value_or("")};
}

Result<RefundOrder> read_refund_body(std::string_view body) {
  OMS_TRY(auto refund, read_body<RefundBody>(body));
  const bool is_everything = refund.everything.value_or(false);
  const int ways =
      (is_everything ? 1 : 0) + (refund.amount ? 1 : 0) + (refund.items.empty() ? 0 : 1);
  if (ways != 1) {
    return refuse("say how much: everything (true), an amount, or items; and only one of them", "");
  }
  if (refund.returned && !is_everything) {
    return refuse("goods are returned with everything, or item by item", "/returned");
  }
  if (refund.items.size() > lines_max) {
    return refuse("an order has at most " + std::to_string(lines_max) + " items", "/items");
  }
  OMS_CHECK(refuse_card_number(refund.reason, "/reason"));
  if (refund.reason.empty() || !is_short_text(refund.reason)) {
    return refuse("a reason " + std::string{short_text_rule} + ", and is not empty", "/reason");
  }
  RefundOrder asked{.amount = value_of(refund.amount),
                    .goods_come_back = refund.returned.value_or(false),
                    .reason = std::move(refund.reason)};
  for (const auto& item : refund.items) {
    asked.lines.push_back({.line = static_cast<std::int32_t>(item.line.value),
                           .quantity = item.quantity.value,
                           .comes_back = item.returned.value_or(false)});
  }
  return asked;
}

Result<std::string> read_backup_path(std::string_view body) {
  OMS_TRY(auto backup, read_body<BackupBody>(body));
  if (backup.path.empty() || backup.path.size() > path_max || !is_printable(backup.path)) {
    return refuse("a path has 1 to 1024 bytes and no control characters", "/path");
  }
  return std::move(backup.path);
}

Result<LogLevels> read_log_levels_body(std::string_view body) {
  OMS_TRY(const auto wanted, read_body<LogLevelsBody>(body));
  OMS_CHECK(refuse_nulls(body));
  LogLevels levels;
  for (const auto& [service, level] : {std::pair{"process", wanted.process},
                                       {"gateway", wanted.gateway},
                                       {"orders", wanted.orders},
                                       {"stock", wanted.stock},
                                       {"payments", wanted.payments},
                                       {"kitchen", wanted.kitchen},
                                       {"delivery", wanted.delivery},
                                       {"notifications", wanted.notifications},
                                       {"coordinator", wanted.coordinator}}) {
    if (level) levels.levels.push_back({.service = service, .level = *level});
  }
  if (!levels.levels.empty()) return levels;
  return refuse("name a service and its level, such as {\"payments\":\"debug\"}", "");
}

Result<ReconciliationRequest> read_reconciliation_body(std::string_view body) {
  if (body.empty()) return ReconciliationRequest{};
  OMS_TRY(const auto wanted, read_body<ReconciliationBody>(body));
  OMS_CHECK(refuse_nulls(body));
  ReconciliationRequest request{.must_repair = wanted.repair.value_or(false)};
  if (!wanted.since) return request;
  request.since = parse_time(*wanted.since);
  if (request.since) return request;
  return refuse("it is a time in UTC, such as 2026-01-31T12:00:00Z", "/since");
}

}  // namespace oms::edge
