#include "adapters/simulated/events.h"

#include "adapters/simulated/objects.h"

namespace oms::simulated {
namespace {

std::string_view status_of_refund(EntryKind kind) {
  switch (kind) {
    case EntryKind::refund_pending:
      return "pending";
    case EntryKind::refund_failed:
      return "failed";
    default:
      return "succeeded";
  }
}

void write_dispute(const Session& session, const Entry& entry, Text& out) {
  const auto status = entry.kind == EntryKind::dispute       ? "needs_response"
                      : entry.kind == EntryKind::dispute_won ? "won"
                                                             : "lost";
  out << R"({"id":")" << entry.key << R"(","object":"dispute","amount":)" << entry.amount
      << R"(,"charge":")" << session.charge_name() << R"(","currency":")" << session.currency
      << R"(","livemode":false,"metadata":{},"payment_intent":")" << session.intent_name()
      << R"(","reason":"general","status":")" << status << R"("})";
}

void write_object(const Event& event, Text& out) {
  const auto& session = event.session;
  const auto& entry = event.entry;
  switch (entry.kind) {
    case EntryKind::charge:
    case EntryKind::late_charge:
    case EntryKind::expiry:
      if (!session.is_intent()) return write_session(session, event.standing, {}, out);
      return write_intent(session, event.standing, {}, out);
    case EntryKind::authorization:
      return write_intent(session, event.standing, {}, out);
    case EntryKind::decline:
      return write_intent(session, event.standing, entry.detail, out);
    case EntryKind::refund:
      return write_charge(session, event.standing, out);
    case EntryKind::refund_pending:
    case EntryKind::refund_succeeded:
    case EntryKind::refund_failed:
      return write_refund(session,
                          {.name = entry.key,
                           .amount = entry.amount,
                           .status = status_of_refund(entry.kind),
                           .created_at = entry.at,
                           .metadata = entry.detail},
                          nullptr, out);
    case EntryKind::dispute:
    case EntryKind::dispute_won:
    case EntryKind::dispute_lost:
      return write_dispute(session, entry, out);
  }
}

}  // namespace

std::string_view type_of(const Event& event) {
  const bool is_intent = event.session.is_intent();
  switch (event.entry.kind) {
    case EntryKind::charge:
    case EntryKind::late_charge:
      return is_intent ? "payment_intent.succeeded" : "checkout.session.completed";
    case EntryKind::expiry:
      return is_intent ? "payment_intent.canceled" : "checkout.session.expired";
    case EntryKind::decline:
      return "payment_intent.payment_failed";
    case EntryKind::authorization:
      return "payment_intent.amount_capturable_updated";
    case EntryKind::refund_pending:
      return "refund.created";
    case EntryKind::refund_succeeded:
      return "refund.updated";
    case EntryKind::refund_failed:
      return "refund.failed";
    case EntryKind::dispute:
      return "charge.dispute.created";
    case EntryKind::dispute_won:
    case EntryKind::dispute_lost:
      return "charge.dispute.closed";
    case EntryKind::refund:
      break;
  }
  return "charge.refunded";
}

std::string write_event(const Event& event) {
  Text out;
  // The id follows from the ledger's entry, so that a repeated event is known by it.
  out << R"({"id":")" << event.name() << R"(","object":"event","api_version":")" << api_version
      << R"(","created":)" << event.entry.at.unix_ms / 1000 << R"(,"data":{"object":)";
  write_object(event, out);
  out << R"(},"livemode":false,"pending_webhooks":1,"request":{"id":null,"idempotency_key":null},)"
      << R"("type":")" << type_of(event) << R"("})";
  return out.take();
}

}  // namespace oms::simulated
