#include "services/coordinator/records.h"

#include "messages/define_record.h"

namespace oms::coordinator {

const RecordType& record_type(const Saga*) {
  static const RecordType type = define_record<Saga>({
      .table = "coordinator_saga",
      .columns = {column<&Saga::step>("step"), column<&Saga::phase>("phase")},
  });
  return type;
}

}  // namespace oms::coordinator
