#include "adapters/stripe/webhook_event.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "adapters/crypto/crypto.h"
#include "codec/json_read.h"

namespace oms::stripe {
namespace {

// Stripe's names are in snake case, like ours.
struct SnakeCase {
  static constexpr std::string_view json_name_of(std::string_view member) { return member; }
};

struct Data : SnakeCase {
  JsonText object;
};
BOOST_DESCRIBE_STRUCT(Data, (), (object))

struct Envelope : SnakeCase {
  std::string id;
  std::string object;
  std::string type;
  std::int64_t created = 0;
  Data data;
};
BOOST_DESCRIBE_STRUCT(Envelope, (), (id, object, type, created, data))

struct Metadata : SnakeCase {
  std::optional<std::string> order_id;
  std::optional<std::string> session_id;
  std::optional<std::string> refund_number;  // of a refund that we have asked for
  std::optional<std::string> method;         // "card": its token was charged, and there is no link
  std::optional<std::string> link;           // its number among the order's links
};
BOOST_DESCRIBE_STRUCT(Metadata, (), (order_id, session_id, refund_number, method, link))

struct LastPaymentError : SnakeCase {
  std::optional<std::string> code;
  std::optional<std::string> decline_code;
  std::optional<std::string> message;
};
BOOST_DESCRIBE_STRUCT(LastPaymentError, (), (code, decline_code, message))

// What we read of a checkout session, a payment intent, a charge, a refund or a dispute.
struct Object : SnakeCase {
  std::string id;
  std::optional<std::string> client_reference_id;
  std::optional<Metadata> metadata;
  std::optional<std::string> payment_status;  // of a session
  std::optional<MinorUnits> amount_total;     // of a session
  std::optional<MinorUnits> amount;           // of all but a session and a charge
  std::optional<MinorUnits> amount_refunded;  // of a charge
  std::optional<std::string> currency;
  std::optional<std::string> status;                   // of a refund or a dispute
  std::optional<std::string> payment_intent;           // of a refund or a dispute
  std::optional<LastPaymentError> last_payment_error;  // of a payment intent
};
BOOST_DESCRIBE_STRUCT(Object, (),
                      (id, client_reference_id, metadata, payment_status, amount_total, amount,
                       amount_refunded, currency, status, payment_intent, last_payment_error))

constexpr std::size_t name_max = 255;

struct Kind {
  std::string_view type;
  ProviderWord word;
  std::optional<MinorUnits> Object::* amount;
  bool of_card_alone = false;  // of a link, another event tells the same
};

constexpr std::array kinds{
    Kind{"checkout.session.completed", ProviderWord::paid, &Object::amount_total},
    Kind{"checkout.session.async_payment_succeeded", ProviderWord::paid, &Object::amount_total},
    Kind{"checkout.session.async_payment_failed", ProviderWord::failed, &Object::amount_total},
    Kind{"checkout.session.expired", ProviderWord::expired, &Object::amount_total},
    Kind{"payment_intent.payment_failed", ProviderWord::declined, &Object::amount},
    Kind{"payment_intent.succeeded", ProviderWord::paid, &Object::amount, true},
    Kind{"payment_intent.canceled", ProviderWord::expired, &Object::amount, true},
    Kind{"payment_intent.amount_capturable_updated", ProviderWord::authorized, &Object::amount,
         true},
    Kind{"charge.refunded", ProviderWord::refunded, &Object::amount_refunded},
    Kind{"refund.created", ProviderWord::refund, &Object::amount},
    Kind{"refund.updated", ProviderWord::refund, &Object::amount},
    Kind{"refund.failed", ProviderWord::refund, &Object::amount},
    Kind{"charge.dispute.created", ProviderWord::dispute, &Object::amount},
    Kind{"charge.dispute.updated", ProviderWord::dispute, &Object::amount},
    Kind{"charge.dispute.funds_withdrawn", ProviderWord::dispute, &Object::amount},
    Kind{"charge.dispute.funds_reinstated", ProviderWord::dispute, &Object::amount},
    Kind{"charge.dispute.closed", ProviderWord::dispute, &Object::amount},
};

constexpr auto types = [] {
  std::array<std::string_view, kinds.size()> names;
  std::ranges::transform(kinds, names.begin(), &Kind::type);
  return names;
}();
static_assert(types.size() <= 20);

Id message_id(const Envelope& event) {
  Id::Bytes bytes{};
  const auto seconds = static_cast<std::uint32_t>(event.created);
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
  const auto digest = sha256(event.id);
  std::copy_n(digest.begin(), 8, bytes.begin() + 4);
  return Id{bytes};
}

// What somebody refunds or disputes by hand has no metadata of ours. The simulated provider names
// its payment intents after their orders: "pi_<order>" is of the first session, and the others'
// names go on. No name of Stripe's reads so.
std::optional<Id> order_in_name(const Object& object) {
  constexpr std::string_view prefix = "pi_";
  if (!object.payment_intent || !object.payment_intent->starts_with(prefix)) return std::nullopt;
  const auto name = std::string_view{*object.payment_intent}.substr(prefix.size());
  const bool is_long_enough = name.size() >= Id::text_size;
  const bool goes_on = name.size() > Id::text_size;
  if (!is_long_enough || (goes_on && name[Id::text_size] != '_')) return std::nullopt;
  return Id::parse(name.substr(0, Id::text_size));
}

std::optional<Id> order_id(const Object& object) {
  if (object.client_reference_id) return Id::parse(*object.client_reference_id);
  if (object.metadata && object.metadata->order_id) return Id::parse(*object.metadata->order_id);
  return order_in_name(object);
}

std::int32_t number_in(const std::optional<std::string>& text) {
  std::int32_t number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

// Of the order's links, by its number; 0 where that is not known.
std::int32_t link_of(const Object& object) {
  if (object.metadata && object.metadata->link) return number_in(object.metadata->link);
  const auto& intent = object.payment_intent;
  const bool is_first = intent && order_in_name(object) && intent->size() == 3 + Id::text_size;
  return is_first ? 1 : 0;
}

// Stripe's texts come from outside, and are kept: they are short, or cut.
std::string bounded(std::string text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  text.resize(size);
  return text;
}

// The bank's code says more than "card_declined", unless it is as general.
PaymentError error_of(const Object& object) {
  constexpr std::size_t code_max = 64;
  constexpr std::size_t message_max = 300;
  if (!object.last_payment_error) return {.code = "payment_failed"};
  const auto& error = *object.last_payment_error;
  const auto& decline = error.decline_code;
  const bool says_more = decline && !decline->empty() && *decline != "generic_decline";
  return {.code = bounded(says_more ? *decline : error.code.value_or("card_declined"), code_max),
          .message = bounded(error.message.value_or(""), message_max)};
}

Result<void> read_refund(const Object& object, ProviderEvent& told) {
  const auto status = object.status.value_or("");
  if (status == "pending" || status == "requires_action") {
    told.refund_status = RefundStatus::pending;
  } else if (status == "succeeded") {
    told.refund_status = RefundStatus::succeeded;
  } else if (status == "failed") {
    told.refund_status = RefundStatus::failed;
  } else if (status == "canceled") {
    told.refund_status = RefundStatus::canceled;
  } else {
    return fail(ErrorKind::invalid, "a refund's status is unknown", "/data/object/status");
  }
  if (object.metadata) told.refund_number = number_in(object.metadata->refund_number);
  return {};
}

// While an inquiry is all there is, no money has moved; Stripe calls these states "warning_…".
void read_dispute(const Object& object, ProviderEvent& told) {
  const auto status = object.status.value_or("");
  told.dispute_status = DisputeStatus::open;
  if (status == "won" || status == "warning_closed") told.dispute_status = DisputeStatus::won;
  if (status == "lost") told.dispute_status = DisputeStatus::lost;
}

Message message(const Id& id, const Id& order_id, ProviderEvent told) {
  return {.id = id, .order_id = order_id, .payload = std::move(told)};
}

bool is_of_card(const Object& object) {
  return object.metadata && object.metadata->method == "card";
}

std::string session_id(Object& object, std::string_view type) {
  if (type.starts_with("checkout.session.")) return std::move(object.id);
  if (object.metadata && object.metadata->session_id) return *object.metadata->session_id;
  if (is_of_card(object) && type.starts_with("payment_intent.")) return std::move(object.id);
  return {};
}

}  // namespace

std::span<const std::string_view> event_types() {
  return types;
}

Result<Message> read_event(std::string_view body) {
  OMS_TRY(auto event, read_json<Envelope>(body, Reading::lenient));
  if (event.object != "event" || event.id.empty() || event.created < 0) {
    return fail(ErrorKind::invalid, "the webhook is not a Stripe event");
  }
  const auto id = message_id(event);
  ProviderEvent told{.event_id = std::move(event.id)};
  const auto kind = std::ranges::find(kinds, event.type, &Kind::type);
  if (kind == kinds.end()) return message(id, Id{}, std::move(told));

  OMS_TRY(auto object, read_json<Object>(event.data.object.text, Reading::lenient));
  const auto order = order_id(object);
  // Others may use the same account. But a dispute carries no metadata of ours, nor does a refund
  // that somebody has made by hand, so they may be ours.
  const bool may_be_ours = kind->word == ProviderWord::dispute ||
                           (kind->word == ProviderWord::refund && object.payment_intent);
  if (!order && !may_be_ours) return message(id, Id{}, std::move(told));
  if (kind->of_card_alone && !is_of_card(object)) return message(id, Id{}, std::move(told));
  const auto amount = object.*(kind->amount);
  if (!amount || *amount < 0 || !object.currency) {
    return fail(ErrorKind::invalid, "the event has no amount or no currency", "/data/object");
  }
  // A bank transfer completes the session before the money is there; a second event tells of that.
  const bool is_unpaid = kind->word == ProviderWord::paid && object.payment_status == "unpaid";
  told.word = is_unpaid ? ProviderWord::open : kind->word;
  told.amount = *amount;
  told.currency = std::move(*object.currency);
  told.session_id = session_id(object, event.type);
  if (told.session_id.empty()) told.link = link_of(object);
  if (!order && object.payment_intent) told.session_id = bounded(*object.payment_intent, name_max);
  if (told.word == ProviderWord::declined || told.word == ProviderWord::failed) {
    told.error = error_of(object);
  }
  if (told.word == ProviderWord::refund) OMS_CHECK(read_refund(object, told));
  if (told.word == ProviderWord::dispute) read_dispute(object, told);
  const bool has_name = told.word == ProviderWord::refund || told.word == ProviderWord::dispute;
  if (has_name) told.subject_id = bounded(std::move(object.id), name_max);
  return message(id, order.value_or(Id{}), std::move(told));
}

}  // namespace oms::stripe
