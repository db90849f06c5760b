#include "adapters/sqlite/migrations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <map>
#include <ranges>

#include "adapters/sqlite/layout.h"
#include "adapters/sqlite/row_writer.h"

namespace oms::sqlite {
namespace {

using Schema = std::map<std::string, std::string, std::less<>>;  // name → SQL

Result<Schema> read_schema(Connection& connection, std::string_view kind) {
  OMS_TRY(Statement select,
          connection.prepare("select name, sql from sqlite_schema where type = ?1 "
                             "and sql is not null"));
  select.bind(1, kind);
  Schema schema;
  for (;;) {
    const auto step = select.step();
    if (step == Statement::Step::done) return schema;
    if (step != Statement::Step::row) return std::unexpected(connection.error("reading schema"));
    schema.emplace(select.text(0), select.text(1));
  }
}

// Promoted columns repeat what the JSON says, so they can always be filled from it again.
Result<void> fill_columns(Connection& connection, const RecordType& type, std::string_view from) {
  const auto set = set_columns(type);
  if (set.empty()) return {};
  OMS_TRY(Statement write, connection.prepare(set));
  OMS_TRY(Statement rows, connection.prepare(fmt::format("select id, schema, data from {}", from)));
  for (;;) {
    const auto step = rows.step();
    if (step == Statement::Step::done) return {};
    if (step != Statement::Step::row) return std::unexpected(connection.error("reading records"));
    if (rows.integer(1) > type.schema) {
      return fail(ErrorKind::internal, fmt::format("{} {} was written by a newer version of this "
                                                   "program",
                                                   type.table, rows.text(0)));
    }
    OMS_TRY(const auto record, type.decode(rows.text(2)));
    const Run run{write};
    bind_columns(write, type, record.get(), ChangedColumns{}.set());
    write.bind(Parameter::id, rows.text(0));
    if (write.step() != Statement::Step::done) {
      return std::unexpected(connection.error("filling columns"));
    }
  }
}

// A table whose promoted columns are not the declared ones is written again.
Result<void> rebuild_table(Connection& connection, const RecordType& type) {
  const auto old = fmt::format("{}_old", type.table);
  OMS_CHECK(connection.run(fmt::format("alter table {} rename to {}", type.table, old)));
  OMS_CHECK(connection.run(create_table(type)));
  OMS_CHECK(connection.run(copy_rows(type, old)));
  OMS_CHECK(fill_columns(connection, type, old));
  OMS_CHECK(connection.run(fmt::format("drop table {}", old)));
  // What was gathered may have been read from the records in another way.
  for (const auto& index : type.indexes) {
    if (index.is_buffered) OMS_CHECK(connection.run(drop_gathered(gathered_table(type, index))));
  }
  return {};
}

Result<void> make_tables(Connection& connection, RecordTypes types) {
  OMS_TRY(const Schema tables, read_schema(connection, "table"));
  for (const auto* type : types) {
    if (type->derived) continue;
    const auto sql = create_table(*type);
    const auto found = tables.find(type->table);
    if (found == tables.end()) {
      OMS_CHECK(connection.run(sql));
    } else if (found->second != sql) {
      OMS_CHECK(rebuild_table(connection, *type));
    }
  }
  return {};
}

// Makes them, and writes to them what was only gathered when the last process ended. One that is
// not declared any more goes, because it would not be written to.
Result<void> renew_gathered(Connection& connection, RecordTypes types) {
  OMS_TRY(Schema tables, read_schema(connection, "table"));
  for (const auto* type : types) {
    for (const auto& index : type->indexes) {
      if (!index.is_buffered) continue;
      if (tables.erase(gathered_table(*type, index)) > 0) {
        OMS_CHECK(connection.run(complete_gathered(*type, index)));
      } else {
        OMS_CHECK(connection.run(create_gathered(*type, index)));
        OMS_CHECK(connection.run(fill_gathered(*type, index)));
      }
    }
  }
  for (const auto& table : std::views::keys(tables)) {
    const bool is_left = std::ranges::any_of(
        types, [&](const RecordType* type) { return table.starts_with(gathered_prefix(*type)); });
    if (is_left) OMS_CHECK(connection.run(drop_gathered(table)));
  }
  return {};
}

// Indexes hold nothing of their own, so they are simply made to be as declared.
Result<void> renew_indexes(Connection& connection, RecordTypes types) {
  OMS_TRY(const Schema indexes, read_schema(connection, "index"));
  Schema declared;
  for (const auto* type : types) {
    if (type->derived) continue;
    for (auto& index : create_indexes(*type)) declared.emplace(index.name, index.sql);
  }
  for (const auto& [name, sql] : indexes) {
    const auto found = declared.find(name);
    if (found != declared.end() && found->second == sql) {
      declared.erase(found);
      continue;
    }
    const std::string_view index = name;
    const bool ours = std::ranges::any_of(types, [index](const RecordType* type) {
      return index.starts_with(fmt::format("{}_by_", type->table));
    });
    if (ours) OMS_CHECK(connection.run("drop index " + name));
  }
  for (const auto& [name, sql] : declared) OMS_CHECK(connection.run(sql));
  return {};
}

Result<void> make_gathered_since(Connection& connection, RecordTypes) {
  return connection.run(std::string{create_gathered_since()});
}

constexpr std::array all_migrations{
    Migration{1, "a table for each record type", &make_tables},
    Migration{2, "gathered indexes, which older programs would not write to", &make_gathered_since},
};

std::uint32_t big_endian(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

Result<void> refuse_newer(std::int64_t version, std::string_view path) {
  const auto newest = migrations().back().number;
  if (version <= newest) return {};
  return fail(ErrorKind::internal,
              fmt::format("{} was written by a newer version of this program (layout {}; this one "
                          "knows {})",
                          path, version, newest));
}

// In one transaction: a migration that fails leaves the file as it was.
template <class Work>
Result<void> in_transaction(Connection& connection, Work work) {
  OMS_CHECK(connection.run("begin immediate"));
  Result<void> done = work();
  if (done) done = connection.run("commit");
  if (done || !connection.in_transaction()) return done;
  // The error that counts is the first one, whatever becomes of the rollback.
  const auto undone = connection.run("rollback");
  return undone ? done : std::unexpected(done.error());
}

// The header's fields are written before the file goes over to write-ahead logging, so that they
// are in the file itself from its first byte on, where `check_header` looks.
Result<void> write_header(Connection& connection) {
  OMS_CHECK(connection.run(fmt::format("pragma page_size = {}", page_size)));
  OMS_CHECK(connection.run("pragma auto_vacuum = none"));
  return connection.run(fmt::format("pragma application_id = {}", application_id));
}

}  // namespace

std::span<const Migration> migrations() {
  return all_migrations;
}

Result<void> check_header(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return {};
  std::array<char, 100> header{};
  file.read(header.data(), header.size());
  if (file.gcount() == 0) return {};
  constexpr std::string_view magic{"SQLite format 3\0", 16};
  if (file.gcount() < static_cast<std::streamsize>(header.size()) ||
      std::string_view{header.data(), magic.size()} != magic) {
    return fail(ErrorKind::internal, path + " is not a database of this program");
  }
  if (big_endian(header.data() + 68) != application_id) {
    return fail(ErrorKind::internal, path + " is a database of another program");
  }
  return refuse_newer(big_endian(header.data() + 60), path);
}

Result<void> migrate(Connection& connection, RecordTypes types) {
  OMS_TRY(auto owner, connection.ask_integer("pragma application_id"));
  if (owner == 0) {
    OMS_CHECK(write_header(connection));
  } else if (owner != application_id) {
    return fail(ErrorKind::internal, "the file is a database of another program");
  }
  OMS_TRY(const auto mode, connection.ask_text("pragma journal_mode = wal"));
  if (mode != "wal") return fail(ErrorKind::internal, "the file cannot use write-ahead logging");
  OMS_TRY(const auto version, connection.ask_integer("pragma user_version"));
  OMS_CHECK(refuse_newer(version, "the file"));
  for (const auto& migration : migrations()) {
    if (migration.number <= version) continue;
    auto migrated = in_transaction(connection, [&]() -> Result<void> {
      OMS_CHECK(migration.apply(connection, types));
      return connection.run(fmt::format("pragma user_version = {}", migration.number));
    });
    if (!migrated) return migrated;
  }
  return in_transaction(connection, [&]() -> Result<void> {
    OMS_CHECK(make_tables(connection, types));
    OMS_CHECK(renew_gathered(connection, types));
    return renew_indexes(connection, types);
  });
}

}  // namespace oms::sqlite
