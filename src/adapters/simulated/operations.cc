// What the merchant asks through the port, in terms of the provider's rules.
#include "adapters/simulated/core.h"
#include "adapters/simulated/objects.h"

namespace oms::simulated {
namespace {

using Kind = PaymentOperation::Kind;
using Outcome = PaymentOutcome::Result;
using Status = Standing::Status;

constexpr std::size_t description_max = 200;
constexpr std::size_t key_max = 255;

PaymentOutcome refused(Kind kind, std::string detail) {
  return {.kind = kind, .result = Outcome::refused, .detail = std::move(detail)};
}

ProviderWord word_of(const Standing& standing) {
  switch (standing.status) {
    case Status::open:
      return standing.authorized > 0 ? ProviderWord::authorized : ProviderWord::open;
    case Status::expired:
      return ProviderWord::expired;
    case Status::complete:
      break;
  }
  return standing.refunded < standing.captured ? ProviderWord::paid : ProviderWord::refunded;
}

// Where a text can be cut without cutting a UTF-8 character in two.
std::size_t whole_characters(std::string_view text, std::size_t size) {
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return size;
}

}  // namespace

ProviderCharge charge_of(const Core::View& view) {
  using State = ProviderCharge::State;
  const auto& [session, standing] = view;
  ProviderCharge charge{.session_id = session.name().text(),
                        .order_id = session.order_id,
                        .is_card = session.is_intent(),
                        .amount = session.amount,
                        .captured = standing.captured,
                        .refunded = standing.refunded,
                        .currency = session.currency,
                        .created_at = session.created_at};
  switch (standing.status) {
    case Status::open:
      charge.state = standing.authorized > 0 ? State::authorized : State::open;
      break;
    case Status::complete:
      charge.state = State::captured;
      break;
    case Status::expired:
      charge.state = State::closed;
  }
  return charge;
}

PaymentOutcome outcome_of(Kind kind, const Core::View& view) {
  const auto& [session, standing] = view;
  return {.kind = kind,
          .result = Outcome::done,
          .word = word_of(standing),
          .session_id = session.name().text(),
          .amount = standing.captured,
          .currency = session.currency,
          .refunded = standing.refunded};
}

std::string describe(const std::vector<OrderLine>& lines) {
  std::string text;
  for (const auto& line : lines) {
    if (!text.empty()) text += ", ";
    text += std::to_string(line.quantity);
    text += " × ";
    text += line.product_name;
    if (text.size() > description_max) {
      text.resize(whole_characters(text, description_max));
      return text + "…";
    }
  }
  return text;
}

PaymentOutcome Core::perform(const PaymentOperation& operation, Time now, bool names_refunds) {
  if (operation.idempotency_key.size() > key_max) {
    return refused(operation.kind, "the idempotency key is longer than 255 bytes");
  }
  if (operation.kind == Kind::create_link) return create_link(operation, now);
  if (operation.kind == Kind::charge || operation.kind == Kind::authorize) {
    return take_card(operation, now);
  }
  // The order's id will do where the answer that named the session was lost.
  std::optional<View> found;
  if (operation.session_id.empty()) {
    found = made_for(operation, now);
  } else if (const auto name = SessionName::parse(operation.session_id)) {
    found = view(*name, now);
  }
  if (!found) return refused(operation.kind, "no such session");
  if (operation.kind == Kind::refund) {
    return refund(operation, std::move(*found), names_refunds, now);
  }
  if (operation.kind == Kind::capture && found->standing.status != Status::complete) {
    const auto done = capture(*found, operation.amount, now);
    if (!done) return refused(operation.kind, done.error().detail);
  }
  const bool closes = operation.kind == Kind::expire_link || operation.kind == Kind::release;
  if (closes && found->standing.status == Status::open &&
      expire(found->session, now, operation.idempotency_key)) {
    found->standing.status = Status::expired;
  }
  return outcome_of(operation.kind, *found);  // `paid`, if the customer was faster
}

std::optional<Core::View> Core::made_for(const PaymentOperation& operation, Time now) {
  if (operation.link == 0) return latest(operation.order_id, now);
  auto links = book_.sessions_of(operation.order_id);
  std::erase_if(links, &Session::is_intent);
  const auto before = static_cast<std::size_t>(operation.link - 1);
  if (links.size() <= before) return std::nullopt;
  return as_of(std::move(links[before]), now);
}

PaymentOutcome Core::create_link(const PaymentOperation& operation, Time now) {
  if (operation.order_id.is_nil()) return refused(operation.kind, "the session needs an order");
  const auto made = open({.order_id = operation.order_id,
                          .amount = operation.amount,
                          .currency = operation.currency,
                          .customer_id = operation.customer_id,
                          .expires_at = operation.expires_at,
                          .key = operation.idempotency_key},
                         describe(operation.lines), now);
  if (!made) return refused(operation.kind, made.error().detail);
  auto outcome = outcome_of(operation.kind, *made);
  outcome.link = rules_.base_url + "/checkout/" + outcome.session_id;
  outcome.amount = operation.amount;
  return outcome;
}

// One card, one answer: what is declined takes no other.
PaymentOutcome Core::take_card(const PaymentOperation& operation, Time now) {
  if (operation.order_id.is_nil()) return refused(operation.kind, "the charge needs an order");
  const auto card = card_of_token(operation.payment_token);
  if (!card) {
    auto outcome = refused(operation.kind, card.error().detail);
    outcome.error = {.code = "resource_missing", .message = card.error().detail};
    return outcome;
  }
  const auto kind = operation.kind == Kind::authorize ? Terms::Kind::manual_intent
                                                      : Terms::Kind::automatic_intent;
  auto made = open({.order_id = operation.order_id,
                    .amount = operation.amount,
                    .currency = operation.currency,
                    .customer_id = operation.customer_id,
                    .expires_at = now + authorization_lasts,
                    .key = operation.idempotency_key,
                    .terms = Terms{.kind = kind, .is_by_port = true}},
                   {}, now);
  if (!made) return refused(operation.kind, made.error().detail);
  const auto& before = made->standing;
  const bool is_new =
      before.status == Status::open && before.authorized == 0 && before.declines == 0;
  const auto verdict = is_new ? pay(made->session, *card, now) : Verdict::paid_already;
  if (verdict == Verdict::declined) expire(made->session, now);
  const auto found = view(made->session.id, now).value();
  auto outcome = outcome_of(operation.kind, found);
  if (verdict == Verdict::answer_lost) outcome.result = Outcome::unknown;
  if (found.standing.declines > 0) {
    outcome.result = Outcome::refused;
    outcome.word = ProviderWord::failed;
    outcome.error = error_of(*card);
    outcome.detail = outcome.error.code;
  }
  return outcome;
}

PaymentOutcome Core::refund(const PaymentOperation& operation, View view, bool is_named, Time now) {
  Result<void> done;
  if (operation.currency != view.session.currency) {
    done = fail(ErrorKind::unprocessable, "the charge was in another currency");
  } else {
    done =
        refund(view,
               {.amount = operation.amount,
                .key = operation.idempotency_key,
                .metadata = write_metadata({{"order_id", operation.order_id.text()},
                                            {"refund_number", std::to_string(operation.number)}}),
                .is_named = is_named},
               now);
  }
  auto outcome = outcome_of(operation.kind, view);
  outcome.word = ProviderWord::refunded;
  outcome.amount = operation.amount;
  outcome.number = operation.number;
  outcome.refund_id = "re_" + operation.idempotency_key;
  if (!done) {
    outcome.result = Outcome::refused;
    outcome.detail = done.error().detail;
  }
  return outcome;
}

}  // namespace oms::simulated
