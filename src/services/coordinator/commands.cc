#include "services/coordinator/commands.h"

#include <algorithm>
#include <stdexcept>

#include "sagas/all.h"

namespace oms::coordinator {
namespace {

std::vector<ProductQuantity> quantities_of(const std::vector<OrderLine>& lines) {
  std::vector<ProductQuantity> quantities;
  quantities.reserve(lines.size());
  for (const auto& line : lines) {
    quantities.push_back({.product_id = line.product_id, .quantity = line.quantity});
  }
  return quantities;
}

using sagas::Command;

// The life's dealings with money.
Payload to_payments(Command command, const Saga& saga, const Run& run, const StepRef& ref,
                    Now now) {
  switch (command) {
    case Command::authorize_payment:
      return AuthorizePayment{.ref = ref,
                              .customer_id = saga.customer_id,
                              .amount = saga.total,
                              .currency = saga.currency,
                              .method = saga.method,
                              .payment_token = saga.payment_token};
    case Command::capture_payment:
      return CapturePayment{.ref = ref};
    case Command::undo_capture:
      return UndoPayment{.ref = ref, .reason = run.reason, .unless_captured = true};
    case Command::charge_payment:
      return ChargePayment{.ref = ref,
                           .customer_id = saga.customer_id,
                           .amount = saga.total,
                           .currency = saga.currency,
                           .payment_token = saga.payment_token};
    case Command::collect_payment:
      return CollectPayment{.ref = ref,
                            .customer_id = saga.customer_id,
                            .lines = saga.lines,
                            .amount = saga.total,
                            .currency = saga.currency,
                            .expires_at = now.on_wall(run.due.value_or(now))};
    case Command::undo_payment:
      return UndoPayment{.ref = ref, .reason = run.reason};
    default:
      throw std::logic_error("this command is dealt with elsewhere");
  }
}

// What a change asks for.
Payload of_change(Command command, const Saga& saga, const StepRef& ref,
                  const sagas::Limits& limits, Now now) {
  const auto& change = saga.change.value();
  switch (command) {
    case Command::change_lines:
      return ChangeLines{.ref = ref, .lines = change.taken};
    case Command::refund_payment:
      return RefundPayment{.ref = ref, .amount = change.amount};
    case Command::return_lines:
      return ReturnLines{.ref = ref, .lines = change.returned};
    case Command::apply_change:
      return ApplyChange{.ref = ref, .returned = change.returned, .taken = change.taken};
    case Command::close_link:
      return CloseLink{.ref = ref};
    case Command::reopen_link:
      return OpenLink{.ref = ref,
                      .lines = saga.lines,
                      .amount = saga.total,
                      .expires_at = now.on_wall(now + limits.payment_window),
                      .undoes_close = true};
    case Command::open_link:
      return OpenLink{.ref = ref,
                      .lines = change.lines,
                      .amount = change.total,
                      .expires_at = now.on_wall(now + limits.payment_window)};
    case Command::change_reservation:
      return ChangeReservation{.ref = ref, .lines = quantities_of(change.lines)};
    case Command::hold_ticket:
      return HoldTicket{.ref = ref};
    case Command::release_ticket:
      return ReleaseTicket{.ref = ref, .lines = saga.lines, .is_undo = true};
    case Command::change_ticket:
      return ReleaseTicket{.ref = ref, .lines = change.lines};
    default:
      throw std::logic_error("this command is dealt with elsewhere");
  }
}

// Goods that went to a cook are not sold again.
bool are_cooked(const Run& run) {
  const auto* table = sagas::find(run.saga, run.version);
  return run.pivoted && table != nullptr &&
         std::ranges::any_of(table->steps, [](const sagas::Step& step) {
           return step.act == Command::prepare_order;
         });
}

}  // namespace

Payload command_for(Command command, const Saga& saga, const Run& run, const StepRef& ref,
                    const sagas::Limits& limits, Now now) {
  switch (command) {
    case Command::reserve_stock:
      return ReserveStock{.ref = ref, .customer_id = saga.customer_id, .lines = saga.lines};
    case Command::release_stock:
      return ReleaseStock{.ref = ref};
    case Command::commit_stock:
      return CommitStock{.ref = ref};
    case Command::return_stock:
      return ReturnStock{.ref = ref, .write_off = are_cooked(run)};
    case Command::prepare_order:
      return PrepareOrder{.ref = ref,
                          .order_number = saga.order_number,
                          .lines = saga.lines,
                          .note = saga.recipient.note};
    case Command::cancel_ticket:
      return CancelTicket{.ref = ref, .also_begun = run.pivoted && run.aborted};
    case Command::deliver_order:
      return DeliverOrder{
          .ref = ref, .order_number = saga.order_number, .recipient = saga.recipient};
    case Command::hand_over:
      return HandOver{.ref = ref, .order_number = saga.order_number, .recipient = saga.recipient};
    case Command::withdraw_delivery:
      return WithdrawDelivery{.ref = ref};
    case Command::take_stock:
    case Command::take_lines:
      return TakeLines{.ref = ref,
                       .customer_id = saga.customer_id,
                       .lines = quantities_of(saga.lines),
                       .as_a_whole = command == Command::take_stock};
    case Command::authorize_payment:
    case Command::capture_payment:
    case Command::undo_capture:
    case Command::charge_payment:
    case Command::collect_payment:
    case Command::undo_payment:
      return to_payments(command, saga, run, ref, now);
    case Command::change_lines:
    case Command::refund_payment:
    case Command::return_lines:
    case Command::apply_change:
    case Command::close_link:
    case Command::reopen_link:
    case Command::open_link:
    case Command::change_reservation:
    case Command::hold_ticket:
    case Command::release_ticket:
    case Command::change_ticket:
      return of_change(command, saga, ref, limits, now);
    case Command::none:
      break;
  }
  throw std::logic_error("a step of saga '" + run.saga + "' has nothing to do");
}

}  // namespace oms::coordinator
