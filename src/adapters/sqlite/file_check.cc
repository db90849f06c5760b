#include "adapters/sqlite/file_check.h"

#include <filesystem>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/file_lock.h"
#include "adapters/sqlite/migrations.h"

namespace oms {

using sqlite::Statement;

Result<std::vector<std::string>> check_sqlite_file(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  if (error) return fail(ErrorKind::not_found, "there is no file " + path);
  OMS_TRY(const auto lock, sqlite::FileLock::take(real.string()));
  OMS_CHECK(sqlite::check_header(real.string()));
  // Writing is allowed, because what a crash has left in the log must be recovered first.
  OMS_TRY(auto connection, sqlite::Connection::open(real.string(), sqlite::Access::read_write));
  OMS_TRY(auto check, connection.prepare("pragma integrity_check(100)"));
  std::vector<std::string> damages;
  for (;;) {
    const auto step = check.step();
    if (step == Statement::Step::done) return damages;
    if (step != Statement::Step::row) {
      damages.push_back(connection.error("checking").detail);
      return damages;
    }
    if (check.text(0) != "ok") damages.emplace_back(check.text(0));
  }
}

}  // namespace oms
