#include "edge/order_answers.h"

#include "codec/json_names.h"
#include "edge/etag.h"
#include "edge/views.h"

namespace oms::edge {
const OrderView* order_in(const Record& record) {
  return record ? record.as<OrderView>() : nullptr;
}

HttpResponse cancellation(const Result<Record>& result) {
  if (!result) return problem(result.error());
  const auto* order = order_in(*result);
  if (order == nullptr) return unexpected_reply("order");
  // The kitchen may have begun in the very commit that took the request.
  if (order->status != OrderStatus::cancelled && !order->cancel_requested) {
    return problem(Error{ErrorKind::conflict,
                         is_final(order->status)
                             ? "the order is over: it can no longer be cancelled"
                             : "the kitchen has started: the order can no longer be cancelled"});
  }
  return json_response(order_json(*order), 202);
}

HttpResponse refund_begun(const Result<Record>& result) {
  if (!result) return problem(result.error());
  const auto* order = order_in(*result);
  if (order == nullptr) return unexpected_reply("order");
  return json_response(order_json(*order), 202);
}

bool is_being_revised(const OrderView& order) {
  return order.revision && order.revision->status == ChangeStatus::under_way;
}

std::optional<Error> failed_revision(const OrderView& order) {
  if (!order.revision || order.revision->status != ChangeStatus::failed) return std::nullopt;
  const auto why = order.revision->failure;
  switch (why) {
    case Reason::kitchen_started:
      return Error{ErrorKind::conflict,
                   "the kitchen has started: the order can no longer be changed"};
    case Reason::already_paid:
      return Error{ErrorKind::conflict,
                   "the order was paid meanwhile, with the items that it has: read it again"};
    case Reason::not_changeable:
      return Error{ErrorKind::conflict,
                   "the order ended too long ago: its items can no longer be changed"};
    default:
      return Error{
          ErrorKind::conflict,
          "the items have not changed: " +
              std::string{why == Reason::none ? "the change was given up" : json::name_of(why)}};
  }
}

// One request may change more than the lines, and that has happened all the same.
HttpResponse revision(const Result<Record>& result, const ReviseOrder& asked) {
  if (!result) return problem(result.error());
  const auto* order = order_in(*result);
  if (order == nullptr) return unexpected_reply("order");
  if (auto failure = asked.lines.empty() ? std::nullopt : failed_revision(*order)) {
    if (asked.note || asked.customer || asked.address) {
      failure->detail += "; the note and the customer's details of this request are changed";
    }
    return problem(*failure);
  }
  auto response = json_response(order_json(*order), is_being_revised(*order) ? 202 : 200);
  response.headers.emplace_back("ETag", etag_of(order->version));
  return response;
}

std::vector<Key> keys_of_order(const Id& id) {
  return {key_of<OrderView>(id), key_of<ArchivedOrderView>(id)};
}

std::optional<HttpResponse> archived_order(const Record& entry, std::string_view customer_id) {
  const auto* archived = entry ? entry.as<ArchivedOrderView>() : nullptr;
  if (archived == nullptr) return std::nullopt;
  const bool is_theirs = archived->customer_id == customer_id && archived->face == Face::customers;
  if (!customer_id.empty() && !is_theirs) return std::nullopt;
  return problem(Error{ErrorKind::gone, "this order ended long ago and was archived at " +
                                            to_text(archived->archived_at)});
}

}  // namespace oms::edge
