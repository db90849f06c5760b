#include "services/payments/records.h"

#include "messages/define_record.h"

namespace oms::payments {

const RecordType& record_type(const Payment*) {
  static const RecordType type = define_record<Payment>({
      .table = "payments_payment",
      .columns = {column<&Payment::status>("status"), column<&Payment::captured>("captured"),
                  column<&Payment::refunded>("refunded")},
  });
  return type;
}

}  // namespace oms::payments
