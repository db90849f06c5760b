#include "adapters/stripe/webhook_event.h"

#include <algorithm>
#include <array>

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
};
BOOST_DESCRIBE_STRUCT(Metadata, (), (order_id, session_id))

// What we read of a checkout session, a payment intent or a charge.
struct Object : SnakeCase {
  std::string id;
  std::optional<std::string> client_reference_id;
  std::optional<Metadata> metadata;
  std::optional<std::string> payment_status;  // of a session
  std::optional<MinorUnits> amount_total;     // of a session
  std::optional<MinorUnits> amount;           // of a payment intent
  std::optional<MinorUnits> amount_refunded;  // of a charge
  std::optional<std::string> currency;
};
BOOST_DESCRIBE_STRUCT(Object, (),
                      (id, client_reference_id, metadata, payment_status, amount_total, amount,
                       amount_refunded, currency))

struct Kind {
  std::string_view type;
  ProviderWord word;
  std::optional<MinorUnits> Object::* amount;
};

constexpr std::array kinds{
    Kind{"checkout.session.completed", ProviderWord::paid, &Object::amount_total},
    Kind{"checkout.session.async_payment_succeeded", ProviderWord::paid, &Object::amount_total},
    Kind{"checkout.session.async_payment_failed", ProviderWord::declined, &Object::amount_total},
    Kind{"checkout.session.expired", ProviderWord::expired, &Object::amount_total},
    Kind{"payment_intent.payment_failed", ProviderWord::declined, &Object::amount},
    Kind{"charge.refunded", ProviderWord::refunded, &Object::amount_refunded},
};

Id message_id(const Envelope& event) {
  Id::Bytes bytes{};
  const auto seconds = static_cast<std::uint32_t>(event.created);
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
  const auto digest = sha256(event.id);
  std::copy_n(digest.begin(), 8, bytes.begin() + 4);
  return Id{bytes};
}

std::optional<Id> order_id(const Object& object) {
  if (object.client_reference_id) return Id::parse(*object.client_reference_id);
  if (object.metadata && object.metadata->order_id) return Id::parse(*object.metadata->order_id);
  return std::nullopt;
}

Message message(const Id& id, const Id& order_id, ProviderEvent told) {
  return {.id = id, .order_id = order_id, .payload = std::move(told)};
}

std::string session_id(Object& object, std::string_view type) {
  if (type.starts_with("checkout.session.")) return std::move(object.id);
  if (object.metadata && object.metadata->session_id) return *object.metadata->session_id;
  return {};
}

}  // namespace

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
  if (!order) return message(id, Id{}, std::move(told));
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
  return message(id, *order, std::move(told));
}

}  // namespace oms::stripe
