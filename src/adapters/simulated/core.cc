#include "adapters/simulated/core.h"

#include <algorithm>

namespace oms::simulated {
namespace {

using Status = Standing::Status;

constexpr std::size_t customer_id_max = 200;
// A session has a bounded number of entries; Stripe too gives up on who tries card after card.
constexpr std::int64_t declines_max = 25;

bool is_currency(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

std::string name_of(const Card& card) {
  auto name = std::string{card.brand} + " " + card.last4;
  if (!card.code.empty()) name.append(" ").append(card.code);
  return name;
}

const char* flaw_of(const Session& wanted, Time now) {
  if (wanted.amount <= 0) return "the amount must be more than nothing";
  if (!is_currency(wanted.currency)) return "the currency must be three lower-case letters";
  if (wanted.customer_id.size() > customer_id_max) return "the customer's id is too long";
  if (wanted.expires_at <= now) return "the session would have expired already";
  return nullptr;
}

// Time-ordered, as the ids of orders are.
Id fresh_id(Time now, std::uint64_t chance) {
  auto bytes = first_id_from(now).bytes();
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[4 + i] = static_cast<std::uint8_t>(chance >> (56 - 8 * i));
  }
  return Id{bytes};
}

EntryKind kind_of(RefundStatus status) {
  switch (status) {
    case RefundStatus::pending:
      return EntryKind::refund_pending;
    case RefundStatus::succeeded:
      return EntryKind::refund_succeeded;
    case RefundStatus::failed:
    case RefundStatus::canceled:
      break;
  }
  return EntryKind::refund_failed;
}

// Of what happens unasked.
std::string name_of_next(const char* prefix, const Core::View& view) {
  return prefix + view.session.id.text() + "_" + std::to_string(view.standing.next_number);
}

}  // namespace

Id first_id_from(Time time) {
  Id::Bytes bytes{};
  const auto seconds = static_cast<std::uint32_t>(time.unix_ms / 1000);
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
  return Id{bytes};
}

Result<Core::View> Core::open(Session wanted, std::string_view description, Time now) {
  const char* flaw = flaw_of(wanted, now);
  wanted.id = wanted.order_id.is_nil() ? fresh_id(now, random_()) : wanted.order_id;
  wanted.secret = static_cast<std::int64_t>(random_());
  wanted.created_at = now;
  if (flaw != nullptr || !book_.open(wanted, description)) {
    if (auto earlier = made_with_key_of(wanted, now)) {
      if (earlier->amount != wanted.amount || earlier->currency != wanted.currency) {
        return fail(ErrorKind::conflict, "this key was used for a session with another amount");
      }
      return as_of(std::move(*earlier), now);
    }
    if (flaw != nullptr) return fail(ErrorKind::unprocessable, flaw);
    wanted.id = fresh_id(now, random_());
    if (!book_.open(wanted, description)) return fail(ErrorKind::conflict, "ids are not by chance");
  }
  if (!earliest_expiry_ || wanted.expires_at < *earliest_expiry_) {
    earliest_expiry_ = wanted.expires_at;
  }
  return View{std::move(wanted), {}};
}

// What an old ledger holds has no key: it is what is asked for, unless it has come to nothing.
std::optional<Session> Core::made_with_key_of(const Session& wanted, Time now) {
  if (wanted.order_id.is_nil() || wanted.key.empty()) return std::nullopt;
  for (auto& earlier : book_.sessions_of(wanted.order_id)) {
    const bool is_it = earlier.key.empty()
                           ? as_of(earlier, now).standing.status != Status::expired
                           : earlier.key == wanted.key && now - earlier.created_at < key_lifetime;
    if (is_it) return std::move(earlier);
  }
  return std::nullopt;
}

bool Core::expire(const Session& session, Time now, std::string_view key) {
  return close(session, {.kind = EntryKind::expiry, .at = now, .key = std::string{key}},
               rules_.delay);
}

Core::Attempt Core::pay(const SessionName& name, const Card& card, Time now) {
  Attempt attempt{.session = book_.find(name.id)};
  const bool is_it = attempt.session && attempt.session->secret == name.secret;
  if (!is_it || attempt.session->is_intent()) return {};
  attempt.verdict = pay(*attempt.session, card, now);
  return attempt;
}

Core::Verdict Core::pay(const Session& session, const Card& card, Time now) {
  if (session.expires_at <= now) {
    expire(session, now);
    return closed(session.id);
  }
  if (card.result == CardResult::declined) return decline(session, card, now);
  const bool is_lost = card.result == CardResult::answer_lost;
  Entry entry{.amount = session.amount, .at = now, .detail = name_of(card)};
  if (session.terms && session.terms->kind == Terms::Kind::manual_intent) {
    auto view = as_of(session, now);
    if (view.standing.status != Status::open) return closed(session.id);
    if (view.standing.authorized > 0) return Verdict::paid_already;
    entry.kind = EntryKind::authorization;
    add(view, std::move(entry));
  } else {
    const auto delay = rules_.delay + (is_lost ? rules_.late : Duration{0});
    if (!close(session, std::move(entry), delay)) return closed(session.id);
  }
  return is_lost ? Verdict::answer_lost : Verdict::charged;
}

Core::Verdict Core::decline(const Session& session, const Card& card, Time now) {
  auto view = as_of(session, now);
  if (view.standing.status != Status::open) return closed(session.id);
  if (view.standing.authorized > 0) return Verdict::paid_already;
  if (view.standing.declines >= declines_max) return Verdict::too_many_declines;
  add(view,
      {.kind = EntryKind::decline, .amount = session.amount, .at = now, .detail = name_of(card)});
  return Verdict::declined;
}

Core::Verdict Core::closed(const Id& session_id) {
  return book_.standing(session_id).status == Status::complete ? Verdict::paid_already
                                                               : Verdict::expired;
}

Result<void> Core::capture(View& view, MinorUnits amount, Time now) {
  auto& [session, standing] = view;
  if (standing.status != Status::open || standing.authorized == 0) {
    return fail(ErrorKind::conflict, "the payment intent does not wait for a capture");
  }
  if (amount <= 0 || amount > standing.authorized) {
    return fail(ErrorKind::unprocessable, "not that much is authorized");
  }
  if (!close(session, {.amount = amount, .at = now}, rules_.delay)) {
    return fail(ErrorKind::conflict, "the payment intent is closed");
  }
  standing.count(0, EntryKind::charge, amount);
  return {};
}

Result<void> Core::refund(View& view, const RefundRequest& request, Time now) {
  if (const auto earlier = book_.refund_with(view.session.id, request.key);
      earlier && now - earlier->at < key_lifetime) {
    if (earlier->amount == request.amount) return {};
    return fail(ErrorKind::conflict, "this idempotency key was used for another amount");
  }
  if (request.key.empty()) return fail(ErrorKind::unprocessable, "a refund needs a key");
  if (request.amount <= 0 || request.amount > view.standing.left()) {
    return fail(ErrorKind::unprocessable, "not that much is left to refund");
  }
  add(view, {.kind = EntryKind::refund,
             .amount = request.amount,
             .at = now,
             .key = request.key,
             .detail = request.metadata});
  if (!request.is_named) return {};
  add(view, {.kind = EntryKind::refund_succeeded,
             .amount = request.amount,
             .at = now,
             .key = "re_" + request.key,
             .detail = request.metadata});
  return {};
}

std::string Core::refund_elsewhere(View& view, MinorUnits amount,
                                   std::optional<RefundStatus> status, Time now) {
  auto name = name_of_next("re_", view);
  add(view, {.kind = EntryKind::refund, .amount = amount, .at = now, .key = name});
  if (status) settle_refund(view, name, amount, *status, now);
  return name;
}

void Core::settle_refund(View& view, const std::string& refund, MinorUnits amount,
                         RefundStatus status, Time now) {
  add(view, {.kind = kind_of(status), .amount = amount, .at = now, .key = refund});
}

std::string Core::dispute(View& view, MinorUnits amount, Time now) {
  auto name = name_of_next("dp_", view);
  add(view, {.kind = EntryKind::dispute, .amount = amount, .at = now, .key = name});
  return name;
}

void Core::close_dispute(View& view, const std::string& dispute, MinorUnits amount, bool is_won,
                         Time now) {
  const auto kind = is_won ? EntryKind::dispute_won : EntryKind::dispute_lost;
  add(view, {.kind = kind, .amount = amount, .at = now, .key = dispute});
}

void Core::charge_late(View& view, Time now) {
  add(view, {.kind = EntryKind::late_charge, .amount = view.session.amount, .at = now});
}

std::optional<Core::View> Core::view(const SessionName& name, Time now) {
  auto found = view(name.id, now);
  if (!found || found->session.secret != name.secret) return std::nullopt;
  return found;
}

std::optional<Core::View> Core::view(const Id& session_id, Time now) {
  auto session = book_.find(session_id);
  if (!session) return std::nullopt;
  return as_of(std::move(*session), now);
}

std::optional<Core::View> Core::latest(const Id& order_id, Time now) {
  auto sessions = book_.sessions_of(order_id);
  if (sessions.empty()) return std::nullopt;
  return as_of(std::move(sessions.back()), now);
}

Core::View Core::as_of(Session session, Time now) {
  const auto standing = book_.standing(session.id);
  View view{std::move(session), standing};
  if (view.standing.status == Status::open && view.session.expires_at <= now) {
    view.standing.status = Status::expired;
  }
  return view;
}

bool Core::close(const Session& session, Entry entry, Duration delay) {
  entry.session_id = session.id;
  if (!book_.close(session, entry)) return false;
  Standing standing;
  standing.count(entry.number, entry.kind, entry.amount);
  tell(session, std::move(entry), standing, delay);
  return true;
}

void Core::add(View& view, Entry entry) {
  entry.session_id = view.session.id;
  entry.number = view.standing.next_number;
  book_.add(entry);
  view.standing.count(entry.number, entry.kind, entry.amount);
  tell(view.session, std::move(entry), view.standing, rules_.delay);
}

void Core::tell(const Session& session, Entry entry, const Standing& standing, Duration delay) {
  const auto due = entry.at + delay;
  events_.push_back(
      {.session = session, .entry = std::move(entry), .standing = standing, .due = due});
}

}  // namespace oms::simulated
