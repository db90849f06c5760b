#include "edge/operator_answers.h"

#include "codec/json_write.h"
#include "edge/etag.h"
#include "edge/order_answers.h"
#include "edge/paging.h"
#include "edge/views.h"
#include "services/coordinator/records.h"
#include "services/notifications/records.h"
#include "services/payments/records.h"

namespace oms::edge {
namespace {

// {"<name>":[…],"nextCursor":"…"}, each record written by `write`.
template <class T>
HttpResponse list_of(std::string_view name, const Page& page, ListTag list,
                     void (*write)(const T&, std::string&)) {
  std::string body = R"({")";
  body.append(name).append(R"(":[)");
  for (const auto& found : page.records) {
    const auto* record = found.record.as<T>();
    if (record == nullptr) continue;
    if (body.back() == '}') body += ',';
    write(*record, body);
  }
  body += ']';
  close_list(page, list, body);
  return json_response(std::move(body));
}

// {"<name>":{…}} of the record that a command shows.
template <class T>
HttpResponse one_of(std::string_view name, const Result<Record>& result,
                    void (*write)(const T&, std::string&)) {
  if (!result) return problem(result.error());
  const auto* record = result->as<T>();
  if (record == nullptr) return unexpected_reply(name);
  std::string body = R"({")";
  body.append(name).append(R"(":)");
  write(*record, body);
  body += '}';
  return json_response(std::move(body));
}

template <class T>
void add_record(std::string_view key, const Record& record, std::string& body) {
  const auto* value = record.as<T>();
  if (value == nullptr) return;
  body += key;
  write_json(*value, body);
}

}  // namespace

HttpResponse stock_list(const Page& page, ListTag list) {
  return list_of<stock::Item>("items", page, list, write_stock_item);
}

HttpResponse stock_item(const Result<Record>& result) {
  auto response = one_of<stock::Item>("item", result, write_stock_item);
  if (response.status != 200) return response;
  response.headers.emplace_back("ETag", etag_of(result->as<stock::Item>()->version));
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

HttpResponse orders_in_status(const Page& page, OrderStatus status, const Paging& paging) {
  Page chosen;
  std::size_t seen = 0;
  for (; seen < page.records.size() && chosen.records.size() < paging.limit; ++seen) {
    const auto* order = order_in(page.records[seen].record);
    if (order != nullptr && order->status == status) chosen.records.push_back(page.records[seen]);
  }
  std::string body = R"({"orders":[)";
  for (const auto& found : chosen.records) {
    if (body.back() == '}') body += ',';
    write_order(*order_in(found.record), body);
  }
  body += ']';
  Page looked_at{.more = page.more || seen < page.records.size()};
  if (seen > 0) looked_at.records.push_back(page.records[seen - 1]);
  close_list(looked_at, paging.list, body);
  return json_response(std::move(body));
}

std::vector<Key> keys_of_whole_order(const Id& id, const GatewaySettings& settings) {
  const auto text = id.text();
  std::vector<Key> keys{key_of<orders::Order>(text),         key_of<coordinator::Saga>(text),
                        key_of<payments::Payment>(text),     key_of<kitchen::Ticket>(text),
                        key_of<delivery::Delivery>(text),    key_of<stock::Reservation>(text),
                        key_of<notifications::Notices>(text)};
  if (settings.archived != nullptr) keys.push_back({settings.archived, keys.front().id});
  return keys;
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
  add_record<coordinator::Saga>(R"(,"saga":)", found.at(1).record, body);
  add_record<payments::Payment>(R"(,"payment":)", found.at(2).record, body);
  add_record<kitchen::Ticket>(R"(,"ticket":)", found.at(3).record, body);
  add_record<delivery::Delivery>(R"(,"delivery":)", found.at(4).record, body);
  add_record<stock::Reservation>(R"(,"reservation":)", found.at(5).record, body);
  add_record<notifications::Notices>(R"(,"notices":)", found.at(6).record, body);
  body += '}';
  return json_response(std::move(body));
}

HttpResponse ticket_list(const Page& page, ListTag list) {
  return list_of<kitchen::Ticket>("tickets", page, list, write_json<kitchen::Ticket>);
}

HttpResponse ticket(const Result<Record>& result) {
  return one_of<kitchen::Ticket>("ticket", result, write_json<kitchen::Ticket>);
}

HttpResponse delivery_list(const Page& page, ListTag list) {
  return list_of<delivery::Delivery>("deliveries", page, list, write_json<delivery::Delivery>);
}

HttpResponse delivery(const Result<Record>& result) {
  return one_of<delivery::Delivery>("delivery", result, write_json<delivery::Delivery>);
}

HttpResponse dead_letter_list(const Page& page, ListTag list) {
  std::string body = R"({"deadLetters":[)";
  for (const auto& found : page.records) {
    if (!found.record) continue;
    if (body.back() == '}') body += ',';
    found.record.type().encode(found.record.value(), body);
  }
  body += ']';
  close_list(page, list, body);
  return json_response(std::move(body));
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
