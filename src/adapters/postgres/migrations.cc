#include "adapters/postgres/migrations.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "adapters/postgres/commit_plan.h"

namespace oms::postgres {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// How rows lie in tables. A version that lies them otherwise has another number.
constexpr std::int64_t layout_number = 1;

constexpr auto waits_for_another = 10min;
constexpr auto tries_again_after = 200ms;
constexpr int tries_max = 50;
constexpr std::int64_t rows_in_a_slice = 500;

constexpr auto own_tables =
    "create table if not exists store_layout (number int8 not null);"
    "insert into store_layout select 1 where not exists (select from store_layout);"
    "create table if not exists store_unfilled (table_name text primary key);"
    "create table if not exists runtime_writer (id text primary key, epoch int8 not null, "
    "number int8 not null, at timestamptz not null, declares text not null) "
    "with (fillfactor = 50)";

constexpr std::string_view here = "(select oid from pg_namespace where nspname = current_schema())";

class Migration {
 public:
  Migration(Connection& connection, RecordTypes types) : connection_(connection), types_(types) {}

  Result<void> check_server();
  Result<void> lock();
  Result<void> run();

 private:
  Result<Rows> ask(const std::string& sql, std::vector<std::string> parameters = {});
  Result<void> change(const std::string& sql);
  Result<void> read_catalog();
  Result<void> make_table(const RecordType& type);
  Result<void> make_indexes(const RecordType& type, bool is_new);
  Result<void> fill(const RecordType& type);
  Result<void> tidy();

  Connection& connection_;
  RecordTypes types_;
  std::map<std::string, std::map<std::string, std::string>> columns_;  // by table: name → type
  std::map<std::string, bool> indexes_;                                // name → whether it is whole
  std::set<std::string> wanted_indexes_;
};

Result<Rows> Migration::ask(const std::string& sql, std::vector<std::string> parameters) {
  OMS_CHECK(connection_.open());
  const Request request{sql, std::move(parameters)};
  auto answers = connection_.exchange({&request, 1});
  if (!answers) return std::unexpected(std::move(answers.error().error));
  return std::move(answers->front());
}

// Others hold their locks for moments only, and are not to queue up behind one that waits.
Result<void> Migration::change(const std::string& sql) {
  for (int tries = 1;; ++tries) {
    auto done = connection_.run(sql);
    if (done || done.error().kind != ErrorKind::conflict || tries == tries_max) return done;
    std::this_thread::sleep_for(tries_again_after);
  }
}

Result<void> Migration::check_server() {
  OMS_TRY(const auto rows,
          ask("select current_setting('synchronous_commit'), current_setting('fsync'), "
              "current_setting('server_encoding'), coalesce(current_schema()::text, '')"));
  const auto& name = connection_.target().name();
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorKind::invalid, fmt::format("PostgreSQL at {}: {}", name, why));
  };
  if (rows.text(0, 0) == "off") {
    return refuse("synchronous_commit is off, so that a power cut loses orders; set it to on");
  }
  if (rows.text(0, 2) != "UTF8") return refuse("the database's encoding is not UTF8");
  if (rows.text(0, 3).empty()) {
    return refuse("no schema of the search_path exists; create it, or name another in the URL");
  }
  if (rows.text(0, 1) != "on") {
    spdlog::warn("PostgreSQL at {}: fsync is off; a power cut loses orders", name);
  }
  return {};
}

// Tried again and again rather than waited for: who waits has a snapshot open, and an index is only
// built when those have gone.
Result<void> Migration::lock() {
  for (const auto begun = Clock::now();;) {
    OMS_TRY(const auto rows, ask("select pg_try_advisory_lock(hashtextextended('oms migration ' || "
                                 "current_schema(), 0))::int::int8"));
    if (rows.integer(0, 0) != 0) return {};
    if (Clock::now() - begun > waits_for_another) {
      return fail(ErrorKind::unavailable,
                  fmt::format("another process is still migrating the tables at {}",
                              connection_.target().name()));
    }
    std::this_thread::sleep_for(tries_again_after);
  }
}

Result<void> Migration::run() {
  OMS_CHECK(change("set statement_timeout = 0"));
  OMS_CHECK(change(own_tables));
  OMS_TRY(const auto layout, ask("select max(number) from store_layout"));
  if (const auto number = layout.integer(0, 0); number > layout_number) {
    return fail(ErrorKind::internal,
                fmt::format("the tables at {} have layout {}, of a newer version of this program; "
                            "this one knows {}: start that version",
                            connection_.target().name(), number, layout_number));
  }
  OMS_CHECK(read_catalog());
  for (const auto* type : types_) {
    if (!type->derived) OMS_CHECK(make_table(*type));
  }
  for (const auto* type : types_) {
    if (!type->derived) OMS_CHECK(fill(*type));
  }
  return tidy();
}

