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
                  column<&Saga::main, &Run::phase>("phase")},
  });
  return type;
}

}  // namespace oms::coordinator
