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
          .traceparent = traceparent_to_keep(message.trace, message.order_id)};
}

bool go_on(RunTransition main, const Message& message) {
  if (const auto* answer = std::get_if<StepAnswer>(&message.payload)) {
    return answer->ref.run == 0 && main.on(*answer);
  }
  if (const auto* cancel = std::get_if<CancelSaga>(&message.payload)) return main.on(*cancel);
  if (std::holds_alternative<WakeUp>(message.payload)) return main.on_wake_up();
  throw std::runtime_error("the coordinator does not take this message");
}

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
  if (known == nullptr) {
    // Payments cancels what the provider has refunded, perhaps long after the order was over.
    if (std::holds_alternative<CancelSaga>(message.payload)) return {};
    throw std::runtime_error("there is no saga for this order");
  }
  Saga saga = *known;
  const bool is_changed = go_on({saga, 0, table_of(saga.main), limits_, now, decision}, message);
  // A timer knows only the trace that the order's id gives, and a cook may bring another.
  if (!saga.traceparent.empty() || !is_derived(message.trace, saga.id)) {
    decision.trace = order_trace(saga.id, saga.traceparent);
  }
  if (is_changed) decision.saves(std::move(saga));
  return decision;
}

}  // namespace oms::coordinator
