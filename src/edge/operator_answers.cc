#include "edge/operator_answers.h"

#include <algorithm>

#include "codec/json_write.h"
#include "edge/etag.h"
#include "edge/order_answers.h"
#include "edge/paging.h"
#include "edge/status_parameter.h"
#include "edge/views.h"

namespace oms::edge {
namespace {

// A view as it is kept, field by field, if it is one of that type.
template <class View>
bool write_kept(const Record& record, std::string& body) {
  if (!record || record.type().table != type_of<View>().table) return false;
  record.type().show(record.value(), body);
  return true;
}

// Without what is empty.
bool write_letter(const Record& record, std::string& body) {
  if (!record || record.type().table != type_of<DeadLetterView>().table) return false;
  record.type().encode(record.value(), body);
  return true;
}

bool write_item(const Record& record, std::string& body) {
  const auto* item = record ? record.as<ItemView>() : nullptr;
  if (item != nullptr) write_stock_item(*item, body);
  return item != nullptr;
}

using Write = bool (*)(const Record&, std::string& body);

// {"<name>":[…],"nextCursor":"…"}
HttpResponse list_of(std::string_view name, const Page& page, ListTag list, Write write) {
  std::string body = R"({")";
  body.append(name).append(R"(":[)");
  bool is_first = true;
  for (const auto& found : page.records) {
    const auto end = body.size();
    if (!is_first) body += ',';
    const bool is_written = write(found.record, body);
    if (!is_written) body.resize(end);
    is_first = is_first && !is_written;
  }
  body += ']';
  close_list(page, list, body);
  return json_response(std::move(body));
}

// {"<name>":{…}} of what a command shows.
HttpResponse one_of(std::string_view name, const Result<Record>& result, Write write) {
  if (!result) return problem(result.error());
  std::string body = R"({")";
  body.append(name).append(R"(":)");
  if (!write(*result, body)) return unexpected_reply(name);
  body += '}';
  return json_response(std::move(body));
}

template <class View>
void add_kept(std::string_view name, const Record& record, std::string& body) {
  if (!record) return;
  body.append(R"(,")").append(name).append(R"(":)");
  write_kept<View>(record, body);
}

}  // namespace

HttpResponse stock_list(const Page& page, ListTag list) {
  return list_of("items", page, list, write_item);
}

HttpResponse stock_item(const Result<Record>& result) {
  auto response = one_of("item", result, write_item);
  if (response.status != 200) return response;
  response.headers.emplace_back("ETag", etag_of(result->as<ItemView>()->version));
  return response;
}

HttpResponse shown_stock_item(const Record& record, std::string_view if_none_match) {
  if (!record) return problem(Error{ErrorKind::not_found, "there is no such item"});
  auto response = stock_item(record);
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  if (matches_etag(if_none_match, response.headers.front().second)) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

std::vector<Key> keys_of_whole_order(const Id& id) {
  return {key_of<OrderView>(id),   key_of<SagaView>(id),         key_of<PaymentView>(id),
          key_of<TicketView>(id),  key_of<DeliveryView>(id),     key_of<ReservationView>(id),
          key_of<NoticesView>(id), key_of<ArchivedOrderView>(id)};
}

HttpResponse whole_order(const std::vector<Found>& found) {
  constexpr std::size_t archived = 7;
  const auto* order = order_in(found.at(0).record);
  if (order == nullptr) {
    if (found.size() > archived) {
      if (auto gone = archived_order(found[archived].record, "")) return *std::move(gone);
    }
    return no_such_order();
  }
  std::string body = R"({"order":)";
  write_order(*order, body);
  if (!order->customer.is_empty()) {
    body += R"(,"customer":)";
    write_json_compact(order->customer, body);
  }
  add_kept<SagaView>("saga", found.at(1).record, body);
  add_kept<PaymentView>("payment", found.at(2).record, body);
  add_kept<TicketView>("ticket", found.at(3).record, body);
  add_kept<DeliveryView>("delivery", found.at(4).record, body);
  add_kept<ReservationView>("reservation", found.at(5).record, body);
  add_kept<NoticesView>("notices", found.at(6).record, body);
  body += '}';
  return json_response(std::move(body));
}

HttpResponse ticket_list(const Page& page, ListTag list) {
  return list_of("tickets", page, list, write_kept<TicketView>);
}

HttpResponse ticket(const Result<Record>& result) {
  return one_of("ticket", result, write_kept<TicketView>);
}

HttpResponse delivery_list(const Page& page, ListTag list) {
  return list_of("deliveries", page, list, write_kept<DeliveryView>);
}

HttpResponse delivery(const Result<Record>& result) {
  return one_of("delivery", result, write_kept<DeliveryView>);
}

HttpResponse dead_letter_list(const Page& page, ListTag list) {
  return list_of("deadLetters", page, list, write_letter);
}

HttpResponse settled_dead_letter(const Result<Record>& result) {
  if (!result) return problem(result.error());
  return json_response("{}", 202);
}

Result<std::vector<OrderStatus>> statuses_parameter(const Parameters& parameters) {
  std::vector<OrderStatus> statuses;
  const auto* text = parameters.find("status");
  if (text == nullptr) return statuses;
  for (std::size_t from = 0; from <= text->size();) {
    const auto comma = std::min(text->find(',', from), text->size());
    const auto name = std::string_view{*text}.substr(from, comma - from);
    OMS_TRY(const auto status, status_named<OrderStatus>(name));
    if (std::ranges::find(statuses, status) == statuses.end()) statuses.push_back(status);
    from = comma + 1;
  }
  return statuses;
}

}  // namespace oms::edge
