#include "tools/simulate/provider.h"

#include <algorithm>

#include "adapters/simulated/cards.h"
#include "adapters/simulated/events.h"
#include "adapters/stripe/webhook_event.h"
#include "codec/json_names.h"

namespace oms::simulate {
namespace {

using Kind = PaymentOperation::Kind;
using simulated::EntryKind;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int attempts_max = 60;  // of a webhook that is not answered with success
constexpr int forged_attempts_max = 3;
constexpr std::int64_t first_forged = 1'000'000;  // no entry of a session has such a number

bool is_of_dispute(EntryKind kind) {
  return kind == EntryKind::dispute || kind == EntryKind::dispute_won ||
         kind == EntryKind::dispute_lost;
}

}  // namespace

PaymentOutcome Provider::perform(const PaymentOperation& operation) {
  const auto& id = operation.order_id;
  stage_.note(id, "provider", [&] {
    return "the provider is asked: " + std::string{json::name_of(operation.kind)};
  });
  if (operation.kind == Kind::refund && is_refused(operation)) return refuse(operation);
  const auto sessions = book_.size();
  auto outcome = core_.perform(operation, stage_.now(), has(Fault::refunded_elsewhere, id));
  settle();
  if (operation.kind == Kind::refund && outcome.result == PaymentOutcome::Result::refused) {
    stage_.oracle.refund_refused(id);
  }
  if (operation.kind == Kind::create_link) {
    if (outcome.result == PaymentOutcome::Result::refused) stage_.oracle.link_refused(id);
    if (book_.size() > sessions) {
      stage_.oracle.link_made(id);
      stage_.agenda.at(operation.expires_at, [this, made = book_.sessions_of(id).back()] {
        core_.expire(made, stage_.now());
        settle();
      });
      link_made_(id);
    }
  }
  for (const auto fault : {Fault::wrong_currency, Fault::less_money}) {
    if (operation.kind != Kind::look_up || outcome.word != ProviderWord::paid) continue;
    if (stage_.meets(fault, id)) distort(fault, outcome.amount, outcome.currency);
  }
  return outcome;
}

// For good: a refund's number alone decides, whenever and however often it is asked for. What
// undoes an order is never refused so: that would be the operator's to settle by hand.
bool Provider::is_refused(const PaymentOperation& operation) const {
  const auto& id = operation.order_id;
  const auto* life = stage_.oracle.life(id);
  if (!has(Fault::refund_refused, id) || !life->payment) return false;
  const bool is_for_change = std::ranges::any_of(life->payment->refunds, [&](const Refund& refund) {
    return refund.number == operation.number && refund.change != 0;
  });
  auto chance = Chance{stage_.scenario.seed}
                    .fork(stage_.plan_of(id)->number)
                    .fork(static_cast<std::uint64_t>(operation.number));
  return is_for_change && chance.one_in(2);
}

PaymentOutcome Provider::refuse(const PaymentOperation& operation) {
  stage_.mark(Fault::refund_refused, operation.order_id);
  stage_.oracle.refund_refused(operation.order_id);
  const auto found = core_.latest(operation.order_id, stage_.now());
  return {.kind = operation.kind,
          .result = PaymentOutcome::Result::refused,
          .word = ProviderWord::refunded,
          .session_id = operation.session_id,
          .amount = operation.amount,
          .currency = operation.currency,
          .detail = "the bank does not take it back",
          .refunded = found ? found->standing.refunded : 0,
          .number = operation.number};
}

void Provider::pay(const Id& order_id) {
  pay(order_id, "tok_visa");
}

void Provider::decline(const Id& order_id) {
  pay(order_id, "tok_chargeDeclined");
}

void Provider::pay(const Id& order_id, const char* token) {
  const auto found = core_.latest(order_id, stage_.now());
  if (!found) return;
  core_.pay(found->session, simulated::card_of_token(token).value(), stage_.now());
  settle();
}

void Provider::forge(const Id& order_id, Fault fault) {
  const auto found = core_.latest(order_id, stage_.now());
  if (!found) return;
  stage_.oracle.forged(order_id);
  Event forged{.session = found->session,
               .entry = {.number = first_forged + ++forged_, .at = stage_.now()}};
  forged.standing.count(0, EntryKind::charge, found->session.amount);
  distort(fault, forged.session.amount, forged.session.currency);
  tell(forged, true);
}

void Provider::distort(Fault fault, MinorUnits& amount, std::string& currency) {
  if (fault == Fault::wrong_currency) {
    currency = currency == "eur" ? "gbp" : "eur";
  } else {
    amount += fault == Fault::less_money ? -1 : 1;
  }
}

void Provider::settle() {
  for (const auto& event : core_.take_events()) {
    witness(event);
    tell(event);
  }
}

void Provider::witness(const Event& event) {
  const auto& session = event.session;
  const auto& id = session.order_id;
  const auto& entry = event.entry;
  switch (entry.kind) {
    case EntryKind::authorization:
      stage_.note(id, "held", [] { return "the provider holds the money"; });
      return stage_.oracle.held(id, entry.amount);
    case EntryKind::charge:
      session.is_intent() ? stage_.oracle.held(id, 0) : stage_.oracle.link_closed(id);
      [[fallthrough]];
    case EntryKind::late_charge:
      stage_.note(id, "charged", [] { return "the provider charges the customer"; });
      stage_.oracle.charged(id, session.name().text(), entry.amount);
      // What comes by a closed link goes back at once.
      if (!stage_.oracle.life(id)->is_closed(session.name().text())) move_unasked(session);
      return;
    case EntryKind::expiry:
      if (session.is_intent()) {
        stage_.note(id, "let go", [] { return "the provider lets the money go"; });
        return stage_.oracle.held(id, 0);
      }
      stage_.note(id, "link expired", [] { return "the provider closes the link"; });
      stage_.oracle.link_closed(id);
      if (!stage_.meets(Fault::late_payment, id)) return;
      // A bank's yes that was under way when the link was closed.
      return stage_.agenda.in(stage_.chance_of(id).between(seconds{1}, minutes{10}),
                              [this, session_id = session.id] { charge_late(session_id); });
    case EntryKind::decline:
      stage_.oracle.declined(id);
      return stage_.note(id, "declined", [] { return "the provider declines the card"; });
    case EntryKind::refund:
      if (entry.key.starts_with("re_")) return;  // elsewhere
      stage_.note(id, "refunded");
      return stage_.oracle.paid_back(id, session.name().text(), entry.amount);
    default:
      return;
  }
}

void Provider::tell(const Event& event, bool is_forged) {
  const auto& id = event.session.order_id;
  const auto kind = event.entry.kind;
  const auto webhook = stripe::read_event(simulated::write_event(event)).value();
  if (is_of_dispute(kind)) disputes_told_.push_back(webhook);
  // These come again until they are heard, for days: nothing else tells the same.
  const bool is_last = is_of_dispute(kind) || kind == EntryKind::refund_failed;
  const bool is_lost = !is_last && (stage_.hazards.is_dying(Fault::provider_gone, stage_.now()) ||
                                    stage_.meets(Fault::webhook_lost, id));
  if (is_lost) return stage_.note(id, "webhook lost");
  auto& chance = stage_.chance_of(id);
  const auto most = is_forged ? forged_attempts_max : attempts_max;
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
