#include "adapters/simulated/objects.h"

#include <utility>

#include "adapters/simulated/cards.h"
#include "codec/json_write.h"

namespace oms::simulated {
namespace {

using Status = Standing::Status;

void write_metadata(const Metadata& metadata, Text& out) {
  out << "{";
  bool is_first = true;
  for (const auto& [name, value] : metadata) {
    if (!std::exchange(is_first, false)) out << ",";
    out.quote(name) << ":";
    out.quote(value);
  }
  out << "}";
}

// What the port has asked for says which order and session it is; over HTTP the merchant decides.
void write_metadata(const Session& session, const Metadata Terms::* metadata, Text& out) {
  out << R"("metadata":)";
  const bool is_by_port = !session.terms || session.terms->is_by_port;
  if (!is_by_port) return write_metadata(*session.terms.*metadata, out);
  out << R"({"order_id":")" << session.order_id << R"(","session_id":")" << session.name().text()
      << (session.is_intent() ? R"(","method":"card"})" : R"("})");
}

Metadata Terms::* payment_metadata_of(const Session& session) {
  return session.is_intent() ? &Terms::metadata : &Terms::payment_metadata;
}

void write_nullable(std::string_view text, Text& out) {
  if (text.empty()) {
    out << "null";
  } else {
    out.quote(text);
  }
}

std::string_view intent_status(const Standing& standing) {
  switch (standing.status) {
    case Status::complete:
      return "succeeded";
    case Status::expired:
      return "canceled";
    case Status::open:
      break;
  }
  return standing.authorized > 0 ? "requires_capture" : "requires_payment_method";
}

// Codes and sentences of our own, so there is nothing to escape.
void write_error(std::string_view card, Text& out) {
  const auto last = card.rfind(' ');
  const auto code = last == std::string_view::npos ? std::string_view{} : card.substr(last + 1);
  const auto decline = decline_of_code(code);
  out << R"(,"last_payment_error":{"type":"card_error","code":")" << decline.error << R"(",)";
  if (!decline.code.empty()) out << R"("decline_code":")" << decline.code << R"(",)";
  out << R"("message":")" << decline.words << R"("})";
}

}  // namespace

Text& Text::quote(std::string_view text) {
  write_json(text, text_);
  return *this;
}

void write_session(const Session& session, const Standing& standing, std::string_view base_url,
                   Text& out, Expanded expanded) {
  out << R"({"id":")" << session.name().text() << R"(","object":"checkout.session","amount_total":)"
      << session.amount << R"(,"client_reference_id":)";
  if (session.terms) {
    write_nullable(session.terms->reference, out);
  } else {
    out << "\"" << session.order_id << "\"";
  }
  out << R"(,"currency":")" << session.currency << R"(","livemode":false,)";
  write_metadata(session, &Terms::metadata, out);
  out << R"(,"mode":"payment","payment_intent":)";
  if (standing.status == Status::complete) {
    if (expanded.intent) {
      write_intent(session, standing, {}, out, expanded);
    } else {
      out.quote(session.intent_name());
    }
    out << R"(,"payment_status":"paid","status":"complete")";
  } else {
    out << R"(null,"payment_status":"unpaid","status":")"
        << (standing.status == Status::open ? "open" : "expired") << "\"";
  }
  if (session.terms) {
    out << R"(,"amount_subtotal":)" << session.amount << R"(,"created":)"
        << session.created_at.unix_ms / 1000 << R"(,"expires_at":)"
        << session.expires_at.unix_ms / 1000 << R"(,"success_url":)";
    write_nullable(session.terms->success_url, out);
    out << R"(,"cancel_url":)";
    write_nullable(session.terms->cancel_url, out);
    out << R"(,"url":)";
    const bool is_open = standing.status == Status::open;
    write_nullable(
        is_open ? std::string{base_url} + "/checkout/" + session.name().text() : std::string{},
        out);
  }
  out << "}";
}

void write_intent(const Session& session, const Standing& standing, std::string_view card,
                  Text& out, Expanded expanded) {
  out << R"({"id":")" << session.intent_name() << R"(","object":"payment_intent","amount":)"
      << session.amount << R"(,"currency":")" << session.currency << R"(","livemode":false,)";
  write_metadata(session, payment_metadata_of(session), out);
  if (!card.empty()) write_error(card, out);
  out << R"(,"status":")" << intent_status(standing) << "\"";
  if (session.terms) {
    const bool is_manual = session.terms->kind == Terms::Kind::manual_intent;
    const bool is_waiting = standing.status == Status::open;
    out << R"(,"amount_capturable":)" << (is_waiting ? standing.authorized : MinorUnits{0})
        << R"(,"amount_received":)" << standing.captured << R"(,"capture_method":")"
        << (is_manual ? "manual" : "automatic") << R"(","created":)"
        << session.created_at.unix_ms / 1000 << R"(,"latest_charge":)";
    const bool has_charge = standing.captured > 0 || standing.authorized > 0;
    if (has_charge && expanded.charge) {
      write_charge(session, standing, out);
    } else {
      write_nullable(has_charge ? session.charge_name() : std::string{}, out);
    }
  }
  out << "}";
}

void write_charge(const Session& session, const Standing& standing, Text& out) {
  const auto amount = standing.captured > 0 ? standing.captured : standing.authorized;
  out << R"({"id":")" << session.charge_name() << R"(","object":"charge","amount":)" << amount
      << R"(,"amount_refunded":)" << standing.refunded << R"(,"currency":")" << session.currency
      << R"(","livemode":false,)";
  write_metadata(session, payment_metadata_of(session), out);
  out << R"(,"payment_intent":")" << session.intent_name() << R"(","refunded":)"
      << (standing.refunded == amount) << R"(,"status":"succeeded")";
  if (session.terms) {
    out << R"(,"amount_captured":)" << standing.captured << R"(,"captured":)"
        << (standing.captured > 0) << R"(,"created":)" << session.created_at.unix_ms / 1000
        << R"(,"disputed":)" << (standing.disputed > 0);
  }
  out << "}";
}

void write_refund(const Session& session, const RefundFacts& refund, const Standing* whole,
                  Text& out) {
  out << R"({"id":)";
  out.quote(refund.name) << R"(,"object":"refund","amount":)" << refund.amount << R"(,"charge":)";
  if (whole != nullptr) {
    write_charge(session, *whole, out);
  } else {
    out.quote(session.charge_name());
  }
  out << R"(,"created":)" << refund.created_at.unix_ms / 1000 << R"(,"currency":")"
      << session.currency << R"(","metadata":)"
      << (refund.metadata.empty() ? std::string{"{}"} : refund.metadata) << R"(,"payment_intent":")"
      << session.intent_name() << R"(","status":")" << refund.status << R"("})";
}

std::string write_metadata(const Metadata& metadata) {
  Text out;
  write_metadata(metadata, out);
  return out.take();
}

}  // namespace oms::simulated
