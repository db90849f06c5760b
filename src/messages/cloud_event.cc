#include "messages/cloud_event.h"

#include <optional>
#include <vector>

#include "codec/json_names.h"
#include "codec/json_read.h"
#include "codec/json_write.h"

namespace oms {
namespace {

constexpr std::string_view source_prefix = "/oms/";

// Sorted as text it is sorted as a number.
std::string sequence_of(std::int64_t number) {
  constexpr std::size_t digits = 20;
  auto text = std::to_string(number);
  return std::string(digits - text.size(), '0') + text;
}

template <class T>
std::optional<T> unless_none(T value) {
  return value == T::none ? std::nullopt : std::optional{value};
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

struct LineData {
  std::string product_id;
  std::string product_name;
  std::int64_t quantity = 0;
  MinorUnits unit_price = 0;
  std::optional<LineStatus> status;  // where an order is fulfilled line by line
};
BOOST_DESCRIBE_STRUCT(LineData, (), (product_id, product_name, quantity, unit_price, status))

struct OrderData {
  Id order_id;
  std::string customer_id;
  std::optional<std::string> day_number;
  std::int64_t version = 0;
  OrderStatus status = OrderStatus::pending;
  std::optional<Reason> reason;
  Fulfilment fulfilment = Fulfilment::delivery;
  PaymentMethod payment_method = PaymentMethod::link;
  PaymentStatus payment = PaymentStatus::requested;
  std::optional<std::string> payment_link;
  std::vector<LineData> lines;
  MinorUnits total = 0;
  std::string currency;
  std::optional<std::string> promised_at;
  std::string created_at;
  std::string updated_at;
};
BOOST_DESCRIBE_STRUCT(OrderData, (),
                      (order_id, customer_id, day_number, version, status, reason, fulfilment,
                       payment_method, payment, payment_link, lines, total, currency, promised_at,
                       created_at, updated_at))

struct PaymentData {
  std::string order_id;
  PaymentStatus status = PaymentStatus::requested;
  std::optional<Reason> reason;
  MinorUnits amount = 0;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
  std::string currency;
  std::optional<std::string> provider_id;
  std::optional<DisputeStatus> dispute;
};
BOOST_DESCRIBE_STRUCT(PaymentData, (),
                      (order_id, status, reason, amount, captured, refunded, currency, provider_id,
                       dispute))

struct ReservedData {
  std::string product_id;
  std::int64_t quantity = 0;
  std::int64_t returned = 0;
};
BOOST_DESCRIBE_STRUCT(ReservedData, (), (product_id, quantity, returned))

struct ReservationData {
  std::string order_id;
  stock::ReservationState state = stock::ReservationState::held;
  std::optional<Reason> reason;
  std::vector<ReservedData> lines;
  bool written_off = false;
};
BOOST_DESCRIBE_STRUCT(ReservationData, (), (order_id, state, reason, lines, written_off))

struct LevelData {
  std::string product_id;
  std::int64_t available = 0;
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;
  std::int64_t low_at = 0;
};
BOOST_DESCRIBE_STRUCT(LevelData, (), (product_id, available, on_hand, reserved, low_at))

struct PromiseData {
  std::string order_id;
  std::optional<std::int64_t> order_number;
};
BOOST_DESCRIBE_STRUCT(PromiseData, (), (order_id, order_number))

// CloudEvents has its own names, in small letters throughout.
struct CloudEvent {
  std::string specversion = "1.0";
  std::string id;
  std::string source;
  std::string type;
  std::string subject;
  std::string time;
  std::string datacontenttype = "application/json";
  std::optional<std::string> sequence;
  std::string partitionkey;
  std::optional<std::string> traceparent;
  JsonText data;
};
BOOST_DESCRIBE_STRUCT(CloudEvent, (),
                      (specversion, id, source, type, subject, time, datacontenttype, sequence,
                       partitionkey, traceparent, data))

OrderData data_of(const OrderView& order, const PublicEvent&) {
  OrderData data{.order_id = order.id,
                 .customer_id = order.customer_id,
                 .day_number = unless_empty(order.day_number),
                 .version = order.version,
                 .status = order.status,
                 .reason = unless_none(order.reason),
                 .fulfilment = order.fulfilment,
                 .payment_method = order.method,
                 .payment = order.payment,
                 .payment_link = unless_empty(order.payment_link),
                 .total = order.total,
                 .currency = order.currency,
                 .created_at = to_text(order.created_at),
                 .updated_at = to_text(order.updated_at)};
  if (order.promised_at) data.promised_at = to_text(*order.promised_at);
  const bool is_by_line = order.face == Face::fulfilment;
  for (const auto& line : order.lines) {
    data.lines.push_back({.product_id = line.product_id,
                          .product_name = line.product_name,
                          .quantity = line.quantity,
                          .unit_price = line.unit_price,
                          .status = is_by_line ? std::optional{line.status} : std::nullopt});
  }
  return data;
}

PaymentData data_of(const PaymentEvent& payment, const PublicEvent& event) {
  return {.order_id = event.subject,
          .status = payment.status,
          .reason = unless_none(payment.failure),
          .amount = payment.amount,
          .captured = payment.captured,
          .refunded = payment.refunded,
          .currency = payment.currency,
          .provider_id = unless_empty(payment.provider_id),
          .dispute = payment.dispute};
}

ReservationData data_of(const ReservationEvent& held, const PublicEvent& event) {
  ReservationData data{.order_id = event.subject,
                       .state = held.state,
                       .reason = unless_none(held.reason),
                       .written_off = held.written_off};
  for (const auto& line : held.lines) {
    data.lines.push_back({line.product_id, line.quantity, line.returned});
  }
  return data;
}

LevelData data_of(const StockLevel& level, const PublicEvent& event) {
  return {event.subject, level.available, level.on_hand, level.reserved, level.low_at};
}

PromiseData data_of(const PromiseMissed& missed, const PublicEvent& event) {
  const auto number = missed.order_number;
  return {event.subject, number == 0 ? std::nullopt : std::optional{number}};
}

}  // namespace

std::string to_cloud_event(const PublicEvent& event, const Id& id) {
  const bool is_numbered = event.number != 0;
  CloudEvent out{.id = is_numbered ? event.subject + "/" + std::to_string(event.number) : id.text(),
                 .source = std::string{source_prefix} + std::string{json::name_of(event.source)},
                 .type = public_name(event.type),
                 .subject = event.subject,
                 .time = to_text(event.time),
                 .partitionkey = event.subject,
                 .traceparent = unless_empty(to_traceparent(event.trace))};
  if (is_numbered) out.sequence = sequence_of(event.number);
  std::visit([&](const auto& data) { write_json(data_of(data, event), out.data.text); },
             event.data);
  std::string text;
  write_json(out, text);
  return text;
}

BOOST_DESCRIBE_STRUCT(CloudEventHead, (), (id, source, type, subject))

Result<CloudEventHead> read_cloud_event_head(std::string_view text) {
  return read_json<CloudEventHead>(text, Reading::lenient);
}

std::string_view stream_of(const CloudEventHead& head) {
  std::string_view source = head.source;
  if (source.starts_with(source_prefix)) source.remove_prefix(source_prefix.size());
  return source == "stock" ? "inventory" : source;
}

}  // namespace oms
