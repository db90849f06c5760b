#include "adapters/sqlite/migrations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <ranges>

#include "adapters/sqlite/layout.h"
#include "adapters/sqlite/tables.h"
#include "adapters/sqlite/upgrade_progress.h"

namespace oms::sqlite {
namespace {

// Makes them, and writes to them what was only gathered when the last process ended. One that is
// not declared any more goes, because it would not be written to.
Result<void> renew_gathered(Connection& connection, RecordTypes types, UpgradeProgress& progress) {
  OMS_TRY(Schema tables, read_schema(connection, "table"));
  for (const auto* type : types) {
    for (const auto& index : type->indexes) {
      if (!index.is_buffered) continue;
      progress.begin(gathered_table(*type, index));
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
Result<void> renew_indexes(Connection& connection, RecordTypes types, UpgradeProgress& progress) {
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
  for (const auto& [name, sql] : declared) {
    progress.begin(name);
    OMS_CHECK(connection.run(sql));
  }
  return {};
}

// Tables, columns and indexes follow from what is declared, whatever the number.
Result<void> only_raise(Connection&) {
  return {};
}

Result<void> make_gathered_since(Connection& connection) {
  return connection.run(std::string{create_gathered_since()});
}

constexpr std::array all_migrations{
    Migration{1, "a table for each record type", &only_raise},
    Migration{2, "gathered indexes, which older programs would not write to", &make_gathered_since},
    Migration{3, "changes beside an order's life, which older programs would not lead on",
              &only_raise},
};

std::uint32_t big_endian(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

Result<void> refuse_newer(std::int64_t version, std::string_view path) {
  const auto newest = migrations().back().number;
  if (version <= newest) return {};
  return fail(ErrorKind::invalid,
              fmt::format("{} was written by a newer version of this program (layout {}; this one "
                          "knows {}): use that version, or restore the backup from before it",
                          path, version, newest));
}

Result<void> raise(Connection& connection, const Migration& migration) {
  OMS_CHECK(migration.apply(connection));
  return connection.run(fmt::format("pragma user_version = {}", migration.number));
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

Result<void> migrate(Connection& connection, RecordTypes types, const TellUpgrade& tell) {
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
  auto migrated = in_transaction(connection, [&]() -> Result<void> {
    UpgradeProgress progress{connection, tell};
    for (const auto& migration : migrations()) {
      if (migration.number > version) OMS_CHECK(raise(connection, migration));
    }
    OMS_CHECK(make_tables(connection, types, progress));
    OMS_CHECK(renew_gathered(connection, types, progress));
    return renew_indexes(connection, types, progress);
  });
  const bool is_raised = version > 0 && version < migrations().back().number;
  if (!migrated || !is_raised) return migrated;
  // The header tells older programs, also when this one crashes before its log is written back.
  OMS_CHECK(connection.ask_integer("pragma wal_checkpoint(passive)"));
  return {};
}

}  // namespace oms::sqlite
