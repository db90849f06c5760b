#include "edge/erasure_api.h"

#include <algorithm>

#include "codec/json_names.h"
#include "codec/json_write.h"
#include "edge/problem.h"
#include "edge/words.h"

namespace oms::edge {
namespace {

constexpr std::size_t scan_max = 1000;  // what a store gives in one page

enum class ErasureStatus { erasing, erased };
BOOST_DESCRIBE_ENUM(ErasureStatus, erasing, erased)

struct ShownErasure {
  std::string customer_id;
  ErasureStatus status = ErasureStatus::erasing;
  std::string requested_at;
  std::optional<std::string> erased_at;
};
BOOST_DESCRIBE_STRUCT(ShownErasure, (), (customer_id, status, requested_at, erased_at))

HttpResponse shown(const ErasedCustomerView& customer, int status) {
  ShownErasure erasure{.customer_id = customer.id, .requested_at = to_text(customer.asked_at)};
  if (customer.erased_at) {
    erasure.status = ErasureStatus::erased;
    erasure.erased_at = to_text(*customer.erased_at);
  }
  HttpResponse response{.status = status};
  write_json(erasure, response.body);
  return response;
}

Result<std::string_view> customer_of(const Call& call) {
  if (is_name(call.values[0])) return call.values[0];
  return fail(ErrorKind::invalid, std::string{"a customerID "}.append(name_rule));
}

bool is_live(const OrderView& order) {
  const bool is_revised = order.revision && order.revision->status == ChangeStatus::under_way;
  const bool is_refunded = std::ranges::any_of(
      order.requested_refunds,
      [](const RequestedRefund& refund) { return refund.status == ChangeStatus::under_way; });
  return !is_final(order.status) || is_revised || is_refunded;
}

std::optional<HttpResponse> objection(const Page& page) {
  for (const auto& found : page.records) {
    const auto* order = found.record ? found.record.as<OrderView>() : nullptr;
    if (order == nullptr || !is_live(*order)) continue;
    const auto detail = "order " + order->id.text() + " of this customer is under way (" +
                        std::string{json::name_of(order->status)} +
                        "): erase their data when it is over, or cancel it first";
    return problem(Error{ErrorKind::conflict, detail});
  }
  return std::nullopt;
}

}  // namespace

// An id of its own, for the services tell each other about it as about an order.
Result<Plan> erase_customer(const Call& call) {
  OMS_TRY(const auto customer, customer_of(call));
  EraseCustomer command{.customer_id = std::string{customer}};
  return SubmitUnless{
      .query = {.type = &type_of<OrderView>(),
                .column = "customer_id",
                .value = command.customer_id,
                .limit = scan_max},
      .objection = objection,
      .submit = {.message = call.message(call.fresh_id, std::move(command)),
                 .is_urgent = true,
                 .render = [](const Result<Record>& result) {
                   if (!result) return problem(result.error());
                   const auto* erased = *result ? result->as<ErasedCustomerView>() : nullptr;
                   return erased != nullptr ? shown(*erased, 202) : unexpected_reply("erasure");
                 }}};
}

Result<Plan> show_erasure(const Call& call) {
  OMS_TRY(const auto customer, customer_of(call));
  return Get{.keys = {key_of<ErasedCustomerView>(customer)},
             .render = [](const std::vector<Found>& found) {
               const auto& record = found.front().record;
               const auto* erased = record ? record.as<ErasedCustomerView>() : nullptr;
               if (erased != nullptr) return shown(*erased, 200);
               return problem(
                   Error{ErrorKind::not_found, "nobody has asked to erase this customer's data"});
             }};
}

}  // namespace oms::edge
