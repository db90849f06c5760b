#include "adapters/sqlite/file_check.h"

#include <filesystem>

#include "adapters/sqlite/file_lock.h"
#include "adapters/sqlite/layout.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite_connection/connection.h"

namespace oms {

using sqlite::Connection;
using sqlite::Statement;

namespace {

// Adds each answer to `damages`, and the reason why there is none.
void ask(Connection& connection, std::string_view sql, std::vector<std::string>& damages) {
  auto answers = connection.prepare(sql);
  while (answers) {
    const auto step = answers->step();
    if (step == Statement::Step::done) return;
    if (step != Statement::Step::row) break;
    if (answers->text(0) != "ok") damages.emplace_back(answers->text(0));
  }
  damages.push_back(answers ? connection.error("checking").detail : answers.error().detail);
}

}  // namespace

Result<std::vector<std::string>> check_sqlite_file(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  if (error) return fail(ErrorKind::not_found, "there is no file " + path);
  OMS_TRY(const auto lock, sqlite::FileLock::take(real.string()));
  return damages_in(real.string());
}

Result<std::vector<std::string>> damages_in(const std::string& path) {
  OMS_CHECK(sqlite::check_header(path));
  // Writing is allowed, because what a crash has left in the log must be recovered first.
  OMS_TRY(auto connection, Connection::open(path, sqlite::Access::read_write));
  std::vector<std::string> damages;
  ask(connection, "pragma integrity_check(100)", damages);
  if (!damages.empty()) return damages;
  OMS_TRY(auto tables, connection.prepare(sqlite::gathered_tables()));
  for (;;) {
    const auto step = tables.step();
    if (step == Statement::Step::done) return damages;
    if (step != Statement::Step::row) return std::unexpected(connection.error("checking"));
    ask(connection, sqlite::check_gathered(tables.text(0)), damages);
  }
}

}  // namespace oms
