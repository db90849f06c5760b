// Money on account, which payments keeps by itself: there is no provider to ask.
#include "tools/simulate/oracle/oracle.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

// What an account is to show of one payment.
struct Share {
  MinorUnits held = 0;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
};
Share share_of(const payments::Payment* payment) {
  if (payment == nullptr || payment->method != PaymentMethod::account) return {};
  const bool is_held = payment->status == PaymentStatus::authorized;
  return {.held = is_held ? payment->amount : 0,
          .captured = payment->captured,
          .refunded = payment->refunded};
}

}  // namespace

// True: it is of an account, and of no order.
bool Oracle::take_account(const Change& change) {
  const auto* account = change.record ? change.record.as<payments::Account>() : nullptr;
  const auto* movement = change.record ? change.record.as<payments::AccountMovement>() : nullptr;
  if (account != nullptr) {
    auto& model = model_.accounts[account->id];
    model.account.take(change.record);
    commit_.accounts.push_back(account->id);
  }
  if (movement != nullptr) {
    auto& model = model_.accounts[movement->customer_id];
    if (change.expected != 0) broken("money_adds_up", "a movement of an account was rewritten");
    if (movement->kind == payments::MovementKind::opened) model.opening = movement->amount;
    ++model.movements;
    model.last_movement.take(change.record);
    commit_.accounts.push_back(movement->customer_id);
  }
  return account != nullptr || movement != nullptr;
}

// Of an account the oracle takes the payment's word for what was moved, and the account's own sums
// for whether it is true.
void Oracle::take_payment(const payments::Payment& payment, Life& life) {
  if (payment.method != PaymentMethod::account) return;
  const auto before = share_of(life.payment.get());
  const auto after = share_of(&payment);
  auto& model = model_.accounts[payment.customer_id];
  model.held += after.held - before.held;
  model.captured += after.captured - before.captured;
  model.refunded += after.refunded - before.refunded;
  commit_.let_go[payment.customer_id] += before.held + after.refunded - before.refunded;
  commit_.accounts.push_back(payment.customer_id);
  life.charged = payment.captured;
  life.paid_back = payment.refunded;
  const bool was_refused = life.payment && life.payment->failure != Reason::none;
  if (payment.failure == Reason::insufficient_funds && !was_refused) {
    commit_.unfunded.push_back(&life);
  }
}

void check_account(const AccountModel& model) {
  if (!model.account) {
    if (model.held == 0 && model.captured == 0) return;
    broken("money_adds_up", "money was taken from an account that is not there");
  }
  const auto& account = *model.account;
  const auto expect = [&](bool holds, const char* what) {
    if (!holds) broken("money_adds_up", "account " + account.id + " " + what);
  };
  expect(account.held >= 0 && account.held <= account.balance, "holds more than it has");
  expect(account.held == model.held, "holds something else than its payments");
  expect(account.balance == model.opening - model.captured + model.refunded,
         "has not what its payments have left");
  expect(account.version == model.movements, "has other movements than changes");
  const auto& last = model.last_movement;
  expect(last && last->balance == account.balance && last->held == account.held,
         "has a movement that tells something else");
}

// It had too little at any moment of this commit.
void check_unfunded(const Life& life, const Commit& commit, const Model& model) {
  const auto& account = model.accounts.find(life.payment->customer_id)->second;
  const auto let_go = commit.let_go.find(life.payment->customer_id);
  if (account.account && account.available() - let_go->second < life.payment->amount) return;
  broken("refused_rightly", "an account was refused that had enough", life);
}

void Oracle::told_opened(MinorUnits balance, const Result<Record>& answer) const {
  if (!answer) broken("refused_rightly", "an account was refused: " + answer.error().detail);
  const auto& shown = *answer->as<payments::Account>();
  const auto model = model_.accounts.find(shown.id);
  const bool is_there = model != model_.accounts.end() && model->second.account;
  if (!is_there) broken("told_is_durable", "an account was opened and not committed");
  // It may have been used in the same commit.
  if (model->second.opening != balance) {
    broken("told_is_durable", "an account was opened with another balance");
  }
}

}  // namespace oms::simulate
