// How views are named and kept. Each is the record of its table, as its service shows it.
#include <charconv>
#include <cstdint>

#include "messages/define_record.h"
#include "messages/message.h"

namespace oms {

namespace orders {

std::string day_number(std::string_view day, std::int64_t number) {
  constexpr std::size_t digits_min = 6;
  auto digits = std::to_string(number);
  if (digits.size() < digits_min) digits.insert(0, digits_min - digits.size(), '0');
  return std::string{day}.append("/").append(digits);
}

std::int64_t number_in(std::string_view day_number) {
  const auto slash = day_number.find('/');
  if (slash == std::string_view::npos) return 0;
  const auto digits = day_number.substr(slash + 1);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace orders

namespace stock {

std::string movement_id(std::string_view product_id, std::int64_t number) {
  constexpr std::size_t digits_min = 10;
  auto digits = std::to_string(number);
  if (digits.size() < digits_min) digits.insert(0, digits_min - digits.size(), '0');
  if (product_id.size() + 1 + digits.size() <= ShortText::capacity) {
    return std::string{product_id}.append("/").append(digits);
  }
  std::uint64_t digest = 0xCBF29CE484222325U;  // FNV-1a
  for (const char c : product_id) {
    digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  return std::to_string(digest).append("//").append(digits);
}

}  // namespace stock

const RecordType& record_type(const OrderView*) {
  static const RecordType type = define_record<OrderView>({.table = "orders_order"});
  return type;
}

const RecordType& record_type(const ArchivedOrderView*) {
  static const RecordType type = define_record<ArchivedOrderView>({.table = "orders_archived"});
  return type;
}

const RecordType& record_type(const ErasedCustomerView*) {
  static const RecordType type =
      define_record<ErasedCustomerView>({.table = "orders_erased_customer"});
  return type;
}

const RecordType& record_type(const ItemView*) {
  static const RecordType type = define_record<ItemView>({.table = "stock_item"});
  return type;
}

const RecordType& record_type(const MovementView*) {
  static const RecordType type = define_record<MovementView>({.table = "stock_movement"});
  return type;
}

const RecordType& record_type(const AuditView*) {
  static const RecordType type = define_record<AuditView>({.table = "runtime_audit"});
  return type;
}

const RecordType& record_type(const AccountView*) {
  static const RecordType type = define_record<AccountView>({.table = "payments_account"});
  return type;
}

const RecordType& record_type(const SagaView*) {
  static const RecordType type = define_record<SagaView>({.table = "coordinator_saga"});
  return type;
}

// Of those that nobody looks into the name is all.

const RecordType& record_type(const PaymentView*) {
  static const RecordType type{.table = "payments_payment"};
  return type;
}

const RecordType& record_type(const ReservationView*) {
  static const RecordType type{.table = "stock_reservation"};
  return type;
}

const RecordType& record_type(const TicketView*) {
  static const RecordType type{.table = "kitchen_ticket"};
  return type;
}

const RecordType& record_type(const DeliveryView*) {
  static const RecordType type{.table = "delivery_delivery"};
  return type;
}

const RecordType& record_type(const NoticesView*) {
  static const RecordType type{.table = "notifications_notices"};
  return type;
}

const RecordType& record_type(const DeadLetterView*) {
  static const RecordType type{.table = "runtime_dead_letter"};
  return type;
}

}  // namespace oms
