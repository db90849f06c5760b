#include "tools/simulate/provider.h"

#include <algorithm>

#include "codec/json_names.h"

namespace oms::simulate {
namespace {

using Kind = PaymentOperation::Kind;
using Ended = PaymentOutcome::Result;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration key_lifetime = std::chrono::hours{24};
constexpr int attempts_max = 60;  // of a webhook that is not answered with success
constexpr int forged_attempts_max = 3;

PaymentOutcome refused(const PaymentOperation& operation, const char* why) {
  return {.kind = operation.kind, .result = Ended::refused, .detail = why};
}

}  // namespace

PaymentOutcome Provider::perform(const PaymentOperation& operation) {
  stage_.note(operation.order_id, "provider", [&] {
    return "the provider is asked: " + std::string{json::name_of(operation.kind)};
  });
  if (operation.kind == Kind::create_link) return create(operation);
  Session* session = find(operation);
  if (session == nullptr) return refused(operation, "no such session");
  if (operation.kind == Kind::refund) return refund(operation, *session);
  if (operation.kind == Kind::expire_link && session->state == State::open) expire(*session);
  auto outcome = answer(operation, *session);
  for (const auto fault : {Fault::wrong_currency, Fault::less_money}) {
    if (operation.kind != Kind::look_up || outcome.word != ProviderWord::paid) continue;
    if (stage_.meets(fault, operation.order_id)) distort(fault, outcome.amount, outcome.currency);
  }
  return outcome;
}

PaymentOutcome Provider::create(const PaymentOperation& operation) {
  if (const auto* known = remembered(operation.idempotency_key)) {
    return answer(operation, sessions_.at(known->session));
  }
  if (operation.amount <= 0) return refused(operation, "the amount must be more than nothing");
  if (operation.expires_at <= stage_.now()) {
    stage_.oracle.link_refused(operation.order_id);
    return refused(operation, "it would have expired");
  }
  const auto name = "cs_" + operation.order_id.text() + "_" + std::to_string(sessions_.size() + 1);
  Session session{.order_id = operation.order_id,
                  .name = name,
                  .amount = operation.amount,
                  .currency = operation.currency,
                  .expires_at = operation.expires_at};
  auto& made = sessions_.emplace(name, std::move(session)).first->second;
  keys_[operation.idempotency_key] = {.at = stage_.now(), .session = name};
  latest_[operation.order_id] = name;
  stage_.oracle.link_made(operation.order_id);
  stage_.agenda.at(made.expires_at, [this, &made] {
    if (made.state == State::open) expire(made);
  });
  link_made_(operation.order_id);
  return answer(operation, made);
}

// What undoes an order it never refuses for good: that would be the operator's to settle by hand.
bool Provider::is_for_change(const PaymentOperation& operation) const {
  const auto* life = stage_.oracle.life(operation.order_id);
  if (life == nullptr || !life->payment) return false;
  return std::ranges::any_of(life->payment->refunds, [&](const Refund& refund) {
    return refund.number == operation.number && refund.change != 0;
  });
}

PaymentOutcome Provider::refund(const PaymentOperation& operation, Session& session) {
  auto outcome = answer(operation, session);
  outcome.word = ProviderWord::refunded;
  outcome.amount = operation.amount;
  outcome.number = operation.number;
  outcome.refund_id = "re_" + operation.idempotency_key;
  if (const auto* known = remembered(operation.idempotency_key)) {
    if (known->is_refused) outcome.result = Ended::refused;
    return known->amount == operation.amount ? outcome : refused(operation, "another amount");
  }
  if (operation.amount <= 0 || operation.amount > left(session)) {
    stage_.oracle.refund_refused(session.order_id);
    outcome.result = Ended::refused;
    outcome.detail = "not that much is left to refund";
    return outcome;
  }
  if (is_for_change(operation) && stage_.meets(Fault::refund_refused, session.order_id)) {
    keys_[operation.idempotency_key] = {.at = stage_.now(),
                                        .session = session.name,
                                        .amount = operation.amount,
                                        .is_refused = true};
    stage_.oracle.refund_refused(session.order_id);
    outcome.result = Ended::refused;
    return outcome;
  }
  keys_[operation.idempotency_key] = {
      .at = stage_.now(), .session = session.name, .amount = operation.amount};
  session.paid_back += operation.amount;
  stage_.note(session.order_id, "refunded");
  stage_.oracle.paid_back(session.order_id, operation.amount);
  outcome.refunded = session.paid_back;
  tell(session, ProviderWord::refunded, session.paid_back);
  if (has(Fault::refunded_elsewhere, session.order_id)) {
    tell(session, Refund{.number = operation.number,
                         .amount = operation.amount,
                         .status = RefundStatus::succeeded,
                         .provider_id = outcome.refund_id});
  }
  return outcome;
}

PaymentOutcome Provider::answer(const PaymentOperation& operation, const Session& session) {
  PaymentOutcome outcome{.kind = operation.kind,
                         .result = Ended::done,
                         .session_id = session.name,
                         .link = "https://pay.example/" + session.name,
                         .amount = session.amount,
                         .currency = session.currency,
                         .refunded = session.paid_back};
  switch (session.state) {
    case State::open:
      outcome.word = ProviderWord::open;
      break;
    case State::expired:
      outcome.word = ProviderWord::expired;
      break;
    case State::paid:
      outcome.word =
          session.paid_back < session.amount ? ProviderWord::paid : ProviderWord::refunded;
  }
  return outcome;
}

Provider::Session* Provider::find(const PaymentOperation& operation) {
  const auto session = sessions_.find(operation.session_id);
  return session != sessions_.end() ? &session->second : latest(operation.order_id);
}

Provider::Session* Provider::latest(const Id& order_id) {
  const auto name = latest_.find(order_id);
  return name == latest_.end() ? nullptr : &sessions_.at(name->second);
}

Provider::Remembered* Provider::remembered(const std::string& key) {
  const auto known = keys_.find(key);
  if (known == keys_.end()) return nullptr;
  if (stage_.now() - known->second.at < key_lifetime) return &known->second;
  keys_.erase(known);
  return nullptr;
}

void Provider::pay(const Id& order_id) {
  auto* session = latest(order_id);
  if (session == nullptr || session->state != State::open) return;
  charge(*session);
}

void Provider::charge(Session& session) {
  if (session.state == State::open) stage_.oracle.link_closed(session.order_id);
  session.state = State::paid;
  stage_.note(session.order_id, "charged", [] { return "the provider charges the customer"; });
  stage_.oracle.charged(session.order_id, session.amount);
  tell(session, ProviderWord::paid, session.amount);
  move_unasked(session);
}

void Provider::decline(const Id& order_id) {
  auto* session = latest(order_id);
  if (session == nullptr || session->state != State::open) return;
  stage_.oracle.declined(order_id);
  stage_.note(order_id, "declined", [] { return "the provider declines the card"; });
  tell(*session, ProviderWord::declined, session->amount);
}

void Provider::expire(Session& session) {
  session.state = State::expired;
  stage_.note(session.order_id, "link expired", [] { return "the provider closes the link"; });
  stage_.oracle.link_closed(session.order_id);
  tell(session, ProviderWord::expired, session.amount);
  if (!stage_.meets(Fault::late_payment, session.order_id)) return;
  // A bank's yes that was under way when the link was closed.
  const auto late = stage_.chance_of(session.order_id).between(seconds{1}, minutes{10});
  stage_.agenda.in(late, [this, &session] {
    stage_.mark(Fault::late_payment, session.order_id);
    if (session.state == State::expired) charge(session);
  });
}

void Provider::forge(const Id& order_id, Fault fault) {
  const auto* session = latest(order_id);
  if (session == nullptr) return;
  stage_.oracle.forged(order_id);
  Told told{.word = ProviderWord::paid,
            .amount = session->amount,
            .currency = session->currency,
            .is_forged = true};
  distort(fault, told.amount, told.currency);
  tell(*session, told);
}

void Provider::distort(Fault fault, MinorUnits& amount, std::string& currency) {
  if (fault == Fault::wrong_currency) {
    currency = currency == "eur" ? "gbp" : "eur";
  } else {
    amount += fault == Fault::less_money ? -1 : 1;
  }
}

void Provider::tell(const Session& session, ProviderWord word, MinorUnits amount) {
  tell(session, {.word = word, .amount = amount, .currency = session.currency});
}

void Provider::tell(const Session& session, const Told& told) {
  const auto number = ++events_;
  const auto& id = session.order_id;
  Id::Bytes bytes{0xEE};
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[8 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  }
  const Message webhook{
      .id = Id{bytes},
      .order_id = id,
      .payload =
          ProviderEvent{.event_id = "evt_" + std::to_string(number),
                        .session_id = told.word == ProviderWord::dispute ? "" : session.name,
                        .word = told.word,
                        .amount = told.amount,
                        .currency = told.currency,
                        .subject_id = told.word == ProviderWord::dispute ? told.dispute.provider_id
                                                                         : told.refund.provider_id,
                        .refund_number = told.refund.number,
                        .refund_status = told.refund.status,
                        .dispute_status = told.dispute.status}};
  if (told.word == ProviderWord::dispute) disputes_told_.push_back(webhook);
  const bool is_lost =
      !told.is_last && (stage_.hazards.is_dying(Fault::provider_gone, stage_.now()) ||
                        stage_.meets(Fault::webhook_lost, id));
  if (is_lost) return stage_.note(id, "webhook lost");
  auto& chance = stage_.chance_of(id);
  const auto most = told.is_forged ? forged_attempts_max : attempts_max;
  const bool is_late = stage_.meets(Fault::webhook_late, id);
  const auto after = is_late ? chance.between(seconds{20}, minutes{40})
                             : chance.between(milliseconds{0}, milliseconds{400});
  stage_.agenda.in(after, [this, webhook, most, is_late] {
    if (is_late) stage_.mark(Fault::webhook_late, webhook.order_id);
    deliver(webhook, 1, most);
  });
  if (!stage_.meets(Fault::webhook_twice, id)) return;
  const auto again =
      chance.between(milliseconds{0}, chance.one_in(2) ? Duration{500} : minutes{20});
  stage_.agenda.in(again, [this, webhook, most] {
    stage_.mark(Fault::webhook_twice, webhook.order_id);
    deliver(webhook, 1, most);
  });
}

void Provider::tell_disputes_again() {
  for (const auto& webhook : disputes_told_) deliver(webhook, 1, attempts_max);
}

// Until it is answered with success.
void Provider::deliver(const Message& webhook, int attempt, int most) {
  const auto again = [this, webhook, attempt, most] {
    if (attempt == most) return;
    const auto wait = std::min<Duration>(seconds{5} * attempt, minutes{5});
    stage_.agenda.in(wait, [this, webhook, attempt, most] { deliver(webhook, attempt + 1, most); });
  };
  const auto is_answered = std::make_shared<bool>(false);
  stage_.agenda.in(seconds{10}, [is_answered, again] {
    if (!std::exchange(*is_answered, true)) again();
  });
  stage_.note(webhook.order_id, "webhook");
  edge_.submit(webhook, runtime::Lane::urgent,
               [this, webhook, is_answered, again](const Result<Record>& result) {
                 if (!is_no_answer(result)) stage_.hazards.call();
                 if (!result && !std::exchange(*is_answered, true)) return again();
                 *is_answered = true;
                 if (result) stage_.oracle.heard(webhook);
               });
}

}  // namespace oms::simulate
