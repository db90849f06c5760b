#include "tests/journeys/sights.h"

#include <fmt/format.h>

#include "codec/json_names.h"

namespace oms::testing {
namespace {

template <class E>
std::string name(E value) {
  return std::string{json::name_of(value)};
}

void add(std::string& text, const std::string& fact) {
  text += (text.empty() ? "" : ", ") + fact;
}

}  // namespace

std::string Sights::order(const Id& id) {
  const auto* seen = world_.get<orders::Order>(id.text());
  if (seen == nullptr) return "none";
  std::string text = name(seen->status);
  if (seen->reason != Reason::none) text += " " + name(seen->reason);
  if (seen->cancel_requested) text += " (cancelling)";
  if (seen->queue_position > 0 && seen->status == OrderStatus::paid) {
    text += fmt::format(" position {}", seen->queue_position);
  }
  if (seen->promise_missed) text += " late";
  if (!seen->last_payment_error.is_empty()) text += " (" + seen->last_payment_error.code + ")";
  return text;
}

std::string Sights::item(std::string_view product_id) {
  const auto* item = world_.get<stock::Item>(product_id);
  if (item == nullptr) return "none";
  return fmt::format("on_hand {}  reserved {}", item->on_hand(), item->reserved);
}

std::string Sights::money(const Id& id) {
  const auto* payment = world_.get<payments::Payment>(id.text());
  if (payment == nullptr) return "none";
  return fmt::format("{} captured {} refunded {}", name(payment->status), payment->captured,
                     payment->refunded);
}

std::string Sights::refunds(const Id& id) {
  const auto* payment = world_.get<payments::Payment>(id.text());
  if (payment == nullptr) return "none";
  std::string text;
  for (const auto& refund : payment->refunds) {
    add(text,
        fmt::format("{} by {} {}", refund.amount, name(refund.initiated_by), name(refund.status)));
  }
  for (const auto& dispute : payment->disputes) {
    add(text, fmt::format("{} disputed {}", dispute.amount, name(dispute.status)));
  }
  return text.empty() ? "none" : text;
}

std::string Sights::changes(const Id& id) {
  const auto* seen = world_.get<orders::Order>(id.text());
  if (seen == nullptr) return "none";
  std::string text;
  for (const auto& asked : seen->requested_refunds) {
    add(text, fmt::format("{} {}", asked.amount, name(asked.status)));
    if (asked.failure != Reason::none) text += " " + name(asked.failure);
  }
  for (const auto& [product, quantity] : seen->returned) {
    if (quantity > 0) add(text, fmt::format("{} x {} back", quantity, product));
  }
  return text.empty() ? "none" : text;
}

std::string Sights::alarms() {
  std::string text;
  for (const auto& event : world_.events) {
    const auto alarm = alarm_of(event);
    if (alarm) {
      add(text, fmt::format("{} {} {}", name(alarm->kind), alarm->amount, alarm->currency));
    }
  }
  return text.empty() ? "none" : text;
}

std::string Sights::asked(const Id& id) {
  std::string text;
  for (const auto& operation : world_.asked) {
    if (operation.order_id == id) text += (text.empty() ? "" : " ") + name(operation.kind);
  }
  return text.empty() ? "nothing" : text;
}

std::string Sights::told(const Id& id) {
  std::string text;
  for (const auto& notice : world_.told) {
    if (notice.order_id != id) continue;
    add(text, name(notice.kind) + " " + name(notice.channel));
  }
  return text.empty() ? "nothing" : text;
}

std::string Sights::shown(const Id& id) {
  const auto* seen = world_.get<orders::Order>(id.text());
  if (seen == nullptr) return "none";
  std::string text;
  for (const auto& notice : seen->notices) {
    add(text,
        fmt::format("{} {} {}", name(notice.kind), name(notice.channel), name(notice.status)));
  }
  return text.empty() ? "none" : text;
}

std::string Sights::lines(const Id& id) {
  const auto* seen = world_.get<orders::Order>(id.text());
  if (seen == nullptr) return "none";
  std::string text;
  for (const auto& line : seen->lines) {
    add(text, fmt::format("{} x {}", line.quantity, line.product_id));
    if (line.status != LineStatus::pending) text += " " + name(line.status);
  }
  return text + fmt::format(" = {}", seen->total);
}

std::string Sights::revision(const Id& id) {
  const auto* seen = world_.get<orders::Order>(id.text());
  if (seen == nullptr || !seen->revision) return "none";
  const auto& last = *seen->revision;
  return name(last.status) + (last.failure == Reason::none ? "" : " " + name(last.failure));
}

std::string Sights::ticket(const Id& id) {
  const auto* seen = world_.get<kitchen::Ticket>(id.text());
  if (seen == nullptr) return "none";
  std::string text;
  for (const auto& line : seen->lines) {
    add(text, fmt::format("{} x {}", line.quantity, line.product_name));
    if (!line.note.empty()) text += " (" + line.note + ")";
  }
  return name(seen->status) + ": " + text + (seen->note.empty() ? "" : ", " + seen->note);
}

std::string Sights::delivery(const Id& id) {
  const auto* seen = world_.get<delivery::Delivery>(id.text());
  if (seen == nullptr) return "none";
  const auto& whom = seen->recipient;
  std::string text = name(seen->status);
  for (const auto& fact : {whom.name, whom.phone_number, whom.address.city, whom.note}) {
    if (!fact.empty()) text += " " + fact;
  }
  return text;
}

std::string Sights::account(std::string_view customer_id) {
  const auto* seen = world_.get<payments::Account>(customer_id);
  if (seen == nullptr) return "none";
  return fmt::format("balance {}  held {}", seen->balance, seen->held);
}

}  // namespace oms::testing
