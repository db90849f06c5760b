#pragma once

#include <array>
#include <boost/describe.hpp>
#include <boost/mp11/list.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/result.h"
#include "base/time.h"

namespace oms {

// Every message names the service that decides it. The first three are no services of the shop:
// `world` stands for nobody here, and the runtime has two of its own, the desk where the operator
// replays what was set aside, and the processes that share a store. A new service comes last.
enum class ServiceName {
  world,
  dead_letters,
  replicas,
  orders,
  stock,
  payments,
  kitchen,
  delivery,
  notifications,
  coordinator,
};
BOOST_DESCRIBE_ENUM(ServiceName, world, dead_letters, replicas, orders, stock, payments, kitchen,
                    delivery, notifications, coordinator)

inline constexpr std::size_t service_name_count =
    boost::mp11::mp_size<boost::describe::describe_enumerators<ServiceName>>::value;

// Names that no broker carries: the observers, and the runtime's own two.
constexpr bool is_everywhere(ServiceName name) {
  return name == ServiceName::dead_letters || name == ServiceName::replicas ||
         name == ServiceName::world;
}

// The services of the shop.
inline constexpr auto shop_services = [] {
  constexpr std::size_t others = 3;
  std::array<ServiceName, service_name_count - others> names{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < service_name_count; ++i) {
    const auto name = static_cast<ServiceName>(i);
    if (!is_everywhere(name)) names.at(count++) = name;
  }
  return names;
}();

// Where an order stands, everywhere the same words. `completed` and `cancelled` are the ends.
enum class OrderStatus {
  pending,
  waiting_payment,
  paid,
  preparing,
  ready,
  delivering,
  completed,
  cancelled,
};
BOOST_DESCRIBE_ENUM(OrderStatus, pending, waiting_payment, paid, preparing, ready, delivering,
                    completed, cancelled)

constexpr bool is_final(OrderStatus status) {
  return status == OrderStatus::completed || status == OrderStatus::cancelled;
}

// Which interface an order was placed through. It shows no others.
enum class Face {
  customers,    // /api/customers/{customerID}/orders
  fulfilment,   // /oms/orders
  event_chain,  // /order
  coordinator,  // /orders
};
BOOST_DESCRIBE_ENUM(Face, customers, fulfilment, event_chain, coordinator)

// Where an order is fulfilled line by line. Elsewhere the order's status tells.
enum class LineStatus { pending, executed, cancelled };
BOOST_DESCRIBE_ENUM(LineStatus, pending, executed, cancelled)

// How the customer gets it.
enum class Fulfilment { delivery, pickup };
BOOST_DESCRIBE_ENUM(Fulfilment, delivery, pickup)

// How the customer pays. Supply is not paid.
enum class PaymentMethod {
  link,     // the provider's page, which the customer opens
  card,     // by the token that the provider has given for one
  account,  // the customer's own, which payments keeps
};
BOOST_DESCRIBE_ENUM(PaymentMethod, link, card, account)

// Why an order was cancelled, or a step refused.
enum class Reason {
  none,
  out_of_stock,
  over_reservation_cap,
  unknown_product,
  payment_failed,
  payment_expired,
  payment_mismatch,
  customer_request,
  operator_request,
  kitchen_rejected,
  delivery_failed,
  refunded_by_provider,
  not_refundable,  // less is left of the payment than was to be refunded
  refund_failed,   // at the provider, for good
  not_changeable,  // it ended too long ago
  insufficient_funds,
  unknown_account,
  already_paid,     // the link was to be closed, and had been paid
  kitchen_started,  // the ticket was to be held
};
BOOST_DESCRIBE_ENUM(Reason, none, out_of_stock, over_reservation_cap, unknown_product,
                    payment_failed, payment_expired, payment_mismatch, customer_request,
                    operator_request, kitchen_rejected, delivery_failed, refunded_by_provider,
                    not_refundable, refund_failed, not_changeable, insufficient_funds,
                    unknown_account, already_paid, kitchen_started)

enum class PaymentStatus {
  requested,
  link_ready,
  captured,
  expired,
  failed,
  refund_pending,
  partially_refunded,
  refunded,
  none,  // the order ended before a payment was asked for
  authorized,
  voided,  // an authorization that was given back
};
BOOST_DESCRIBE_ENUM(PaymentStatus, requested, link_ready, captured, expired, failed, refund_pending,
                    partially_refunded, refunded, none, authorized, voided)

// How the customer can be told. All may be empty: then they are not told.
struct Contact {
  static constexpr bool is_personal = true;  // all of it: see `personal_data.h`
  std::string name;
  std::string email;
  std::string phone_number;  // as it is dialed
  std::string phone_typed;   // as the customer wrote it; empty: the same

  bool is_empty() const { return email.empty() && phone_number.empty(); }
};
BOOST_DESCRIBE_STRUCT(Contact, (), (name, email, phone_number, phone_typed))

// Where it is to be brought, as the customer wrote it.
struct Address {
  static constexpr bool is_personal = true;
  std::vector<std::string> lines;
  std::string postal_code;
  std::string city;
  std::string country;

  bool is_empty() const { return lines.empty() && city.empty(); }
};
BOOST_DESCRIBE_STRUCT(Address, (), (lines, postal_code, city, country))

// Whom it is for, as the kitchen and the rider need it.
struct Recipient {
  static constexpr bool is_personal = true;
  std::string name;
  std::string phone_number;
  Address address;
  std::string note;  // on the order as a whole
};
BOOST_DESCRIBE_STRUCT(Recipient, (), (name, phone_number, address, note))

// One line of an accepted order. Name and price are frozen when the order is accepted.
struct OrderLine {
  std::string product_id;
  std::string product_name;
  std::int64_t quantity = 0;
  std::string price_id;
  MinorUnits unit_price = 0;
  std::int64_t preparation_ms = 0;
  LineStatus status = LineStatus::pending;
  std::string note;  // the customer's
};
BOOST_DESCRIBE_STRUCT(OrderLine, (),
                      (product_id, product_name, quantity, price_id, unit_price, preparation_ms,
                       status, note))

// So much of one product.
struct ProductQuantity {
  std::string product_id;
  std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(ProductQuantity, (), (product_id, quantity))

// Which step of which run of an order's saga a command belongs to. Participants echo it, so that
// the coordinator can tell an answer from an old one.
struct StepRef {
  std::string step;
  std::int32_t attempt = 0;
  std::int32_t run = 0;  // 0: the order's life; n: its n-th change
};
BOOST_DESCRIBE_STRUCT(StepRef, (), (step, attempt, run))

}  // namespace oms
