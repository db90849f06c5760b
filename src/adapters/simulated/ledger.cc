#include "adapters/simulated/ledger.h"

#include <limits>

#include "adapters/simulated/rows.h"

namespace oms::simulated {

namespace {

// Ids are time-ordered, so that new rows go to the end of each table. `open_session` and `webhook`
// are what is still to do, in the order of their time; both stay small.
constexpr const char* schema = R"(
create table session (
  id blob primary key,
  secret integer not null,
  amount integer not null,
  currency text not null,
  customer_id text not null,
  created_at integer not null,
  expires_at integer not null,
  description text not null
) strict, without rowid;

create table entry (
  session blob not null,
  number integer not null,
  kind text not null,
  amount integer not null,
  at integer not null,
  key text not null,
  card text not null,
  primary key (session, number),
  check ((number = 0) = (kind in ('charge', 'expiry')))
) strict, without rowid;

create table open_session (
  expires_at integer not null,
  session blob not null,
  primary key (expires_at, session)
) strict, without rowid;

create table webhook (
  due integer not null,
  session blob not null,
  number integer not null,
  attempt integer not null,
  primary key (due, session, number)
) strict, without rowid;

)";

// Version 2: an order may have several sessions, of which the first has its id; and what a session
// was asked for over HTTP.
constexpr const char* several_sessions = R"(
alter table session add column order_id blob;
alter table session add column key text not null default '';
alter table session add column terms text not null default '';
create index session_of_order on session (order_id) where order_id is not null;
drop view if exists session_state;
create view session_state as
select 'cs_test_' || lower(hex(s.id)) || printf('%016x', s.secret) as id,
       case when max(e.kind in ('charge', 'late_charge')) then 'complete'
            when max(e.kind = 'expiry') then 'expired' else 'open' end as status,
       s.amount, s.currency,
       coalesce(sum(e.amount) filter (where e.kind in ('charge', 'late_charge')), 0) as captured,
       coalesce(sum(iif(e.kind = 'refund', e.amount, -e.amount))
                filter (where e.kind in ('refund', 'refund_failed')), 0) as refunded,
       coalesce(sum(iif(e.kind = 'dispute', e.amount, -e.amount))
                filter (where e.kind in ('dispute', 'dispute_won')), 0) as disputed,
       count(*) filter (where e.kind = 'decline') as declines,
       s.customer_id, s.description, s.created_at, s.expires_at
from session s left join entry e on e.session = s.id group by s.id;
)";

constexpr std::int64_t schema_version = 2;
constexpr int log_pages_max = 2048;  // 8 MB

// The session's columns, and then the entry's.
Event read_event(const Statement::Row& row) {
  auto session = read_session(row);
  auto entry = read_entry(row, session.id, session_width);
  constexpr int next = session_width + entry_width;
  return {.session = std::move(session),
          .entry = std::move(entry),
          .due = row.time(next),
          .attempt = row.integer(next + 1)};
}

std::optional<Time> first_time(Statement::Row&& row) {
  if (!row.next()) return std::nullopt;
  return row.time(0);
}

// One transaction, so that a crash leaves no half a ledger.
void set_up(sqlite::Connection& connection) {
  const auto version = or_throw(connection.ask_integer("pragma user_version"));
  if (version == schema_version) return;
  if (version > schema_version) {
    throw SqlError{{ErrorKind::unavailable, "the provider's ledger is of a newer version"}};
  }
  or_throw(connection.run("begin immediate"));
  if (version == 0) or_throw(connection.run(schema));
  or_throw(connection.run(several_sessions));
  or_throw(connection.run("pragma user_version=" + std::to_string(schema_version)));
  or_throw(connection.run("commit"));
}

}  // namespace

Ledger::Ledger(const std::string& path)
    : connection_(or_throw(sqlite::Connection::open(path, sqlite::Access::create))) {
  connection_.set_busy_timeout(std::chrono::seconds{2});
  // Every transaction reaches the disk before it is answered. This connection alone checkpoints,
  // between its transactions: older SQLite can spoil a log that two connections work on.
  or_throw(
      connection_.run("pragma journal_mode=wal; pragma synchronous=full; pragma mmap_size=0;"
                      "pragma cache_size=-16384; pragma temp_store=memory;"));
  connection_.count_log_pages(log_pages_);
  set_up(connection_);
  const auto prepare = [this](std::string_view sql) {
    return simulated::prepare(connection_, sql);
  };
  begin_ = prepare("begin immediate");
  commit_ = prepare("commit");
  add_session_ = prepare(
      "insert into session values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing");
  add_open_ = prepare("insert into open_session values (?, ?)");
  const auto sessions = "select " + std::string{session_columns} + " from session s";
  find_ = prepare(sessions + " where s.id = ?");
  of_order_ = prepare(sessions + " where s.id = ?1 and s.order_id is null union all " + sessions +
                      " where s.order_id = ?1 order by created_at, id");
  between_ = prepare(sessions + " where s.id >= ? and s.id < ? order by s.id desc limit ?");
  description_ = prepare("select description from session where id = ?");
  entries_ = prepare("select " + std::string{entry_columns} +
                     " from entry e where session = ? order by number");
  remove_open_ = prepare("delete from open_session where expires_at = ? and session = ?");
  add_entry_ = prepare("insert into entry values (?, ?, ?, ?, ?, ?, ?)");
  refund_ = prepare("select " + std::string{entry_columns} +
                    " from entry e where session = ? and number > 0 and kind = 'refund' and key = ?"
                    " order by number desc");
  overdue_ = prepare("select " + std::string{session_columns} +
                     " from open_session o join session s on s.id = o.session"
                     " where o.expires_at <= ? order by o.expires_at limit ?");
  next_expiry_ = prepare("select expires_at from open_session order by expires_at limit 1");
  add_event_ = prepare("insert into webhook values (?, ?, ?, ?)");
  remove_event_ = prepare("delete from webhook where due = ? and session = ? and number = ?");
  untold_ = prepare("select " + std::string{session_columns} + ", " + std::string{entry_columns} +
                    ", w.due, w.attempt"
                    " from webhook w join entry e on e.session = w.session and e.number = w.number"
                    " join session s on s.id = w.session where w.due <= ? order by w.due limit ?");
  hurry_ = prepare("update or replace webhook set due = ? where due > ?");
  next_untold_ = prepare("select due from webhook where due > ? order by due limit 1");
}

