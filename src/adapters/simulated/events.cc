#include "adapters/simulated/events.h"

#include "adapters/simulated/cards.h"

#include <array>
#include <charconv>

namespace oms::simulated {
namespace {

// Writes ids, numbers and fixed text, which need no escaping: a currency is three letters.
class Text {
 public:
  Text() { text_.reserve(768); }

  Text& operator<<(std::string_view part) {
    text_ += part;
    return *this;
  }
  Text& operator<<(std::int64_t number) {
    std::array<char, 20> digits;
    text_.append(digits.data(),
                 std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
    return *this;
  }
  Text& operator<<(const Id& id) {
    std::array<char, Id::text_size> hex;
    id.write(hex.data());
    text_.append(hex.data(), hex.size());
    return *this;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string_view type_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::charge:
      return "checkout.session.completed";
    case EntryKind::expiry:
      return "checkout.session.expired";
    case EntryKind::decline:
      return "payment_intent.payment_failed";
    case EntryKind::refund:
      break;
  }
  return "charge.refunded";
}

void write_metadata(const Event& event, Text& out) {
  out << R"("metadata":{"order_id":")" << event.order_id << R"(","session_id":")"
      << SessionName{event.order_id, event.secret}.text() << R"("})";
}

void write_session(const Event& event, Text& out) {
  const bool is_paid = event.kind == EntryKind::charge;
  out << R"({"id":")" << SessionName{event.order_id, event.secret}.text()
      << R"(","object":"checkout.session","amount_total":)" << event.amount
      << R"(,"client_reference_id":")" << event.order_id << R"(","currency":")" << event.currency
      << R"(","livemode":false,)";
  write_metadata(event, out);
  out << R"(,"mode":"payment","payment_intent":)";
  if (is_paid) {
    out << R"("pi_)" << event.order_id << R"(","payment_status":"paid","status":"complete"})";
  } else {
    out << R"(null,"payment_status":"unpaid","status":"expired"})";
  }
}

// Codes and sentences of our own, so there is nothing to escape.
void write_error(const Event& event, Text& out) {
  const auto last = event.card.rfind(' ');
  const auto code = last == std::string::npos ? std::string_view{}
                                              : std::string_view{event.card}.substr(last + 1);
  const auto decline = decline_of_code(code);
  out << R"(,"last_payment_error":{"type":"card_error","code":")" << decline.error << R"(",)";
  if (!decline.code.empty()) out << R"("decline_code":")" << decline.code << R"(",)";
  out << R"("message":")" << decline.words << R"("})";
}

void write_intent(const Event& event, Text& out) {
  out << R"({"id":"pi_)" << event.order_id << R"(","object":"payment_intent","amount":)"
      << event.amount << R"(,"currency":")" << event.currency << R"(","livemode":false,)";
  write_metadata(event, out);
  write_error(event, out);
  out << R"(,"status":"requires_payment_method"})";
}

void write_charge(const Event& event, Text& out) {
  out << R"({"id":"ch_)" << event.order_id << R"(","object":"charge","amount":)" << event.amount
      << R"(,"amount_refunded":)" << event.refunded << R"(,"currency":")" << event.currency
      << R"(","livemode":false,)";
  write_metadata(event, out);
  out << R"(,"payment_intent":"pi_)" << event.order_id << R"(","refunded":)"
      << (event.refunded == event.amount ? "true" : "false") << R"(,"status":"succeeded"})";
}

}  // namespace

std::string write_event(const Event& event) {
  Text out;
  // The id follows from the ledger's entry, so that a repeated event is known by it.
  out << R"({"id":"evt_)" << event.order_id << "_" << event.number
      << R"(","object":"event","api_version":"2026-07-29.dahlia","created":)"
      << event.at.unix_ms / 1000 << R"(,"data":{"object":)";
  switch (event.kind) {
    case EntryKind::charge:
    case EntryKind::expiry:
      write_session(event, out);
      break;
    case EntryKind::decline:
      write_intent(event, out);
      break;
    case EntryKind::refund:
      write_charge(event, out);
  }
  out << R"(},"livemode":false,"pending_webhooks":1,"request":{"id":null,"idempotency_key":null},)"
      << R"("type":")" << type_of(event.kind) << R"("})";
  return out.take();
}

}  // namespace oms::simulated
