#include "services/kitchen/records.h"

#include "messages/define_record.h"

namespace oms::kitchen {

const RecordType& record_type(const Ticket*) {
  static const RecordType type = define_record<Ticket>({
      .table = "kitchen_ticket",
      .schema = 2,  // 1 could not be held
      .columns = {column<&Ticket::status>("status")},
      .indexes = {{.column = "status",
                   .only = Condition{"status", {"waiting", "preparing", "held"}}}},
  });
  return type;
}

const RecordType& record_type(const Board*) {
  static const RecordType type = define_record<Board>({
      .table = "kitchen_board",
      .schema = 2,  // 1 would begin a ticket that is held
  });
  return type;
}

}  // namespace oms::kitchen
