#include "services/coordinator/records.h"

#include <algorithm>

#include "messages/define_record.h"

namespace oms::coordinator {
namespace {

// Schema 1: the order's life was all there was, and its run stood in the record itself.
Result<Saga> read_saga(std::string_view json) {
  OMS_TRY(Saga saga, read_record<Saga>(json));
  if (!saga.main.saga.empty()) return saga;
  OMS_TRY(saga.main, read_record<Run>(json));
  return saga;
}

bool is_live(const Saga& saga) {
  return saga.is_live();
}

}  // namespace

std::optional<Time> Saga::due() const {
  if (!change || !change->run.due) return main.due;
  return main.due ? std::min(main.due, change->run.due) : change->run.due;
}

const RecordType& record_type(const Saga*) {
  static const RecordType type = define_record<Saga, &read_saga>({
      .table = "coordinator_saga",
      .schema = 2,
      .columns = {column<&Saga::main, &Run::step>("step"),
                  column<&Saga::main, &Run::phase>("phase"), flag_column<Saga, is_live>("live")},
      .indexes = {{.column = "live", .only = Condition{"live", {"yes"}}}},
  });
  return type;
}

SagaView view(const Saga& saga) {
  return {.id = saga.id,
          .main = saga.main,
          .changes = saga.changes,
          .change = saga.change ? std::optional{saga.change->run} : std::nullopt,
          .is_live = saga.is_live(),
          .order_number = saga.order_number,
          .customer_id = saga.customer_id,
          .total = saga.total,
          .currency = saga.currency,
          .method = saga.method,
          .cancelled_for = saga.cancelled_for,
          .timeline = saga.timeline};
}

}  // namespace oms::coordinator
