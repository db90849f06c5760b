#include "edge/order_history.h"

#include "codec/json_write.h"
#include "edge/order_answers.h"

namespace oms::edge {
namespace {

struct ShownEntry {
  std::int64_t version = 0;
  OrderStatus status = OrderStatus::pending;
  std::string at;
  std::optional<Reason> reason;
};
BOOST_DESCRIBE_STRUCT(ShownEntry, (), (version, status, at, reason))

struct ShownHistory {
  Id order_id;
  std::vector<ShownEntry> history;
};
BOOST_DESCRIBE_STRUCT(ShownHistory, (), (order_id, history))

HttpResponse shown_to(std::string_view customer, const std::vector<Found>& found) {
  const auto* order = order_in(found.at(0).record);
  const bool is_theirs =
      order != nullptr && order->customer_id == customer && order->face == Face::customers;
  if (order == nullptr && found.size() > 1) {
    if (auto gone = archived_order(found[1].record, customer)) return *std::move(gone);
  }
  if (!is_theirs) return no_such_order();
  ShownHistory shown{.order_id = order->id};
  for (const auto& entry : order->history) {
    shown.history.push_back(
        {.version = entry.version, .status = entry.status, .at = to_text(entry.at)});
    if (entry.reason != Reason::none) shown.history.back().reason = entry.reason;
  }
  auto response = json_response({});
  write_json(shown, response.body);
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  return response;
}

}  // namespace

Result<Plan> show_history(const Call& call) {
  const auto id = Id::parse(call.values[1]);
  if (!id) return fail_no_such_order();
  return Get{.keys = keys_of_order(*id),
             .render = [customer = std::string{call.values[0]}](
                           const std::vector<Found>& found) { return shown_to(customer, found); },
             .is_last_instead = true};
}

}  // namespace oms::edge
