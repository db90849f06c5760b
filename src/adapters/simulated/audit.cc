#include "adapters/simulated/audit.h"

#include <vector>

#include "adapters/simulated/sql.h"

namespace oms {
namespace {

using simulated::Statement;

// A reader that stays long keeps the log from being cut back.
constexpr std::int64_t slice_size = 1000;

constexpr std::string_view slice =
    "select s.id, s.amount, s.currency, s.created_at,"
    " coalesce(sum(e.amount) filter (where e.kind = 'charge'), 0),"
    " coalesce(sum(e.amount) filter (where e.kind = 'refund'), 0),"
    " count(*) filter (where e.kind = 'charge'), count(*) filter (where e.kind = 'expiry')"
    " from (select * from session where id > ? order by id limit ?) s"
    " left join entry e on e.session = s.id group by s.id order by s.id";

SessionAudit read(const Statement::Row& row) {
  SessionAudit audit{.order_id = row.id(0),
                     .amount = row.integer(1),
                     .currency = std::string{row.text(2)},
                     .captured = row.integer(4),
                     .refunded = row.integer(5),
                     .charges = row.integer(6),
                     .created_at = row.time(3)};
  if (audit.charges > 0) {
    audit.status = SessionAudit::Status::complete;
  } else if (row.integer(7) > 0) {
    audit.status = SessionAudit::Status::expired;
  }
  return audit;
}

std::vector<SessionAudit> read_slice(Statement& statement, const Id& after) {
  std::vector<SessionAudit> sessions;
  for (auto row = statement.run(after, slice_size); row.next();) sessions.push_back(read(row));
  return sessions;
}

}  // namespace

Result<void> for_each_session(const std::string& path,
                              const std::function<void(const SessionAudit&)>& visit) {
  try {
    auto connection =
        simulated::or_throw(sqlite::Connection::open(path, sqlite::Access::read_only));
    connection.set_busy_timeout(std::chrono::seconds{2});
    auto statement = simulated::prepare(connection, slice);
    Id after;
    while (true) {
      const auto sessions = read_slice(statement, after);
      if (sessions.empty()) return {};
      for (const auto& session : sessions) visit(session);
      after = sessions.back().order_id;
    }
  } catch (const simulated::SqlError& failure) {
    return fail(ErrorKind::unavailable, failure.what());
  }
}

}  // namespace oms