void Ledger::begin() {
  begin_.change();
}

void Ledger::commit() {
  commit_.change();
}

void Ledger::roll_back() noexcept {
  // If even this fails, SQLite does it by itself when the file is opened again.
  if (connection_.in_transaction()) (void)connection_.run("rollback");
}

void Ledger::tidy() {
  if (log_pages_ < tidied_at_) tidied_at_ = 0;  // it has started over
  if (log_pages_ < tidied_at_ + log_pages_max) return;
  const auto done = connection_.checkpoint();
  if (!done && done.error().kind == ErrorKind::internal) throw SqlError{done.error()};
  tidied_at_ = log_pages_;
}

bool Ledger::open(const Session& session, std::string_view description) {
  const bool has_own_id = session.order_id != session.id;
  if (add_session_.change(
          session.id, session.secret, session.amount, std::string_view{session.currency},
          std::string_view{session.customer_id}, session.created_at, session.expires_at,
          description, has_own_id ? std::optional{session.order_id} : std::nullopt,
          std::string_view{session.key}, std::string_view{terms_text(session)}) == 0) {
    return false;
  }
  add_open_.change(session.expires_at, session.id);
  return true;
}

std::optional<Session> Ledger::find(const Id& id) {
  auto row = find_.run(id);
  if (!row.next()) return std::nullopt;
  return read_session(row);
}

std::vector<Session> Ledger::sessions_of(const Id& order_id) {
  std::vector<Session> found;
  for (auto row = of_order_.run(order_id); row.next();) found.push_back(read_session(row));
  return found;
}

std::vector<Session> Ledger::sessions_between(const Id& from, const Id& below, std::int64_t limit) {
  std::vector<Session> found;
  for (auto row = between_.run(from, below, limit); row.next();) {
    found.push_back(read_session(row));
  }
  return found;
}

std::string Ledger::description(const Id& id) {
  auto row = description_.run(id);
  return row.next() ? std::string{row.text(0)} : std::string{};
}

std::vector<Entry> Ledger::entries(const Id& id) {
  std::vector<Entry> found;
  for (auto row = entries_.run(id); row.next();) found.push_back(read_entry(row, id, 0));
  return found;
}

Standing Ledger::standing(const Id& id) {
  return standing_at(id, std::numeric_limits<std::int64_t>::max());
}

Standing Ledger::standing_at(const Id& id, std::int64_t number) {
  Standing standing;
  for (auto row = entries_.run(id); row.next();) {
    const auto entry = read_entry(row, id, 0);
    if (entry.number <= number) standing.count(entry.number, entry.kind, entry.amount);
  }
  return standing;
}

bool Ledger::close(const Session& session, const Entry& entry) {
  if (remove_open_.change(session.expires_at, session.id) == 0) return false;
  add(entry);
  return true;
}

void Ledger::add(const Entry& entry) {
  add_entry_.change(entry.session_id, entry.number, to_text(entry.kind), entry.amount, entry.at,
                    std::string_view{entry.key}, std::string_view{entry.detail});
}

std::optional<Entry> Ledger::refund_with(const Id& id, std::string_view key) {
  auto row = refund_.run(id, key);
  if (!row.next()) return std::nullopt;
  return read_entry(row, id, 0);
}

std::vector<Session> Ledger::overdue(Time now, std::int64_t limit) {
  std::vector<Session> found;
  for (auto row = overdue_.run(now, limit); row.next();) found.push_back(read_session(row));
  return found;
}

std::optional<Time> Ledger::next_expiry() {
  return first_time(next_expiry_.run());
}

void Ledger::tell(const Event& event) {
  add_event_.change(event.due, event.session.id, event.entry.number, event.attempt);
}

void Ledger::told(const Event& event) {
  remove_event_.change(event.due, event.session.id, event.entry.number);
}

std::vector<Event> Ledger::untold(Time now, std::int64_t limit) {
  std::vector<Event> found;
  for (auto row = untold_.run(now, limit); row.next();) found.push_back(read_event(row));
  for (auto& event : found) event.standing = standing_at(event.session.id, event.entry.number);
  return found;
}

void Ledger::hurry(Time now, Time latest) {
  hurry_.change(now, latest);
}

std::optional<Time> Ledger::next_untold(Time now) {
  return first_time(next_untold_.run(now));
}

}  // namespace oms::simulated
