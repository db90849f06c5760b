#include "edge/views.h"

#include <algorithm>

#include "codec/json_write.h"
#include "edge/query_string.h"

namespace oms::edge {
namespace {

// The writers below append one member. `key` is what stands before the value, comma included.

void put(std::string_view key, std::string_view text, json::Sink& out) {
  out.put(key);
  json::write_string(text, out);
}

void put(std::string_view key, std::int64_t number, json::Sink& out) {
  out.put(key);
  json::write_integer(number, out);
}

void put(std::string_view key, const Id& id, json::Sink& out) {
  out.put(key);
  json::write_id(id, out);
}

void put(std::string_view key, Time time, json::Sink& out) {
  out.put(key);
  out.put('"');
  char* const begin = out.room(time_text_size);
  write_text(time, begin);
  out.took(begin + time_text_size);
  out.put('"');
}

template <json::DescribedEnum E>
void put(std::string_view key, E value, json::Sink& out) {
  out.put(key);
  json::write_enum(value, out);
}

template <class Values, class Write>
void put_list(std::string_view key, const Values& values, json::Sink& out, Write write) {
  out.put(key);
  out.put('[');
  bool is_first = true;
  for (const auto& value : values) {
    if (!is_first) out.put(',');
    is_first = false;
    write(value);
  }
  out.put(']');
}

void write_line(const OrderLine& line, json::Sink& out) {
  put(R"({"productID":)", line.product_id, out);
  put(R"(,"productName":)", line.product_name, out);
  put(R"(,"quantity":)", line.quantity, out);
  put(R"(,"priceID":)", line.price_id, out);
  put(R"(,"unitPrice":)", line.unit_price, out);
  if (!line.note.empty()) put(R"(,"note":)", line.note, out);
  out.put('}');
}

// How it is paid and how it gets to its customer. Supply is not paid, and what is neither food nor
// paid by link is not brought.
void write_ways(const OrderView& order, json::Sink& out) {
  if (order.face == Face::fulfilment) return;
  put(R"(,"paymentMethod":)", order.method, out);
  if (order.method == PaymentMethod::link) put(R"(,"fulfilment":)", order.fulfilment, out);
}

// What the customer has said besides. What is left out is not said.
void write_wishes(const OrderView& order, json::Sink& out) {
  if (!order.note.empty()) put(R"(,"note":)", order.note, out);
  const auto& address = order.address;
  if (address.is_empty()) return;
  put_list(R"(,"address":{"lines":)", address.lines, out,
           [&](const std::string& line) { json::write_string(line, out); });
  put(R"(,"postalCode":)", address.postal_code, out);
  put(R"(,"city":)", address.city, out);
  put(R"(,"country":)", address.country, out);
  out.put('}');
}

void write_revision(const RevisionState& revision, json::Sink& out) {
  put(R"(,"revision":{"number":)", revision.change, out);
  put(R"(,"status":)", revision.status, out);
  if (revision.failure != Reason::none) put(R"(,"failure":)", revision.failure, out);
  out.put('}');
}

void write_history(const orders::HistoryEntry& entry, json::Sink& out) {
  put(R"({"version":)", entry.version, out);
  put(R"(,"status":)", entry.status, out);
  put(R"(,"at":)", entry.at, out);
  if (entry.reason != Reason::none) put(R"(,"reason":)", entry.reason, out);
  out.put('}');
}

void write_notice(const NoticeSummary& notice, json::Sink& out) {
  put(R"({"kind":)", notice.kind, out);
  put(R"(,"channel":)", notice.channel, out);
  put(R"(,"status":)", notice.status, out);
  out.put('}');
}

// What everybody is told of an item; more may follow.
void open_item(const ItemView& item, json::Sink& out) {
  put(R"({"productID":)", item.id, out);
  put(R"(,"name":)", item.name, out);
  put(R"(,"kind":)", item.kind, out);
  put(R"(,"priceID":)", item.price_id, out);
  put(R"(,"price":)", item.price, out);
  put(R"(,"currency":)", item.currency, out);
}

// What the operator has said of it.
void write_request(const RequestedRefund& asked, json::Sink& out) {
  put(R"(,"reason":)", asked.reason, out);
  put(R"(,"requestedAt":)", asked.asked_at, out);
  if (asked.failure != Reason::none) put(R"(,"failure":)", asked.failure, out);
  if (asked.lines.empty()) return;
  put_list(R"(,"items":)", asked.lines, out, [&](const RefundedLine& part) {
    put(R"({"line":)", part.line, out);
    put(R"(,"quantity":)", part.quantity, out);
    out.put(part.comes_back ? R"(,"returned":true})" : R"(,"returned":false})");
  });
}

void write_refund(const Refund& refund, const RequestedRefund* asked, json::Sink& out) {
  if (refund.number > 0) {
    put(R"({"number":)", refund.number, out);
    put(R"(,"amount":)", refund.amount, out);
  } else {
    put(R"({"amount":)", refund.amount, out);
  }
  put(R"(,"status":)", refund.status, out);
  put(R"(,"initiatedBy":)", refund.initiated_by, out);
  if (asked != nullptr) write_request(*asked, out);
  out.put('}');
}

// Those that have moved money, or tried to, and then those that were not even tried.
void write_refunds(const OrderView& order, json::Sink& out) {
  std::vector<std::pair<Refund, const RequestedRefund*>> all;
  for (const auto& refund : order.refunds) {
    const auto asked =
        std::ranges::find(order.requested_refunds, refund.change, &RequestedRefund::change);
    all.emplace_back(refund, asked == order.requested_refunds.end() ? nullptr : &*asked);
  }
  for (const auto& asked : order.requested_refunds) {
    const bool is_made =
        std::ranges::find(order.refunds, asked.change, &Refund::change) != order.refunds.end();
    if (is_made) continue;
    const bool has_failed = asked.status == ChangeStatus::failed;
    all.emplace_back(Refund{.amount = asked.amount,
                            .status = has_failed ? RefundStatus::failed : RefundStatus::pending},
                     &asked);
  }
  if (all.empty()) return;
  put_list(R"(,"refunds":)", all, out,
           [&](const auto& refund) { write_refund(refund.first, refund.second, out); });
}

void write_dispute(const Dispute& dispute, json::Sink& out) {
  put(R"({"amount":)", dispute.amount, out);
  put(R"(,"status":)", dispute.status, out);
  out.put('}');
}

MinorUnits refunded_of(const OrderView& order) {
  // An order of an older version knows of its refund by the payment's status alone.
  if (order.refunds.empty()) return order.payment == PaymentStatus::refunded ? order.total : 0;
  MinorUnits sum = 0;
  for (const auto& refund : order.refunds) {
    if (refund.status == RefundStatus::succeeded) sum += refund.amount;
  }
  return sum;
}

MinorUnits disputed_of(const OrderView& order) {
  MinorUnits sum = 0;
  for (const auto& dispute : order.disputes) {
    if (dispute.status != DisputeStatus::won) sum += dispute.amount;
  }
  return sum;
}

// What has become of the money, where there is more to say than its status.
void write_payment(const OrderView& order, json::Sink& out) {
  put(R"(,"paymentStatus":)", order.payment, out);
  const auto& error = order.last_payment_error;
  if (!error.is_empty()) {
    put(R"(,"lastPaymentError":{"code":)", error.code, out);
    if (!error.message.empty()) put(R"(,"message":)", error.message, out);
    out.put('}');
  }
  if (const auto refunded = refunded_of(order); refunded > 0) {
    put(R"(,"refunded":)", refunded, out);
  }
  write_refunds(order, out);
  if (order.disputes.empty()) return;
  put(R"(,"disputed":)", disputed_of(order), out);
  put_list(R"(,"disputes":)", order.disputes, out,
           [&](const auto& dispute) { write_dispute(dispute, out); });
}

std::size_t likely_size(const OrderView& order) {
  return 768 + 160 * order.lines.size() + 96 * order.history.size() + 64 * order.notices.size() +
         order.payment_link.size();
}

}  // namespace

void write_order(const OrderView& order, std::string& out) {
  json::Sink sink{out, likely_size(order)};
  put(R"({"orderID":)", order.id, sink);
  if (const auto number = orders::number_in(order.day_number))
    put(R"(,"orderNumber":)", number, sink);
  put(R"(,"customerID":)", order.customer_id, sink);
  put_list(R"(,"items":)", order.lines, sink, [&](const auto& line) { write_line(line, sink); });
  put(R"(,"total":)", order.total, sink);
  put(R"(,"currency":)", order.currency, sink);
  put(R"(,"status":)", order.status, sink);
  const bool has_link = !order.payment_link.empty();
  put(R"(,"PaymentLink":)", has_link ? std::string_view{order.payment_link} : "none", sink);
  write_ways(order, sink);
  write_wishes(order, sink);
  put(R"(,"version":)", order.version, sink);
  put(R"(,"createdAt":)", order.created_at, sink);
  put(R"(,"updatedAt":)", order.updated_at, sink);
  if (order.reason != Reason::none) put(R"(,"reason":)", order.reason, sink);
  if (order.promised_at) put(R"(,"promisedAt":)", *order.promised_at, sink);
  if (order.queue_position > 0) put(R"(,"queuePosition":)", order.queue_position, sink);
  if (order.promise_missed) sink.put(R"(,"promiseMissed":true)");
  write_payment(order, sink);
  if (order.cancel_requested) sink.put(R"(,"cancelRequested":true)");
  if (order.revision) write_revision(*order.revision, sink);
  put_list(R"(,"history":)", order.history, sink,
           [&](const auto& entry) { write_history(entry, sink); });
  put_list(R"(,"notices":)", order.notices, sink,
           [&](const auto& notice) { write_notice(notice, sink); });
  sink.put('}');
}

std::string order_json(const OrderView& order) {
  std::string out;
  write_order(order, out);
  return out;
}

std::string follow_url(const OrderView& order, std::string_view base_url) {
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

void write_menu_item(const ItemView& item, std::string& out) {
  json::Sink sink{out};
  open_item(item, sink);
  put(R"(,"available":)", std::max<std::int64_t>(item.available, 0), sink);
  put(R"(,"preparationSeconds":)", (item.preparation_ms + 999) / 1000, sink);
  sink.put('}');
}

void write_stock_item(const ItemView& item, std::string& out) {
  json::Sink sink{out};
  open_item(item, sink);
  put(R"(,"preparationMs":)", item.preparation_ms, sink);
  put(R"(,"lowAt":)", item.low_at, sink);
  put(R"(,"onHand":)", item.on_hand, sink);
  put(R"(,"reserved":)", item.reserved, sink);
  put(R"(,"available":)", item.available, sink);
  put(R"(,"initial":)", item.initial, sink);
  put(R"(,"restocked":)", item.restocked, sink);
  put(R"(,"returned":)", item.returned, sink);
  put(R"(,"committed":)", item.committed, sink);
  put(R"(,"version":)", item.version, sink);
  if (item.written_off > 0) put(R"(,"writtenOff":)", item.written_off, sink);
  if (item.archived) sink.put(R"(,"archived":true)");
  sink.put('}');
}

}  // namespace oms::edge
