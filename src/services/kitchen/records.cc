#include "services/kitchen/records.h"

#include "messages/define_record.h"

namespace oms::kitchen {

const RecordType& record_type(const Ticket*) {
  static const RecordType type = define_record<Ticket>({
      .table = "kitchen_ticket",
      .columns = {column<&Ticket::status>("status")},
      .indexes = {{.column = "status", .only = Condition{"status", {"waiting", "preparing"}}}},
  });
  return type;
}

const RecordType& record_type(const Board*) {
  static const RecordType type = define_record<Board>({.table = "kitchen_board"});
  return type;
}

}  // namespace oms::kitchen
