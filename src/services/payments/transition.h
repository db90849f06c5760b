#pragma once

#include <string>
#include <string_view>

#include "services/payments/accounts.h"
#include "services/payments/operations.h"
#include "services/payments/service.h"

namespace oms::payments {

// One decision about one payment: the record changes in place, what is to be said collects.
// transition.cc: who hears what. collect.cc and cards.cc: until the money is there. refunds.cc:
// what becomes of it. changes.cc: what the order's changes ask for.
class PaymentTransition {
 public:
  // What else there is: the customer's account, where the payment is on it; the closed links.
  struct Beside {
    const Account* account = nullptr;
    const ClosedLinks* closed = nullptr;
  };
  PaymentTransition(Payment payment, const PaymentSettings& settings, Now now, Beside beside);

  Decision request();
  Decision on(const CollectPayment& command) { return asked_again(command.ref); }
  Decision on(const AuthorizePayment& command) { return asked_again(command.ref); }
  Decision on(const ChargePayment& command) { return asked_again(command.ref); }
  Decision on(const CapturePayment& command);
  Decision on(const UndoPayment& command);
  Decision on(const RefundPayment& command);
  Decision on(const CloseLink& command);
  Decision on(const OpenLink& command);
  Decision on(const LookUpPayment& command);
  Decision on(const ProviderEvent& event);
  Decision on(const PaymentOutcome& outcome);
  Decision on(const WakeUp& wake_up);

 private:
  using Result = StepAnswer::Result;
  using Kind = PaymentOperation::Kind;

  Decision asked_again(const StepRef& ref);
  void undo(const UndoPayment& command);
  void hear(const PaymentOutcome& outcome);
  bool note_event(const std::string& name);
  bool must_be_asked_first(const ProviderEvent& event);
  void check(const ProviderEvent& event) const;
  bool is_old_refusal(const PaymentOutcome& outcome) const;

  // The link.
  void on_link(const PaymentOutcome& outcome);
  void on_lost_link(const PaymentOutcome& outcome);
  void on_refusal(const PaymentOutcome& outcome);
  void on_unpaid(const PaymentOutcome& outcome, bool is_awaited);
  void on_session(const PaymentOutcome& outcome, std::int32_t attempts);
  void decline(const PaymentError& error);
  void fail(const PaymentError& error);
  void expire();
  bool is_being_closed() const { return is_unwanted() || payment_.close_requested; }
  bool would_not_close(const PaymentOutcome& outcome) const;
  void look_later();
  void give_up(PaymentStatus status);

  // The link, for a change.
  void close_for_change();
  void refuse_close(Reason reason);
  void open_another();

  // The card.
  void on_card(const PaymentOutcome& outcome, std::int32_t attempts);
  void on_card_refusal(const PaymentOutcome& outcome, std::int32_t attempts);
  void on_hold(const PaymentOutcome& outcome, std::int32_t attempts);
  void on_untaken(const PaymentOutcome& outcome, std::int32_t attempts);
  void on_lapse(const PaymentError& error);
  void fail_card(const PaymentError& error);

  // The account.
  PaymentOutcome perform_here(const PaymentOperation& operation);

  // The money.
  void take(MinorUnits amount, std::string_view currency, MinorUnits refunded_in_all);
  void on_refund(const PaymentOutcome& outcome, std::int32_t attempts);
  void hear_total(MinorUnits refunded_in_all);
  void hear_refund(const ProviderEvent& event);
  bool note_dispute(const ProviderEvent& event);
  Refund& refund_told_of(const ProviderEvent& event);
  Refund* take_unnamed(const ProviderEvent& event);
  bool explain_total();
  MinorUnits unrefunded() const;
  MinorUnits unexplained() const;
  Refund* last_elsewhere();
  void name_ours(const PaymentOutcome& outcome);
  bool disown(std::int32_t number);
  void drop_what_does_not_fit();
  Refund& add_refund(Refund refund);
  void settle(bool is_asked = false);
  void cancel_what_was_refunded(MinorUnits refunded_before);
  Refund* pending_refund();
  PaymentStatus standing() const;

  // For a change.
  Refund* refund_of(std::int32_t change);
  bool waits_for_refund();
  void answer_change(const Refund* refund);
  bool fail_for_good(Refund& refund);

  bool has_money() const { return payment_.captured != 0; }
  bool is_closed() const {
    return payment_.status == PaymentStatus::expired || payment_.status == PaymentStatus::failed ||
           payment_.status == PaymentStatus::voided;
  }
  bool is_by_link() const { return payment_.method == PaymentMethod::link; }
  // Nobody keeps money for an order that is not to be.
  bool is_unwanted() const { return payment_.undo_requested || payment_.failure != Reason::none; }
  // Whether the provider may have forgotten the key of the operation under way: then it is asked
  // before the operation is repeated.
  bool is_doubtful() const;

  void perform(PaymentOperation operation);
  void tell_order(std::string link = {});
  void answer(Result result);
  Decision finish();

  Payment payment_;
  const PaymentSettings& settings_;
  Now now_;
  std::optional<Account> account_;
  std::optional<ClosedLinks> closed_;
  std::optional<PaymentOperation> on_account_;  // to be performed by this very decision
  Decision decision_;
  bool change_waited_;  // for its refund, before this decision
};

}  // namespace oms::payments
