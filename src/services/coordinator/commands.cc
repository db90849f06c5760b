#include "services/coordinator/commands.h"

#include <stdexcept>

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

}  // namespace

Payload command_for(sagas::Command command, const Saga& saga, const Run& run, const StepRef& ref,
                    Now now) {
  using sagas::Command;
  switch (command) {
    case Command::reserve_stock:
      return ReserveStock{.ref = ref, .customer_id = saga.customer_id, .lines = saga.lines};
    case Command::release_stock:
      return ReleaseStock{.ref = ref};
    case Command::collect_payment:
      return CollectPayment{.ref = ref,
                            .customer_id = saga.customer_id,
                            .lines = saga.lines,
                            .amount = saga.total,
                            .currency = saga.currency,
                            .expires_at = now.on_wall(run.due.value_or(now))};
    case Command::undo_payment:
      return UndoPayment{.ref = ref, .reason = run.reason};
    case Command::commit_stock:
      return CommitStock{.ref = ref};
    case Command::return_stock:
      return ReturnStock{.ref = ref, .write_off = run.pivoted};
    case Command::prepare_order:
      return PrepareOrder{.ref = ref, .order_number = saga.order_number, .lines = saga.lines};
    case Command::cancel_ticket:
      return CancelTicket{.ref = ref};
    case Command::deliver_order:
      return DeliverOrder{.ref = ref, .order_number = saga.order_number};
    case Command::hand_over:
      return HandOver{.ref = ref, .order_number = saga.order_number};
    case Command::take_lines:
      return TakeLines{
          .ref = ref, .customer_id = saga.customer_id, .lines = quantities_of(saga.lines)};
    case Command::change_lines:
      return ChangeLines{.ref = ref, .lines = saga.change.value().taken};
    case Command::refund_payment:
      return RefundPayment{.ref = ref, .amount = saga.change.value().amount};
    case Command::return_lines:
      return ReturnLines{.ref = ref, .lines = saga.change.value().returned};
    case Command::apply_change:
      return ApplyChange{.ref = ref,
                         .returned = saga.change.value().returned,
                         .taken = saga.change.value().taken};
    case Command::none:
      break;
  }
  throw std::logic_error("a step of saga '" + run.saga + "' has nothing to do");
}

}  // namespace oms::coordinator