Result<void> Migration::read_catalog() {
  OMS_TRY(const auto columns,
          ask(fmt::format("select c.relname::text, a.attname::text, format_type(a.atttypid, null) "
                          "from pg_class c join pg_attribute a on a.attrelid = c.oid where "
                          "c.relnamespace = {} and c.relkind in ('r', 'p') and a.attnum > 0 and "
                          "not a.attisdropped",
                          here)));
  for (int row = 0; row < columns.count(); ++row) {
    columns_[std::string{columns.text(row, 0)}].emplace(columns.text(row, 1), columns.text(row, 2));
  }
  OMS_TRY(const auto indexes,
          ask(fmt::format("select c.relname::text, x.indisvalid::int::int8 from pg_class c join "
                          "pg_index x on x.indexrelid = c.oid where c.relnamespace = {} and not "
                          "x.indisprimary",
                          here)));
  for (int row = 0; row < indexes.count(); ++row) {
    indexes_.emplace(indexes.text(row, 0), indexes.integer(row, 1) != 0);
  }
  return {};
}

Result<void> Migration::make_table(const RecordType& type) {
  const auto found = columns_.find(std::string{type.table});
  if (found == columns_.end()) {
    OMS_CHECK(change(create_table(type)));
    return make_indexes(type, true);
  }
  for (const auto& column : type.columns) {
    const auto is = found->second.find(std::string{column.name});
    if (is != found->second.end() && is->second == type_of(column)) continue;
    OMS_CHECK(
        change(fmt::format("{}; insert into store_unfilled values ('{}') on conflict do "
                           "nothing",
                           add_column(type, column), type.table)));
  }
  return make_indexes(type, false);
}

// An index of a table in use is built beside what goes on, and is not whole if that was broken off.
Result<void> Migration::make_indexes(const RecordType& type, bool is_new) {
  for (const auto& index : indexes_of(type, types_)) {
    wanted_indexes_.insert(index.name);
    const auto found = indexes_.find(index.name);
    if (found != indexes_.end() && found->second) continue;
    if (found != indexes_.end()) {
      OMS_CHECK(change(fmt::format("drop index concurrently if exists {}", index.name)));
    }
    OMS_CHECK(change(fmt::format("create index {} {} {}", is_new ? "" : "concurrently", index.name,
                                 index.definition)));
  }
  return {};
}

// Columns repeat what the records say.
Result<void> Migration::fill(const RecordType& type) {
  OMS_TRY(const auto unfilled, ask("select table_name from store_unfilled where table_name = $1",
                                   {std::string{type.table}}));
  if (unfilled.count() == 0) return {};
  for (std::string after;;) {
    OMS_TRY(const auto rows, ask(rows_to_fill(type), {after, integer(rows_in_a_slice)}));
    if (rows.count() == 0) return {};
    Array ids{Array::Of::text};
    Array versions{Array::Of::integer};
    auto columns = column_arrays(type);
    for (int row = 0; row < rows.count(); ++row) {
      after = rows.text(row, 0);
      OMS_TRY(const auto record, type.decode(rows.text(row, 2)));
      ids.add(rows.text(row, 0));
      versions.add(rows.integer(row, 1));
      add_columns(type, record.get(), columns);
    }
    std::vector<std::string> parameters{std::move(ids).take(), std::move(versions).take()};
    for (auto& column : columns) parameters.push_back(std::move(column).take());
    OMS_CHECK(ask(fill_rows(type), std::move(parameters)));
  }
}

// A process that lives commits every few seconds, if only to keep its lease.
Result<void> Migration::tidy() {
  OMS_CHECK(change("delete from runtime_writer where at < now() - interval '1 day'"));
  OMS_TRY(const auto others, ask("select count(*) from runtime_writer where declares <> $1 and at "
                                 "> now() - interval '1 hour'",
                                 {digest_of(types_)}));
  if (others.integer(0, 0) > 0) return {};
  OMS_CHECK(change("delete from store_unfilled"));
  for (const auto& [name, is_whole] : indexes_) {
    const bool is_of_ours = std::ranges::any_of(types_, [&](const RecordType* type) {
      return !type->derived && name.starts_with(fmt::format("{}_by_", type->table));
    });
    if (!is_of_ours || wanted_indexes_.contains(name)) continue;
    OMS_CHECK(change(fmt::format("drop index concurrently if exists {}", name)));
  }
  return {};
}

}  // namespace

Result<void> migrate(Connection& connection, RecordTypes types) {
  OMS_CHECK(connection.open());
  Migration migration{connection, types};
  OMS_CHECK(migration.check_server());
  OMS_CHECK(migration.lock());
  auto done = migration.run();
  connection.close();  // and with it the lock
  return done;
}

}  // namespace oms::postgres
