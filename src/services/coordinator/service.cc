#include "services/coordinator/service.h"

#include <stdexcept>

#include "sagas/all.h"
#include "services/coordinator/run.h"

namespace oms::coordinator {
namespace {

const sagas::Saga& table_of(const Run& run) {
  const auto* table = sagas::find(run.saga, run.version);
  if (table != nullptr) return *table;
  throw std::runtime_error("no saga '" + run.saga + "' of version " + std::to_string(run.version) +
                           " is compiled in");
}

Saga started_by(const StartSaga& start, const Message& message, Time now) {
  const auto* table = sagas::find(start.saga);
  if (table == nullptr || table->kind != sagas::Kind::life) {
    throw std::runtime_error("no order's life is called '" + start.saga + "'");
  }
  return {.id = message.order_id,
          .main = {.saga = start.saga, .version = table->version, .started_at = now},
          .order_number = start.order_number,
          .customer_id = start.customer_id,
          .lines = start.lines,
          .total = start.total,
          .currency = start.currency,
          .traceparent = traceparent_to_keep(message.trace, message.order_id),
          .method = start.method,
          .payment_token = start.payment_token,
          .recipient = start.recipient};
}

Change started_by(const StartChange& start, Time now) {
  const auto* table = sagas::find(start.saga);
  if (table == nullptr || table->kind != sagas::Kind::change) {
    throw std::runtime_error("no change is called '" + start.saga + "'");
  }
  return {.run = {.saga = start.saga, .version = table->version, .started_at = now},
          .amount = start.amount,
          .returned = start.returned,
          .taken = start.taken,
          .lines = start.lines,
          .total = start.total};
}

// There is no saga for this order, or there is none any more.
Decision without_saga(const Payload& payload) {
  // Payments cancels what the provider has refunded, perhaps long after the order was over.
  if (std::holds_alternative<CancelSaga>(payload)) return {};
  if (std::holds_alternative<ChangeRecipient>(payload)) return {};
  if (std::holds_alternative<HandleSaga>(payload)) {
    Decision decision;
    return std::move(decision.refuses(ErrorKind::not_found, "there is no saga of this order"));
  }
  const auto* start = std::get_if<StartChange>(&payload);
  if (start == nullptr) throw std::runtime_error("there is no saga for this order");
  Decision decision;
  const bool is_refund = start->saga == "refund";
  decision.sends(
      ChangeFailed{.number = start->number,
                   .reason = is_refund ? Reason::not_refundable : Reason::not_changeable});
  return decision;
}

// What one message does to a saga that is there.
class Transition {
 public:
  Transition(Saga& saga, const sagas::Limits& limits, Now now, Decision& decision)
      : saga_(saga), limits_(limits), now_(now), decision_(decision) {}

  // Each returns whether the record has changed.
  bool operator()(const StepAnswer& answer) {
    if (answer.ref.run == 0) return life().on(answer);
    const bool is_under_way = saga_.change && answer.ref.run == saga_.changes;
    return is_under_way && then_resume(change().on(answer));
  }
  bool operator()(const CancelSaga& cancel) { return life().on(cancel); }
  bool operator()(const StartChange& start) {
    if (start.number <= saga_.changes) return false;  // a repeated start
    if (saga_.change) {  // orders knows of its changes by itself: it has lost one
      decision_.sends(ChangeFailed{.number = start.number, .reason = Reason::not_changeable});
      return false;
    }
    saga_.changes = start.number;
    saga_.change = started_by(start, now_);
    return change().begin();
  }
  bool operator()(const ChangeRecipient& changed) {
    if (!saga_.main.is_live()) return false;
    saga_.recipient = changed.recipient;
    if (!life().has_asked(sagas::Command::prepare_order)) return true;
    decision_.sends(ChangeTicketNote{.note = changed.recipient.note});
    return true;
  }
  bool operator()(const HandleSaga& handle) {
    const bool is_change = saga_.change && is_of_change(handle);
    const auto done = handle_run(handle, is_change);
    if (!done) {
      decision_.reply = Reply{.refusal = done.error()};
      return false;
    }
    decision_.shows(key_of<Saga>(saga_.id));
    return is_change ? then_resume(true) : true;
  }
  bool operator()(const WakeUp&) {
    const bool life_goes_on = life().on_wake_up();
    const bool change_goes_on = saga_.change && then_resume(change().on_wake_up());
    return life_goes_on || change_goes_on;
  }
  template <class Other>
  bool operator()(const Other&) {
    throw std::runtime_error("the coordinator does not take this message");
  }

 private:
  bool is_of_change(const HandleSaga& handle) const {
    if (handle.run) return *handle.run == saga_.changes;
    return handle.action != HandleSaga::Action::abort;
  }
  Result<void> handle_run(const HandleSaga& handle, bool is_change) {
    const bool is_over = handle.run.value_or(0) != 0 && !is_change;
    if (is_over) {
      return fail(ErrorKind::conflict,
                  "change " + std::to_string(*handle.run) + " of the order is not under way",
                  "/run");
    }
    const auto& step = is_change ? saga_.change->run.step : saga_.main.step;
    if (!handle.step.empty() && handle.step != step) {
      return fail(ErrorKind::conflict, "it is at the step '" + step + "' now: read it again",
                  "/step");
    }
    return act(is_change ? change() : life(), handle.action);
  }
  static Result<void> act(RunTransition run, HandleSaga::Action action) {
    switch (action) {
      case HandleSaga::Action::retry:
        return run.retry();
      case HandleSaga::Action::skip:
        return run.skip();
      case HandleSaga::Action::abort:
        return run.abort();
    }
    return {};
  }
  // Once the change is over, the life goes on where it has waited for it.
  bool then_resume(bool is_changed) {
    if (is_changed && !saga_.change) life().resume();
    return is_changed;
  }
  RunTransition life() { return {saga_, 0, table_of(saga_.main), limits_, now_, decision_}; }
  RunTransition change() {
    return {saga_, saga_.changes, table_of(saga_.change.value().run), limits_, now_, decision_};
  }

  Saga& saga_;
  const sagas::Limits& limits_;
  Now now_;
  Decision& decision_;
};

}  // namespace

void CoordinatorService::needs(const Message& message, const Records&, Keys& keys) const {
  keys.push_back(key_of<Saga>(message.order_id));
}

Decision CoordinatorService::decide(const Message& message, const Records& records, Now now) const {
  const Saga* known = records.get<Saga>(message.order_id);
  Decision decision;
  if (const auto* start = std::get_if<StartSaga>(&message.payload)) {
    if (known != nullptr) return {};  // a repeated start
    auto saga = started_by(*start, message, now);
    RunTransition{saga, 0, table_of(saga.main), limits_, now, decision}.begin();
    return std::move(decision.saves(std::move(saga)));
  }
  if (known == nullptr) return without_saga(message.payload);
  Saga saga = *known;
  const bool is_changed = std::visit(Transition{saga, limits_, now, decision}, message.payload);
  // A timer knows only the trace that the order's id gives, and a cook may bring another.
  if (!saga.traceparent.empty() || !is_derived(message.trace, saga.id)) {
    decision.trace = order_trace(saga.id, saga.traceparent);
  }
  if (is_changed) decision.saves(std::move(saga));
  return decision;
}

}  // namespace oms::coordinator
