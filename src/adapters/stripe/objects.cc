#include "adapters/stripe/objects.h"

#include <charconv>

#include "codec/json_read.h"

namespace oms::stripe {
namespace {

// Stripe's names are in snake case, like ours.
struct SnakeCase {
  static constexpr std::string_view json_name_of(std::string_view member) { return member; }
};

struct Metadata : SnakeCase {
  std::optional<std::string> order_id;
  std::optional<std::string> refund_number;
  std::optional<std::string> link;
  std::optional<std::string> method;
};
BOOST_DESCRIBE_STRUCT(Metadata, (), (order_id, refund_number, link, method))

struct Session : SnakeCase {
  std::string id;
  std::optional<std::string> url;
  std::optional<std::string> status;
  std::optional<std::string> payment_status;
  std::optional<MinorUnits> amount_total;
  std::optional<std::string> currency;
  std::optional<std::string> client_reference_id;
  std::optional<Metadata> metadata;
  JsonText payment_intent;  // null, its name, or all of it
  std::int64_t created = 0;
};
BOOST_DESCRIBE_STRUCT(Session, (),
                      (id, url, status, payment_status, amount_total, currency, client_reference_id,
                       metadata, payment_intent, created))

struct Intent : SnakeCase {
  std::string id;
  std::optional<std::string> status;
  std::optional<MinorUnits> amount;
  std::optional<MinorUnits> amount_received;
  std::optional<std::string> currency;
  std::optional<Metadata> metadata;
  JsonText latest_charge;
  std::int64_t created = 0;
};
BOOST_DESCRIBE_STRUCT(Intent, (),
                      (id, status, amount, amount_received, currency, metadata, latest_charge,
                       created))

struct Named : SnakeCase {
  std::string id;
  std::optional<MinorUnits> amount_refunded;  // of a charge
  JsonText latest_charge;                     // of a payment intent
};
BOOST_DESCRIBE_STRUCT(Named, (), (id, amount_refunded, latest_charge))

struct Refund : SnakeCase {
  std::string id;
  std::optional<std::string> status;
  MinorUnits amount = 0;
  JsonText charge;
  std::optional<Metadata> metadata;
};
BOOST_DESCRIBE_STRUCT(Refund, (), (id, status, amount, charge, metadata))

template <class T>
struct List : SnakeCase {
  std::vector<T> data;
  bool has_more = false;
};
using Sessions = List<Session>;
using Intents = List<Intent>;
using Refunds = List<Refund>;
using Events = List<JsonText>;
BOOST_DESCRIBE_STRUCT(Sessions, (), (data, has_more))
BOOST_DESCRIBE_STRUCT(Intents, (), (data, has_more))
BOOST_DESCRIBE_STRUCT(Refunds, (), (data, has_more))
BOOST_DESCRIBE_STRUCT(Events, (), (data, has_more))

struct Error : SnakeCase {
  std::optional<std::string> type;
  std::optional<std::string> code;
  std::optional<std::string> message;
  std::optional<std::string> decline_code;
  JsonText payment_intent;
};
BOOST_DESCRIBE_STRUCT(Error, (), (type, code, message, decline_code, payment_intent))

struct ErrorBody : SnakeCase {
  Error error;
};
BOOST_DESCRIBE_STRUCT(ErrorBody, (), (error))

// An object, or only its name; an empty one where there is none.
Named named(const JsonText& json) {
  const std::string_view text = json.text;
  if (text.starts_with('"'))
    return {.id = read_json<std::string>(text, Reading::lenient).value_or("")};
  if (!text.starts_with('{')) return {};
  return read_json<Named>(text, Reading::lenient).value_or(Named{});
}

std::int32_t number_in(const std::optional<std::string>& text, std::int32_t otherwise) {
  auto number = otherwise;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

SessionFacts facts_of(Session session) {
  const auto intent = named(session.payment_intent);
  SessionFacts facts{.id = std::move(session.id),
                     .url = session.url.value_or(""),
                     .status = session.status.value_or(""),
                     .is_paid = session.payment_status.value_or("unpaid") != "unpaid",
                     .amount = session.amount_total.value_or(0),
                     .currency = session.currency.value_or(""),
                     .intent = intent.id,
                     .refunded = named(intent.latest_charge).amount_refunded.value_or(0),
                     .created_at = {session.created * 1000}};
  facts.asked = facts.amount;
  if (session.client_reference_id) facts.order_id = Id::parse(*session.client_reference_id);
  if (!facts.order_id && session.metadata && session.metadata->order_id) {
    facts.order_id = Id::parse(*session.metadata->order_id);
  }
  if (session.metadata) facts.link = number_in(session.metadata->link, 1);
  return facts;
}

SessionFacts facts_of(Intent intent) {
  SessionFacts facts{.id = intent.id,
                     .status = intent.status.value_or(""),
                     .is_paid = intent.status == "succeeded",
                     .amount = intent.amount_received.value_or(0),
                     .currency = intent.currency.value_or(""),
                     .intent = std::move(intent.id),
                     .refunded = named(intent.latest_charge).amount_refunded.value_or(0),
                     .asked = intent.amount.value_or(0),
                     .created_at = {intent.created * 1000}};
  const bool is_card = intent.metadata && intent.metadata->method == "card";
  if (is_card) facts.link = 0;
  if (is_card && intent.metadata->order_id) facts.order_id = Id::parse(*intent.metadata->order_id);
  return facts;
}

RefundFacts facts_of(Refund refund) {
  RefundFacts facts{.id = std::move(refund.id),
                    .status = refund.status.value_or(""),
                    .amount = refund.amount,
                    .refunded_in_all = named(refund.charge).amount_refunded.value_or(0)};
  if (refund.metadata) facts.number = number_in(refund.metadata->refund_number, 0);
  return facts;
}

}  // namespace

ProviderWord SessionFacts::word() const {
  if (status == "expired" || status == "canceled") return ProviderWord::expired;
  if (status == "requires_capture") return ProviderWord::authorized;
  // A bank transfer completes the session before the money is there.
  const bool is_complete = status == "complete" || status == "succeeded";
  if (!is_complete || !is_paid) return ProviderWord::open;
  return refunded >= amount ? ProviderWord::refunded : ProviderWord::paid;
}

ProviderCharge SessionFacts::charge() const {
  using State = ProviderCharge::State;
  ProviderCharge charge{.session_id = id,
                        .order_id = order_id.value_or(Id{}),
                        .is_card = link == 0,
                        .amount = asked,
                        .captured = is_paid ? amount : 0,
                        .refunded = refunded,
                        .currency = currency,
                        .created_at = created_at};
  if (is_paid) {
    charge.state = State::captured;
  } else if (status == "complete" || status == "processing") {
    charge.state = State::pending;
  } else if (status == "requires_capture") {
    charge.state = State::authorized;
  } else if (word() == ProviderWord::expired) {
    charge.state = State::closed;
  }
  return charge;
}

Result<SessionFacts> read_session(std::string_view body) {
  OMS_TRY(auto session, read_json<Session>(body, Reading::lenient));
  return facts_of(std::move(session));
}

Result<SessionFacts> read_intent(std::string_view body) {
  OMS_TRY(auto intent, read_json<Intent>(body, Reading::lenient));
  return facts_of(std::move(intent));
}

Result<SessionList> read_intents(std::string_view body) {
  OMS_TRY(auto list, read_json<Intents>(body, Reading::lenient));
  SessionList intents{.has_more = list.has_more};
  for (auto& intent : list.data) intents.sessions.push_back(facts_of(std::move(intent)));
  return intents;
}

Result<SessionList> read_sessions(std::string_view body) {
  OMS_TRY(auto list, read_json<Sessions>(body, Reading::lenient));
  SessionList sessions{.has_more = list.has_more};
  for (auto& session : list.data) sessions.sessions.push_back(facts_of(std::move(session)));
  return sessions;
}

Result<IntentOwner> read_owner(std::string_view body) {
  OMS_TRY(const auto intent, read_json<Intent>(body, Reading::lenient));
  IntentOwner owner;
  if (!intent.metadata) return owner;
  if (intent.metadata->order_id) owner.order_id = Id::parse(*intent.metadata->order_id);
  if (intent.metadata->method != "card") owner.link = number_in(intent.metadata->link, 1);
  return owner;
}

Result<EventTexts> read_events(std::string_view body) {
  OMS_TRY(auto list, read_json<Events>(body, Reading::lenient));
  EventTexts texts{.has_more = list.has_more};
  for (auto& event : list.data) texts.events.push_back(std::move(event.text));
  if (!texts.events.empty()) {
    OMS_TRY(const auto last, read_json<Named>(texts.events.back(), Reading::lenient));
    texts.last = last.id;
  }
  return texts;
}

Result<RefundFacts> read_refund(std::string_view body) {
  OMS_TRY(auto refund, read_json<Refund>(body, Reading::lenient));
  return facts_of(std::move(refund));
}

Result<std::vector<RefundFacts>> read_refunds(std::string_view body) {
  OMS_TRY(auto list, read_json<Refunds>(body, Reading::lenient));
  std::vector<RefundFacts> refunds;
  for (auto& refund : list.data) refunds.push_back(facts_of(std::move(refund)));
  return refunds;
}

Result<std::string> read_name(std::string_view body) {
  OMS_TRY(auto object, read_json<Named>(body, Reading::lenient));
  if (object.id.empty()) return fail(ErrorKind::invalid, "Stripe's object has no id");
  return std::move(object.id);
}

Refusal read_refusal(std::string_view body) {
  const auto read = read_json<ErrorBody>(body, Reading::lenient);
  if (!read) return {.message = "an answer that cannot be read"};
  return {.type = read->error.type.value_or(""),
          .code = read->error.code.value_or(""),
          .message = read->error.message.value_or(""),
          .decline_code = read->error.decline_code.value_or(""),
          .intent = named(read->error.payment_intent).id};
}

PaymentError Refusal::as_payment_error() const {
  const bool says_more = !decline_code.empty() && decline_code != "generic_decline";
  return {.code = says_more ? decline_code : code, .message = message};
}

}  // namespace oms::stripe
