#include "adapters/simulated/audit.h"

#include <string>
#include <vector>

#include "adapters/simulated/sql.h"

namespace oms {
namespace {

using simulated::Statement;

// A reader that stays long keeps the log from being cut back.
constexpr std::int64_t slice_size = 1000;

constexpr std::string_view columns =
    "select s.id, s.amount, s.currency, s.created_at,"
    " coalesce(sum(e.amount) filter (where e.kind in ('charge', 'late_charge')), 0),"
    " coalesce(sum(iif(e.kind = 'refund', e.amount, -e.amount))"
    " filter (where e.kind in ('refund', 'refund_failed')), 0),"
    " count(*) filter (where e.kind in ('charge', 'late_charge')),"
    " count(*) filter (where e.kind = 'expiry')"
    " from (select * from session where ";
constexpr std::string_view with_entries = ") s left join entry e on e.session = s.id group by s.id";

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

// The same order's next session.
SessionAudit followed_by(const SessionAudit& last, SessionAudit next) {
  next.order_id = last.order_id;
  next.closed_captured = last.closed_captured + last.captured;
  next.closed_refunded = last.closed_refunded + last.refunded;
  return next;
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
    // An order's first session has its id.
    auto slice = simulated::prepare(
        connection, std::string{columns} + "id > ? and order_id is null order by id limit ?" +
                        std::string{with_entries} + " order by s.id");
    auto rest = simulated::prepare(connection, std::string{columns} + "order_id = ?" +
                                                   std::string{with_entries} +
                                                   " order by s.created_at, s.id");
    Id after;
    while (true) {
      const auto sessions = read_slice(slice, after);
      if (sessions.empty()) return {};
      for (auto session : sessions) {
        for (auto row = rest.run(session.order_id); row.next();) {
          session = followed_by(session, read(row));
        }
        visit(session);
      }
      after = sessions.back().order_id;
    }
  } catch (const simulated::SqlError& failure) {
    return fail(ErrorKind::unavailable, failure.what());
  }
}

}  // namespace oms
