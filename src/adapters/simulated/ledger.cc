#include "adapters/simulated/ledger.h"

#include <array>
#include <charconv>

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

create view session_state as
select 'cs_test_' || lower(hex(s.id)) || printf('%016x', s.secret) as id,
       case max(e.number = 0) when 1 then iif(max(e.kind = 'charge'), 'complete', 'expired')
            else 'open' end as status,
       s.amount, s.currency,
       coalesce(sum(e.amount) filter (where e.kind = 'charge'), 0) as captured,
       coalesce(sum(e.amount) filter (where e.kind = 'refund'), 0) as refunded,
       count(*) filter (where e.kind = 'decline') as declines,
       s.customer_id, s.description, s.created_at, s.expires_at
from session s left join entry e on e.session = s.id group by s.id;
)";

constexpr std::int64_t schema_version = 1;
constexpr int log_pages_max = 2048;  // 8 MB

constexpr std::string_view session_prefix = "cs_test_";
constexpr std::size_t secret_size = 16;

constexpr std::array<std::string_view, 4> kind_names{"charge", "expiry", "decline", "refund"};

EntryKind kind_of(std::string_view text) {
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (kind_names[i] == text) return static_cast<EntryKind>(i);
  }
  throw SqlError{"the ledger holds an entry of an unknown kind", true};
}

Session read_session(const Statement::Row& row) {
  return {.order_id = row.id(0),
          .secret = row.integer(1),
          .amount = row.integer(2),
          .currency = std::string{row.text(3)},
          .customer_id = std::string{row.text(4)},
          .created_at = row.time(5),
          .expires_at = row.time(6)};
}

std::optional<Time> first_time(Statement::Row&& row) {
  if (!row.next()) return std::nullopt;
  return row.time(0);
}

// One transaction, so that a crash leaves no half a ledger.
void set_up(Database& database) {
  const auto version = [&] {
    auto statement = database.prepare("pragma user_version");
    auto row = statement.run();
    row.next();
    return row.integer(0);
  }();
  if (version == schema_version) return;
  if (version != 0) throw SqlError{"the provider's ledger is of another version", false};
  database.execute("begin immediate");
  database.execute(schema);
  database.execute(("pragma user_version=" + std::to_string(schema_version)).c_str());
  database.execute("commit");
}

void count(Standing& standing, EntryKind kind, MinorUnits amount) {
  switch (kind) {
    case EntryKind::charge:
      standing.status = Standing::Status::complete;
      standing.captured += amount;
      break;
    case EntryKind::expiry:
      standing.status = Standing::Status::expired;
      break;
    case EntryKind::decline:
      ++standing.declines;
      break;
    case EntryKind::refund:
      standing.refunded += amount;
  }
}

}  // namespace

std::string_view to_text(EntryKind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

std::string SessionName::text() const {
  std::string text(session_prefix.size() + Id::text_size + secret_size, '0');
  session_prefix.copy(text.data(), session_prefix.size());
  order_id.write(text.data() + session_prefix.size());
  auto bits = static_cast<std::uint64_t>(secret);
  for (auto at = text.rbegin(); bits != 0; bits >>= 4) *at++ = "0123456789abcdef"[bits & 15];
  return text;
}

std::optional<SessionName> SessionName::parse(std::string_view text) {
  if (!text.starts_with(session_prefix)) return std::nullopt;
  text.remove_prefix(session_prefix.size());
  const auto order_id = Id::parse(text.substr(0, Id::text_size));
  if (!order_id || text.size() != Id::text_size + secret_size) return std::nullopt;
  text.remove_prefix(Id::text_size);
  std::uint64_t secret = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), secret, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return SessionName{*order_id, static_cast<std::int64_t>(secret)};
}

