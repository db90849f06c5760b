#include "adapters/simulated/api_book.h"

#include <charconv>

#include "adapters/simulated/core.h"
#include "adapters/simulated/rows.h"

namespace oms::simulated {
namespace {

constexpr const char* schema = R"(
create table if not exists idempotency_key (
  key text primary key,
  at integer not null,
  fingerprint text not null,
  status integer not null,
  body text not null
) strict, without rowid;
create index if not exists idempotency_key_by_time on idempotency_key (at);
create index if not exists entry_by_time on entry (at, session, number);
create index if not exists session_by_time on session (created_at, id);
)";

constexpr std::int64_t forgotten_at_once = 64;

Event read_event(const Statement::Row& row) {
  auto session = read_session(row);
  auto entry = read_entry(row, session.id, session_width);
  return {.session = std::move(session), .entry = std::move(entry)};
}

}  // namespace

ApiBook::ApiBook(Ledger& ledger) : ledger_(ledger) {
  auto& connection = ledger.connection();
  or_throw(connection.run(schema));
  const auto prepare = [&](std::string_view sql) { return simulated::prepare(connection, sql); };
  answer_ =
      prepare("select fingerprint, status, body from idempotency_key where key = ? and at > ?");
  remember_ = prepare("insert or replace into idempotency_key values (?, ?, ?, ?, ?)");
  forget_ = prepare(
      "delete from idempotency_key where key in"
      " (select key from idempotency_key where at <= ? order by at limit ?)");
  const auto sessions = "select " + std::string{session_columns} + " from session s where ";
  sessions_ = prepare(sessions +
                      "(s.created_at, s.id) < (?, ?) and s.created_at >= ?"
                      " order by s.created_at desc, s.id desc limit ?");
  const auto events = "select " + std::string{session_columns} + ", " + std::string{entry_columns} +
                      " from entry e join session s on s.id = e.session where ";
  entries_ = prepare(events +
                     "(e.at, e.session, e.number) < (?, ?, ?) and e.at >= ?"
                     " order by e.at desc, e.session desc, e.number desc limit ?");
  entry_ = prepare(events + "e.session = ? and e.number = ?");
}

std::optional<ApiBook::Answered> ApiBook::answer_to(std::string_view key, Time now) {
  auto row = answer_.run(key, now - key_lifetime);
  if (!row.next()) return std::nullopt;
  return Answered{std::string{row.text(0)}, static_cast<int>(row.integer(1)),
                  std::string{row.text(2)}};
}

void ApiBook::remember(std::string_view key, const Answered& answered, Time now) {
  remember_.change(key, now, std::string_view{answered.fingerprint}, std::int64_t{answered.status},
                   std::string_view{answered.body});
  forget_.change(now - key_lifetime, forgotten_at_once);
}

std::vector<Session> ApiBook::sessions(const SessionsWanted& wanted) {
  std::vector<Session> found;
  for (auto row = sessions_.run(wanted.until, wanted.below, wanted.since, wanted.limit);
       row.next();) {
    found.push_back(read_session(row));
  }
  return found;
}

std::vector<Event> ApiBook::entries(const EntriesWanted& wanted) {
  std::vector<Event> found;
  const auto& below = wanted.below;
  for (auto row =
           entries_.run(below.at, below.session_id, below.number, wanted.since, wanted.limit);
       row.next();) {
    found.push_back(read_event(row));
  }
  for (auto& event : found) {
    event.standing = ledger_.standing_at(event.session.id, event.entry.number);
  }
  return found;
}

std::optional<Event> ApiBook::entry_named(std::string_view name) {
  const auto last = name.rfind('_');
  if (last == std::string_view::npos || last < Id::text_size) return std::nullopt;
  const auto session_id = Id::parse(name.substr(last - Id::text_size, Id::text_size));
  std::int64_t number = 0;
  const auto text = name.substr(last + 1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!session_id || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  auto row = entry_.run(*session_id, number);
  if (!row.next()) return std::nullopt;
  auto event = read_event(row);
  event.standing = ledger_.standing_at(event.session.id, number);
  return event;
}

}  // namespace oms::simulated
