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
};
BOOST_DESCRIBE_STRUCT(Metadata, (), (order_id, refund_number))

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
};
BOOST_DESCRIBE_STRUCT(Session, (),
                      (id, url, status, payment_status, amount_total, currency, client_reference_id,
                       metadata, payment_intent))

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
using Refunds = List<Refund>;
BOOST_DESCRIBE_STRUCT(Sessions, (), (data, has_more))
BOOST_DESCRIBE_STRUCT(Refunds, (), (data, has_more))

struct Error : SnakeCase {
  std::optional<std::string> type;
  std::optional<std::string> code;
  std::optional<std::string> message;
};
BOOST_DESCRIBE_STRUCT(Error, (), (type, code, message))

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

SessionFacts facts_of(Session session) {
  const auto intent = named(session.payment_intent);
  SessionFacts facts{.id = std::move(session.id),
                     .url = session.url.value_or(""),
                     .status = session.status.value_or(""),
                     .is_paid = session.payment_status.value_or("unpaid") != "unpaid",
                     .amount = session.amount_total.value_or(0),
                     .currency = session.currency.value_or(""),
                     .intent = intent.id,
                     .refunded = named(intent.latest_charge).amount_refunded.value_or(0)};
  if (session.client_reference_id) facts.order_id = Id::parse(*session.client_reference_id);
  if (!facts.order_id && session.metadata && session.metadata->order_id) {
    facts.order_id = Id::parse(*session.metadata->order_id);
  }
  return facts;
}

RefundFacts facts_of(Refund refund) {
  RefundFacts facts{.id = std::move(refund.id),
                    .status = refund.status.value_or(""),
                    .amount = refund.amount,
                    .refunded_in_all = named(refund.charge).amount_refunded.value_or(0)};
  const auto number = refund.metadata ? refund.metadata->refund_number : std::nullopt;
  if (number) std::from_chars(number->data(), number->data() + number->size(), facts.number);
  return facts;
}

}  // namespace

ProviderWord SessionFacts::word() const {
  if (status == "expired") return ProviderWord::expired;
  // A bank transfer completes the session before the money is there.
  if (status != "complete" || !is_paid) return ProviderWord::open;
  return refunded >= amount ? ProviderWord::refunded : ProviderWord::paid;
}

Result<SessionFacts> read_session(std::string_view body) {
  OMS_TRY(auto session, read_json<Session>(body, Reading::lenient));
  return facts_of(std::move(session));
}

Result<SessionList> read_sessions(std::string_view body) {
  OMS_TRY(auto list, read_json<Sessions>(body, Reading::lenient));
  SessionList sessions{.has_more = list.has_more};
  for (auto& session : list.data) sessions.sessions.push_back(facts_of(std::move(session)));
  return sessions;
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

Refusal read_refusal(std::string_view body) {
  const auto read = read_json<ErrorBody>(body, Reading::lenient);
  if (!read) return {.message = "an answer that cannot be read"};
  return {.type = read->error.type.value_or(""),
          .code = read->error.code.value_or(""),
          .message = read->error.message.value_or("")};
}

}  // namespace oms::stripe
