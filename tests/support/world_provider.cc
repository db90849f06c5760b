// The payment provider that a world plays, and its customers at the payment page.
#include <algorithm>

#include "tests/support/world.h"

namespace oms::testing {
namespace {

std::string session_name(const Id& order_id, std::int32_t link) {
  return "cs_" + order_id.text() + (link > 1 ? "_" + std::to_string(link) : "");
}

}  // namespace

// False: it was refused. A token that says so is declined.
bool World::use_card(const PaymentOperation& operation, Session& session, PaymentOutcome& outcome) {
  using Kind = PaymentOperation::Kind;
  const bool begins = operation.kind == Kind::charge || operation.kind == Kind::authorize;
  if (begins && operation.payment_token.contains("declined")) {
    session = {
        .amount = operation.amount, .currency = operation.currency, .word = ProviderWord::failed};
    outcome.error = {.code = "card_declined", .message = "Your card was declined."};
    return false;
  }
  if (begins && session.amount == 0) {
    session = {.amount = operation.amount, .currency = operation.currency};
    session.word = operation.kind == Kind::charge ? ProviderWord::paid : ProviderWord::authorized;
  }
  if (operation.kind == Kind::capture) {
    if (session.word == ProviderWord::authorized) session.word = ProviderWord::paid;
    return session.word == ProviderWord::paid;
  }
  if (operation.kind == Kind::release && session.word != ProviderWord::paid) {
    session.word = ProviderWord::expired;
  }
  return true;
}

PaymentOutcome World::perform(const PaymentOperation& operation) {
  using Kind = PaymentOperation::Kind;
  PaymentOutcome outcome{.kind = operation.kind};
  const bool is_concerned = only_concerns.value_or(operation.kind) == operation.kind;
  if (is_provider_silent && is_concerned) return outcome;
  auto& last = links_[operation.order_id];
  last = std::max(last, operation.link);
  auto& session = sessions_[{operation.order_id, operation.link}];
  if (operation.kind == Kind::create_link) {
    // Asked again, it names the link that it has made.
    if (session.amount == 0) session = {.amount = operation.amount, .currency = operation.currency};
    outcome.link = "https://pay.example/" + operation.order_id.text();
  }
  if (operation.kind == Kind::expire_link && session.word == ProviderWord::open) {
    session.word = ProviderWord::expired;
  }
  const bool is_refused = !use_card(operation, session, outcome) || session.amount == 0 ||
                          (operation.kind == Kind::refund && refuses_refunds && is_concerned);
  if (is_refused) {
    outcome.result = PaymentOutcome::Result::refused;
    outcome.word = session.word;
    outcome.number = operation.number;
    outcome.refunded = session.refunded;
    return outcome;
  }
  if (operation.kind == Kind::refund) {
    session.refunded = std::min(session.amount, session.refunded + operation.amount);
    outcome.number = operation.number;
    outcome.refund_id = "re_" + operation.idempotency_key;
  }
  if (loses_answers && is_concerned) return outcome;
  outcome.result = PaymentOutcome::Result::done;
  outcome.word = session.word;
  outcome.refunded = session.refunded;
  outcome.session_id = session_name(operation.order_id, operation.link);
  outcome.amount = session.amount;
  outcome.currency = session.currency;
  return outcome;
}

Result<Record> World::tell(const Id& order_id, ProviderEvent event) {
  event.event_id = "evt_" + std::to_string(++webhooks_);
  if (event.session_id.empty()) event.session_id = session_name(order_id, links_[order_id]);
  if (event.currency.empty()) event.currency = session_of(order_id).currency;
  return send(order_id, std::move(event));
}

void World::tell(const Id& order_id, ProviderWord word) {
  ProviderEvent event{.word = word, .amount = session_of(order_id).amount};
  if (word == ProviderWord::declined) {
    event.error = {.code = "insufficient_funds", .message = "Your card has insufficient funds."};
  }
  const auto taken = tell(order_id, std::move(event));
  if (!taken) throw std::runtime_error("the provider's word was refused: " + taken.error().detail);
}

void World::refund_at_provider(const Id& order_id, MinorUnits amount) {
  auto& session = session_of(order_id);
  session.refunded += amount;
  const auto taken =
      tell(order_id, ProviderEvent{.word = ProviderWord::refunded, .amount = session.refunded});
  if (!taken) throw std::runtime_error("the provider's word was refused: " + taken.error().detail);
}

void World::pay(const Id& order_id, bool is_heard) {
  session_of(order_id).word = ProviderWord::paid;
  if (is_heard) tell(order_id, ProviderWord::paid);
}

void World::pay_first_link(const Id& order_id, bool is_heard) {
  auto& session = sessions_[{order_id, 1}];
  session.word = ProviderWord::paid;
  if (!is_heard) return;
  (void)tell(order_id, ProviderEvent{.session_id = session_name(order_id, 1),
                                     .word = ProviderWord::paid,
                                     .amount = session.amount});
}

Result<Record> World::say(const Id& order_id, ProviderWord word) {
  auto& session = session_of(order_id);
  const bool is_there = session.amount > 0;
  const bool is_paid = session.word == ProviderWord::paid;
  if (is_there && !is_paid && word != ProviderWord::declined) session.word = word;
  const auto& order = *get<orders::Order>(order_id.text());
  return tell(order_id, ProviderEvent{.word = word,
                                      .amount = is_there ? session.amount : order.total,
                                      .currency = order.currency});
}

void World::decline(const Id& order_id) {
  tell(order_id, ProviderWord::declined);
}

void World::tell_expired(const Id& order_id) {
  session_of(order_id).word = ProviderWord::expired;
  tell(order_id, ProviderWord::expired);
}

}  // namespace oms::testing
