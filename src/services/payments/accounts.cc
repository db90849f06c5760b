#include "services/payments/accounts.h"

#include <stdexcept>

#include "services/payments/transition.h"

// Money on account: payments keeps it, so the answer is there within the decision that asks.
namespace oms::payments {
namespace {

// The account's version rises with each movement, so no two have one name, and a new one need not
// be looked for.
std::string name_of_next(const Account& account) {
  constexpr std::size_t digits_min = 8;
  auto digits = std::to_string(account.version);
  if (digits.size() < digits_min) digits.insert(0, digits_min - digits.size(), '0');
  return account.id + "/" + digits;
}

void apply(MovementKind kind, MinorUnits amount, Account& account) {
  switch (kind) {
    case MovementKind::opened:
    case MovementKind::refunded:
      account.balance += amount;
      break;
    case MovementKind::held:
      account.held += amount;
      break;
    case MovementKind::captured:
      account.balance -= amount;
      account.held -= amount;
      break;
    case MovementKind::released:
      account.held -= amount;
  }
}

}  // namespace

Decision open_account(const OpenAccount& command, const Records& records, Now now) {
  Decision decision;
  if (command.balance < 0 || command.balance > opening_balance_max) {
    return std::move(decision.refuses(
        ErrorKind::invalid, "the balance is 0 to 1000000000000000 minor units", "/balance"));
  }
  Account account{.id = std::to_string(records.next_number()),
                  .full_name = command.full_name,
                  .currency = command.currency};
  decision.takes_number = true;
  decision.shows(key_of<Account>(account.id));
  move(account, MovementKind::opened, command.balance, {}, now, decision);
  decision.adds(std::move(account));
  return decision;
}

AccountMovement move(Account& account, MovementKind kind, MinorUnits amount, const Id& order_id,
                     Now now, Decision& decision) {
  apply(kind, amount, account);
  if (account.held < 0 || account.held > account.balance) {
    throw std::logic_error("account " + account.id + " would hold " + std::to_string(account.held) +
                           " of " + std::to_string(account.balance));
  }
  ++account.version;
  AccountMovement movement{.id = name_of_next(account),
                           .customer_id = account.id,
                           .order_id = order_id,
                           .kind = kind,
                           .amount = amount,
                           .balance = account.balance,
                           .held = account.held,
                           .at = now.wall};
  decision.adds(movement);
  return movement;
}

// What a provider would answer.
PaymentOutcome PaymentTransition::perform_here(const PaymentOperation& operation) {
  PaymentOutcome outcome{.kind = operation.kind,
                         .result = PaymentOutcome::Result::done,
                         .currency = payment_.currency,
                         .number = operation.number};
  if (operation.kind == Kind::authorize) {
    if (!account_) {
      payment_.failure = Reason::unknown_account;
    } else if (account_->currency != operation.currency) {
      payment_.failure = Reason::payment_mismatch;
    } else if (account_->balance - account_->held < operation.amount) {
      payment_.failure = Reason::insufficient_funds;
    }
    if (payment_.failure != Reason::none) {
      outcome.result = PaymentOutcome::Result::refused;
      return outcome;
    }
  }
  if (!account_) throw std::logic_error("account " + payment_.customer_id + " is gone");
  const auto move = [&](MovementKind kind) {
    return payments::move(*account_, kind, operation.amount, payment_.id, now_, decision_).id;
  };
  switch (operation.kind) {
    case Kind::authorize:
      move(MovementKind::held);
      outcome.word = ProviderWord::authorized;
      break;
    case Kind::capture:
      move(MovementKind::captured);
      outcome.word = ProviderWord::paid;
      outcome.amount = operation.amount;
      break;
    case Kind::release:
      move(MovementKind::released);
      outcome.word = ProviderWord::expired;
      break;
    case Kind::refund:
      outcome.refund_id = move(MovementKind::refunded);
      outcome.word = ProviderWord::refunded;
      outcome.amount = operation.amount;
      outcome.refunded = payment_.refunded + operation.amount;
      break;
    case Kind::create_link:
    case Kind::expire_link:
    case Kind::look_up:
    case Kind::charge:
      throw std::logic_error("an account is not asked for such a thing");
  }
  decision_.saves(*account_);
  return outcome;
}

}  // namespace oms::payments