Ledger::Ledger(const std::string& path) : database_(path, Database::Access::write) {
  set_up(database_);
  const auto prepare = [this](std::string_view sql) { return database_.prepare(sql); };
  begin_ = prepare("begin immediate");
  commit_ = prepare("commit");
  add_session_ =
      prepare("insert into session values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing");
  add_open_ = prepare("insert into open_session values (?, ?)");
  find_ = prepare(
      "select id, secret, amount, currency, customer_id, created_at, expires_at from session"
      " where id = ?");
  description_ = prepare("select description from session where id = ?");
  entries_ = prepare("select number, kind, amount from entry where session = ? order by number");
  remove_open_ = prepare("delete from open_session where expires_at = ? and session = ?");
  add_entry_ = prepare("insert into entry values (?, ?, ?, ?, ?, ?, ?)");
  refund_ = prepare(
      "select amount from entry where session = ? and number > 0 and kind = 'refund' and key = ?");
  overdue_ = prepare(
      "select s.id, secret, amount, currency, customer_id, created_at, s.expires_at"
      " from open_session o join session s on s.id = o.session"
      " where o.expires_at <= ? order by o.expires_at limit ?");
  next_expiry_ = prepare("select expires_at from open_session order by expires_at limit 1");
  add_event_ = prepare("insert into webhook values (?, ?, ?, ?)");
  remove_event_ = prepare("delete from webhook where due = ? and session = ? and number = ?");
  untold_ = prepare(
      "select w.session, s.secret, w.number, e.kind, s.amount,"
      " case e.kind when 'refund' then (select sum(r.amount) from entry r where"
      "  r.session = e.session and r.number <= e.number and r.kind = 'refund') else 0 end,"
      " s.currency, e.at, w.due, w.attempt, e.card"
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
  database_.roll_back();
}

void Ledger::tidy() {
  const int pages = database_.log_pages();
  if (pages < tidied_at_) tidied_at_ = 0;  // the log has started over
  if (pages < tidied_at_ + log_pages_max) return;
  database_.checkpoint();
  tidied_at_ = pages;
}

bool Ledger::open(const Session& session, std::string_view description) {
  if (add_session_.change(session.order_id, session.secret, session.amount,
                          std::string_view{session.currency}, std::string_view{session.customer_id},
                          session.created_at, session.expires_at, description) == 0) {
    return false;
  }
  add_open_.change(session.expires_at, session.order_id);
  return true;
}

std::optional<Session> Ledger::find(const Id& order_id) {
  auto row = find_.run(order_id);
  if (!row.next()) return std::nullopt;
  return read_session(row);
}

std::string Ledger::description(const Id& order_id) {
  auto row = description_.run(order_id);
  return row.next() ? std::string{row.text(0)} : std::string{};
}

Standing Ledger::standing(const Id& order_id) {
  Standing standing;
  for (auto row = entries_.run(order_id); row.next();) {
    standing.next_number = row.integer(0) + 1;
    count(standing, kind_of(row.text(1)), row.integer(2));
  }
  return standing;
}

bool Ledger::close(const Session& session, const Entry& entry) {
  if (remove_open_.change(session.expires_at, session.order_id) == 0) return false;
  add(entry);
  return true;
}

void Ledger::add(const Entry& entry) {
  add_entry_.change(entry.order_id, entry.number, to_text(entry.kind), entry.amount, entry.at,
                    std::string_view{entry.key}, std::string_view{entry.card});
}

std::optional<MinorUnits> Ledger::refund_with(const Id& order_id, std::string_view key) {
  auto row = refund_.run(order_id, key);
  if (!row.next()) return std::nullopt;
  return row.integer(0);
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
  add_event_.change(event.due, event.order_id, event.number, event.attempt);
}

void Ledger::told(const Event& event) {
  remove_event_.change(event.due, event.order_id, event.number);
}

std::vector<Event> Ledger::untold(Time now, std::int64_t limit) {
  std::vector<Event> found;
  for (auto row = untold_.run(now, limit); row.next();) {
    found.push_back({.order_id = row.id(0),
                     .secret = row.integer(1),
                     .number = row.integer(2),
                     .kind = kind_of(row.text(3)),
                     .amount = row.integer(4),
                     .refunded = row.integer(5),
                     .currency = std::string{row.text(6)},
                     .card = std::string{row.text(10)},
                     .at = row.time(7),
                     .due = row.time(8),
                     .attempt = row.integer(9)});
  }
  return found;
}

void Ledger::hurry(Time now, Time latest) {
  hurry_.change(now, latest);
}

std::optional<Time> Ledger::next_untold(Time now) {
  return first_time(next_untold_.run(now));
}

}  // namespace oms::simulated
