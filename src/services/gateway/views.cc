#include "services/gateway/views.h"

#include <algorithm>

#include "codec/json_write.h"
#include "services/gateway/query_string.h"

namespace oms::gateway {
namespace {

// The writers below append one member. `key` is what stands before the value, comma included.

void put(std::string_view key, std::string_view text, std::string& out) {
  out += key;
  write_json_string(text, out);
}

void put(std::string_view key, std::int64_t number, std::string& out) {
  out += key;
  json::write_integer(number, out);
}

void put(std::string_view key, const Id& id, std::string& out) {
  out += key;
  json::write_id(id, out);
}

void put(std::string_view key, Time time, std::string& out) {
  out += key;
  out += '"';
  out += to_text(time);
  out += '"';
}

template <json::DescribedEnum E>
void put(std::string_view key, E value, std::string& out) {
  out += key;
  json::write_enum(value, out);
}

template <class Values, class Write>
void put_list(std::string_view key, const Values& values, std::string& out, Write write) {
  out += key;
  out += '[';
  bool is_first = true;
  for (const auto& value : values) {
    if (!is_first) out += ',';
    is_first = false;
    write(value);
  }
  out += ']';
}

void write_line(const OrderLine& line, std::string& out) {
  put(R"({"productID":)", line.product_id, out);
  put(R"(,"productName":)", line.product_name, out);
  put(R"(,"quantity":)", line.quantity, out);
  put(R"(,"priceID":)", line.price_id, out);
  put(R"(,"unitPrice":)", line.unit_price, out);
  out += '}';
}

void write_history(const orders::HistoryEntry& entry, std::string& out) {
  put(R"({"version":)", entry.version, out);
  put(R"(,"status":)", entry.status, out);
  put(R"(,"at":)", entry.at, out);
  if (entry.reason != Reason::none) put(R"(,"reason":)", entry.reason, out);
  out += '}';
}

void write_notice(const NoticeSummary& notice, std::string& out) {
  put(R"({"kind":)", notice.kind, out);
  put(R"(,"channel":)", notice.channel, out);
  put(R"(,"status":)", notice.status, out);
  out += '}';
}

// Room for most, so that the text is not moved while it grows.
void make_room(const orders::Order& order, std::string& out) {
  out.reserve(out.size() + 768 + 160 * order.lines.size() + 96 * order.history.size() +
              64 * order.notices.size() + order.payment_link.size());
}

}  // namespace

void write_order(const orders::Order& order, std::string& out) {
  make_room(order, out);
  put(R"({"orderID":)", order.id, out);
  put(R"(,"customerID":)", order.customer_id, out);
  put_list(R"(,"items":)", order.lines, out, [&](const auto& line) { write_line(line, out); });
  put(R"(,"total":)", order.total, out);
  put(R"(,"currency":)", order.currency, out);
  put(R"(,"status":)", order.status, out);
  const bool has_link = !order.payment_link.empty();
  put(R"(,"PaymentLink":)", has_link ? std::string_view{order.payment_link} : "none", out);
  put(R"(,"version":)", order.version, out);
  put(R"(,"createdAt":)", order.created_at, out);
  put(R"(,"updatedAt":)", order.updated_at, out);
  if (order.reason != Reason::none) put(R"(,"reason":)", order.reason, out);
  if (order.promised_at) put(R"(,"promisedAt":)", *order.promised_at, out);
  if (order.queue_position > 0) put(R"(,"queuePosition":)", order.queue_position, out);
  if (order.promise_missed) out += R"(,"promiseMissed":true)";
  put(R"(,"paymentStatus":)", order.payment, out);
  if (order.cancel_requested) out += R"(,"cancelRequested":true)";
  put_list(R"(,"history":)", order.history, out,
           [&](const auto& entry) { write_history(entry, out); });
  put_list(R"(,"notices":)", order.notices, out,
           [&](const auto& notice) { write_notice(notice, out); });
  out += '}';
}

std::string order_event_json(const orders::Order& order) {
  std::string out;
  write_order(order, out);
  return out;
}

std::string follow_url(const orders::Order& order, std::string_view base_url) {
  std::string url;
  url.reserve(base_url.size() + order.customer_id.size() + 80);
  url.append(base_url).append("/success.html?customerID=");
  percent_encode(order.customer_id, "", url);
  url += "&orderID=";
  const auto at = url.size();
  url.resize(at + Id::text_size);
  order.id.write(url.data() + at);
  return url;
}

void write_menu_item(const stock::Item& item, std::string& out) {
  put(R"({"productID":)", item.id, out);
  put(R"(,"name":)", item.name, out);
  put(R"(,"kind":)", item.kind, out);
  put(R"(,"priceID":)", item.price_id, out);
  put(R"(,"price":)", item.price, out);
  put(R"(,"currency":)", item.currency, out);
  put(R"(,"available":)", std::max<std::int64_t>(item.available(), 0), out);
  put(R"(,"preparationSeconds":)", (item.preparation_ms + 999) / 1000, out);
  out += '}';
}

void write_stock_item(const stock::Item& item, std::string& out) {
  put(R"({"productID":)", item.id, out);
  put(R"(,"name":)", item.name, out);
  put(R"(,"kind":)", item.kind, out);
  put(R"(,"priceID":)", item.price_id, out);
  put(R"(,"price":)", item.price, out);
  put(R"(,"currency":)", item.currency, out);
  put(R"(,"preparationMs":)", item.preparation_ms, out);
  put(R"(,"lowAt":)", item.low_at, out);
  put(R"(,"onHand":)", item.on_hand(), out);
  put(R"(,"reserved":)", item.reserved, out);
  put(R"(,"available":)", item.available(), out);
  put(R"(,"initial":)", item.initial, out);
  put(R"(,"restocked":)", item.restocked, out);
  put(R"(,"returned":)", item.returned, out);
  put(R"(,"committed":)", item.committed, out);
  out += '}';
}

}  // namespace oms::gateway
