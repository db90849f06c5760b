#pragma once

#include <string>
#include <vector>

#include "sagas/all.h"
#include "tools/check/auditor.h"

namespace oms::check {

inline Id id_of(std::uint8_t n) {
  return Id{Id::Bytes{0x65, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n}};
}
inline constexpr Time start{1'700'000'000'000};

// An order that was led to its end: two of item 1 at 450, paid, cooked and delivered. Tests spoil
// one thing in it.
struct Sample {
  orders::Order order;
  coordinator::Saga saga;
  stock::Reservation reservation;
  payments::Payment payment;
  kitchen::Ticket ticket;
  delivery::Delivery delivery;
  notifications::Notices notices;
  SessionAudit session;
  std::vector<stock::Item> items;
  Circumstances circumstances{.has_ledger = true};
  std::uint64_t commits = 3;
  // Which records there are.
  bool has_order = true, has_saga = true, has_reservation = true, has_payment = true,
       has_ticket = true, has_delivery = true, has_session = true, has_notices = false;

  Sample() {
    const auto id = id_of(1);
    order = {
        .id = id,
        .customer_id = "c1",
        .day_number = "2023-11-14/000001",
        .saga = "food",
        .version = 12,
        .status = OrderStatus::completed,
        .lines = {{.product_id = "1", .product_name = "Cheese", .quantity = 2, .unit_price = 450}},
        .total = 900,
        .currency = "usd",
        .payment = PaymentStatus::captured,
        .created_at = start,
        .updated_at = start + Duration{6}};
    int i = 0;
    for (const auto status : {OrderStatus::pending, OrderStatus::waiting_payment, OrderStatus::paid,
                              OrderStatus::preparing, OrderStatus::ready, OrderStatus::delivering,
                              OrderStatus::completed}) {
      order.history.push_back({.version = i + 1, .status = status, .at = start + Duration{i}});
      ++i;
    }
    for (const auto kind : {NoticeKind::paid, NoticeKind::completed}) {
      tell(kind);
    }
    saga = {.id = id,
            .main = {.saga = "food",
                     .version = 1,
                     .step = "deliver",
                     .phase = coordinator::Phase::completed,
                     .pivoted = true},
            .customer_id = "c1",
            .total = 900,
            .currency = "usd"};
    reservation = {.id = id,
                   .customer_id = "c1",
                   .state = stock::ReservationState::committed,
                   .lines = {{.product_id = "1", .quantity = 2}},
                   .units = 2};
    payment = {.id = id,
               .status = PaymentStatus::captured,
               .amount = 900,
               .currency = "usd",
               .captured = 900,
               .session_id = "cs_test_1"};
    ticket = {.id = id,
              .status = kitchen::TicketStatus::ready,
              .lines = {{.product_name = "Cheese", .quantity = 2}},
              .cook = 0,
              .starts_at = start + Duration{3},
              .promised_at = start + Duration{4},
              .takes_ms = 1};
    delivery = {.id = id, .status = delivery::DeliveryStatus::delivered};
    session = {.order_id = id, .amount = 900, .currency = "usd", .captured = 900, .charges = 1};
    items = {{.id = "1", .initial = 10, .committed = 2}};
  }

  void tell(NoticeKind kind) {
    for (const auto channel : {Channel::email, Channel::sms}) {
      order.notices.push_back(
          {.kind = kind, .channel = channel, .status = NoticeStatus::skipped_no_address});
    }
  }

  // The same order waiting for its customer to pay.
  static Sample waiting() {
    Sample sample;
    sample.order.status = OrderStatus::waiting_payment;
    sample.order.history.resize(2);
    sample.order.notices.clear();
    sample.order.payment = PaymentStatus::link_ready;
    sample.saga.main.phase = coordinator::Phase::doing;
    sample.saga.main.step = "collect_payment";
    sample.saga.main.pivoted = false;
    sample.saga.main.due = start + Duration{1'000};
    sample.reservation.state = stock::ReservationState::held;
    sample.payment.status = PaymentStatus::link_ready;
    sample.payment.captured = 0;
    sample.payment.due = start + Duration{1'000};
    sample.session.captured = 0;
    sample.session.charges = 0;
    sample.items = {{.id = "1", .initial = 10, .reserved = 2}};
    sample.has_ticket = sample.has_delivery = false;
    return sample;
  }

  // Cancelled by its customer after having paid, before the kitchen began.
  static Sample cancelled() {
    Sample sample;
    sample.order.status = OrderStatus::cancelled;
    sample.order.reason = Reason::customer_request;
    sample.order.history.resize(3);
    sample.order.history.push_back({.version = 9,
                                    .status = OrderStatus::cancelled,
                                    .at = start + Duration{9},
                                    .reason = Reason::customer_request});
    sample.order.payment = PaymentStatus::refunded;
    sample.order.notices.clear();
    sample.tell(NoticeKind::paid);
    sample.tell(NoticeKind::cancelled);
    sample.saga.main.phase = coordinator::Phase::cancelled;
    sample.saga.main.reason = Reason::customer_request;
    sample.saga.main.step = "reserve_stock";
    sample.saga.main.pivoted = false;
    sample.reservation.returned = true;
    sample.payment.status = PaymentStatus::refunded;
    sample.payment.refunded = 900;
    sample.session.refunded = 900;
    sample.items = {{.id = "1", .initial = 10, .returned = 2, .committed = 2}};
    sample.has_ticket = sample.has_delivery = false;
    return sample;
  }

  Story story() const {
    Story story{.id = order.id, .order_commits = commits};
    if (has_order) story.order = &order;
    if (has_saga) story.saga = &saga;
    if (has_reservation) story.reservation = &reservation;
    if (has_payment) story.payment = &payment;
    if (has_ticket) story.ticket = &ticket;
    if (has_delivery) story.delivery = &delivery;
    if (has_notices) story.notices = &notices;
    if (has_session) story.session = &session;
    return story;
  }

  Auditor audit() const {
    Auditor auditor{circumstances};
    auditor.take(story());
    auditor.take(items);
    return auditor;
  }

  // The names of the rules that are broken, in their order.
  std::string broken() const {
    const auto auditor = audit();
    std::string names;
    for (std::size_t i = 0; i < rule_count; ++i) {
      const auto rule = static_cast<Rule>(i);
      if (auditor.findings().of(rule).broken == 0) continue;
      names += (names.empty() ? "" : " ") + std::string{text_of(rule).name};
    }
    return names;
  }
};

}  // namespace oms::check
