#include "adapters/simulated/teller.h"

#include <algorithm>
#include <cstring>

#include "adapters/crypto/crypto.h"

namespace oms::simulated {
namespace {

using Kind = PaymentOperation::Kind;
using Outcome = PaymentOutcome::Result;
using Status = Standing::Status;

constexpr std::size_t description_max = 200;
constexpr std::size_t customer_id_max = 200;
constexpr std::size_t key_max = 255;
// A session has a bounded number of entries; Stripe too gives up on who tries card after card.
constexpr std::int64_t declines_max = 25;

PaymentOutcome refused(Kind kind, std::string detail) {
  return {.kind = kind, .result = Outcome::refused, .detail = std::move(detail)};
}

ProviderWord word_of(const Standing& standing) {
  switch (standing.status) {
    case Status::open:
      return ProviderWord::open;
    case Status::expired:
      return ProviderWord::expired;
    case Status::complete:
      break;
  }
  return standing.refunded < standing.captured ? ProviderWord::paid : ProviderWord::refunded;
}

// How the session stands now, as the answer to an operation.
PaymentOutcome answer(Kind kind, const Teller::View& view) {
  const auto& [session, standing] = view;
  const auto word = word_of(standing);
  return {.kind = kind,
          .result = Outcome::done,
          .word = word,
          .session_id = session.name().text(),
          .amount = standing.captured,
          .currency = session.currency,
          .refunded = standing.refunded};
}

bool is_currency(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

std::string name_of(const Card& card) {
  auto name = std::string{card.brand} + " " + card.last4;
  if (!card.code.empty()) name.append(" ").append(card.code);
  return name;
}

const char* flaw_of(const PaymentOperation& operation, Time now) {
  if (operation.order_id.is_nil()) return "the session needs an order";
  if (operation.amount <= 0) return "the amount must be more than nothing";
  if (!is_currency(operation.currency)) return "the currency must be three lower-case letters";
  if (operation.customer_id.size() > customer_id_max) return "the customer's id is too long";
  if (operation.expires_at <= now) return "the session would have expired already";
  return nullptr;
}

// Where a text can be cut without cutting a UTF-8 character in two.
std::size_t whole_characters(std::string_view text, std::size_t size) {
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return size;
}

}  // namespace

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

PaymentOutcome Teller::perform(const PaymentOperation& operation, Time now) {
  if (operation.idempotency_key.size() > key_max) {
    return refused(operation.kind, "the idempotency key is longer than 255 bytes");
  }
  if (operation.kind == Kind::create_link) return create_link(operation, now);
  // The order's id will do where the answer that named the session was lost.
  std::optional<View> found;
  if (operation.session_id.empty()) {
    found = view(operation.order_id, now);
  } else if (const auto name = SessionName::parse(operation.session_id)) {
    found = view(*name, now);
  }
  if (!found) return refused(operation.kind, "no such session");
  switch (operation.kind) {
    case Kind::expire_link:
      return expire_link(operation, std::move(*found), now);
    case Kind::refund:
      return refund(operation, *found, now);
    default:
      return answer(operation.kind, *found);
  }
}

PaymentOutcome Teller::create_link(const PaymentOperation& operation, Time now) {
  View made{{.order_id = operation.order_id,
             .secret = random_secret(),
             .amount = operation.amount,
             .currency = operation.currency,
             .customer_id = operation.customer_id,
             .created_at = now,
             .expires_at = operation.expires_at},
            {}};
  const char* flaw = flaw_of(operation, now);
  const bool is_new = flaw == nullptr && ledger_.open(made.session, describe(operation.lines));
  if (!is_new) {
    auto found = view(operation.order_id, now);
    if (!found) return refused(operation.kind, flaw);
    if (found->session.amount != operation.amount ||
        found->session.currency != operation.currency) {
      return refused(operation.kind, "the order has a session for another amount");
    }
    made = std::move(*found);
  }
  auto outcome = answer(operation.kind, made);
  outcome.link = settings_.base_url + "/checkout/" + outcome.session_id;
  outcome.amount = operation.amount;
  return outcome;
}

PaymentOutcome Teller::expire_link(const PaymentOperation& operation, View view, Time now) {
  auto& [session, standing] = view;
  if (standing.status == Status::open) {
    close(session,
          {.order_id = session.order_id,
           .kind = EntryKind::expiry,
           .at = now,
           .key = operation.idempotency_key},
          settings_.delay);
    standing.status = Status::expired;
  }
  return answer(operation.kind, view);  // `paid`, if the customer was faster
}

PaymentOutcome Teller::refund(const PaymentOperation& operation, const View& view, Time now) {
  const auto& [session, standing] = view;
  auto outcome = answer(operation.kind, view);
  outcome.word = ProviderWord::refunded;
  outcome.amount = operation.amount;
  outcome.number = operation.number;
  outcome.refund_id = "re_" + operation.idempotency_key;
  const auto no = [&](const char* why) {
    outcome.result = Outcome::refused;
    outcome.detail = why;
    return outcome;
  };
  if (const auto earlier = ledger_.refund_with(session.order_id, operation.idempotency_key)) {
    if (*earlier == operation.amount) return outcome;
    return no("this idempotency key was used for another amount");
  }
  if (operation.idempotency_key.empty()) return no("a refund needs a key");
  if (operation.currency != session.currency) return no("the charge was in another currency");
  if (operation.amount <= 0 || operation.amount > standing.captured - standing.refunded) {
    return no("not that much is left to refund");
  }
  const Entry entry{.order_id = session.order_id,
                    .number = standing.next_number,
                    .kind = EntryKind::refund,
                    .amount = operation.amount,
                    .at = now,
                    .key = operation.idempotency_key};
  ledger_.add(entry);
  outcome.refunded = standing.refunded + operation.amount;
  tell(session, entry, outcome.refunded, settings_.delay);
  return outcome;
}

Teller::Attempt Teller::pay(const SessionName& name, const Card& card, Time now) {
  const auto& order_id = name.order_id;
  Attempt attempt{.session = ledger_.find(order_id)};
  if (!attempt.session || attempt.session->secret != name.secret) return {};
  const auto& session = *attempt.session;
  if (session.expires_at <= now) {
    close(session, {.order_id = order_id, .kind = EntryKind::expiry, .at = now}, settings_.delay);
    attempt.verdict = closed(order_id);
  } else if (card.result == CardResult::declined) {
    attempt.verdict = decline(session, card, now);
  } else {
    attempt.verdict = charge(session, card, now);
  }
  return attempt;
}

Teller::Verdict Teller::charge(const Session& session, const Card& card, Time now) {
  const bool is_lost = card.result == CardResult::answer_lost;
  const Entry entry{.order_id = session.order_id,
                    .kind = EntryKind::charge,
                    .amount = session.amount,
                    .at = now,
                    .card = name_of(card)};
  const auto delay = settings_.delay + (is_lost ? settings_.late : Duration{0});
  if (!close(session, entry, delay)) return closed(session.order_id);
  return is_lost ? Verdict::answer_lost : Verdict::charged;
}

Teller::Verdict Teller::decline(const Session& session, const Card& card, Time now) {
  const auto standing = ledger_.standing(session.order_id);
  if (standing.status != Status::open) return closed(session.order_id);
  if (standing.declines >= declines_max) return Verdict::too_many_declines;
  const Entry entry{.order_id = session.order_id,
                    .number = standing.next_number,
                    .kind = EntryKind::decline,
                    .amount = session.amount,
                    .at = now,
                    .card = name_of(card)};
  ledger_.add(entry);
  tell(session, entry, 0, settings_.delay);
  return Verdict::declined;
}

Teller::Verdict Teller::closed(const Id& order_id) {
  return ledger_.standing(order_id).status == Status::complete ? Verdict::paid_already
                                                               : Verdict::expired;
}

void Teller::expire(Time now, std::int64_t limit) {
  for (const auto& session : ledger_.overdue(now, limit)) {
    close(session, {.order_id = session.order_id, .kind = EntryKind::expiry, .at = now},
          settings_.delay);
  }
}

std::optional<Teller::View> Teller::view(const SessionName& name, Time now) {
  auto found = view(name.order_id, now);
  if (!found || found->session.secret != name.secret) return std::nullopt;
  return found;
}

std::optional<Teller::View> Teller::view(const Id& order_id, Time now) {
  auto session = ledger_.find(order_id);
  if (!session) return std::nullopt;
  View view{std::move(*session), ledger_.standing(order_id)};
  if (view.standing.status == Status::open && view.session.expires_at <= now) {
    view.standing.status = Status::expired;
  }
  return view;
}

bool Teller::close(const Session& session, const Entry& entry, Duration delay) {
  if (!ledger_.close(session, entry)) return false;
  tell(session, entry, 0, delay);
  return true;
}

void Teller::tell(const Session& session, const Entry& entry, MinorUnits refunded, Duration delay) {
  events_.push_back({.order_id = entry.order_id,
                     .secret = session.secret,
                     .number = entry.number,
                     .kind = entry.kind,
                     .amount = session.amount,
                     .refunded = refunded,
                     .currency = session.currency,
                     .card = entry.card,
                     .at = entry.at,
                     .due = entry.at + delay});
  ledger_.tell(events_.back());
}

// OpenSSL's random bytes are cheaper by the hundred.
std::int64_t Teller::random_secret() {
  std::int64_t secret = 0;
  if (random_used_ == random_.size()) {
    fill_random(random_);
    random_used_ = 0;
  }
  std::memcpy(&secret, random_.data() + random_used_, sizeof secret);
  random_used_ += sizeof secret;
  return secret;
}

}  // namespace oms::simulated
