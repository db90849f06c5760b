#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/result.h"
#include "messages/payments.h"
#include "messages/reconciliation.h"

namespace oms::stripe {

// What we read of a checkout session, with its payment intent and charge where those were asked
// for.
struct SessionFacts {
  std::string id;
  std::string url;     // while it is open
  std::string status;  // "open", "complete", "expired"
  bool is_paid = false;
  MinorUnits amount = 0;
  std::string currency;
  std::optional<Id> order_id;
  std::string intent;  // its name; empty until it is paid
  MinorUnits refunded = 0;
  std::int32_t link = 1;  // its number among the order's; 0: a card was charged or held
  MinorUnits asked = 0;   // what it is to take
  Time created_at;

  ProviderWord word() const;
  ProviderCharge charge() const;
};
Result<SessionFacts> read_session(std::string_view body);
// A payment intent that is its own session: `status` is the intent's, `amount` what it has taken.
Result<SessionFacts> read_intent(std::string_view body);

struct SessionList {
  std::vector<SessionFacts> sessions;
  bool has_more = false;
};
Result<SessionList> read_sessions(std::string_view body);
// Of the intents that are their own sessions.
Result<SessionList> read_intents(std::string_view body);

// Whose a payment intent is, by its metadata.
struct IntentOwner {
  std::optional<Id> order_id;
  std::int32_t link = 0;  // its number among the order's; 0: a card was charged or held
};
Result<IntentOwner> read_owner(std::string_view body);

// The events of a page, each as it is written; Errors: invalid.
struct EventTexts {
  std::vector<std::string> events;
  std::string last;  // the last one's name
  bool has_more = false;
};
Result<EventTexts> read_events(std::string_view body);

struct RefundFacts {
  std::string id;
  std::string status;
  MinorUnits amount = 0;
  MinorUnits refunded_in_all = 0;  // of the charge, where it was asked for
  std::int32_t number = 0;         // ours
};
Result<RefundFacts> read_refund(std::string_view body);
Result<std::vector<RefundFacts>> read_refunds(std::string_view body);

// Of any object. Errors: invalid.
Result<std::string> read_name(std::string_view body);

// Why Stripe has said no.
struct Refusal {
  std::string type;
  std::string code;
  std::string message;
  std::string decline_code;
  std::string intent;  // the name of what was refused

  // The bank's code says more than "card_declined", unless it is as general.
  PaymentError as_payment_error() const;
  bool is_about_key() const { return type == "idempotency_error"; }
  std::string text() const { return code.empty() ? message : code + ": " + message; }
};
Refusal read_refusal(std::string_view body);

}  // namespace oms::stripe
