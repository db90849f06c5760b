#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "adapters/sqlite/backup.h"
#include "adapters/sqlite/file_lock.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite_connection/connection.h"
#include "cli/client.h"
#include "cli/setting_flags.h"
#include "cli/snapshot.h"
#include "cli/terminal.h"
#include "codec/json_text.h"

namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms backup /backups/oms-monday.db      while the server runs, or without one
  oms check /backups/oms-monday.db       prove that the copy is sound
The simulated payment provider's ledger goes beside it, as /backups/oms-monday.provider.db.
To restore, stop the server, remove the -wal and -shm files of <data>/oms.db and
<data>/provider.db, and put the copies in their places.)";

constexpr int all_pages = -1;
constexpr std::chrono::seconds busy_timeout{10};

Failure failure_of(const Error& error) {
  return {error.kind == ErrorKind::conflict || error.kind == ErrorKind::invalid ? Exit::refused
                                                                                : Exit::failed,
          error.detail};
}

// As it is at one moment, whatever is written to it meanwhile.
Result<void> copy_file(const std::string& source, const std::string& target,
                       sqlite::Access access) {
  OMS_TRY(auto connection, sqlite::Connection::open(source, access));
  connection.set_busy_timeout(busy_timeout);
  OMS_TRY(const auto backup, SqliteBackup::start([&] { return &connection; }, target, all_pages));
  // The step copies everything: if it does not, it has found the file busy until now.
  OMS_TRY(const bool is_complete, backup->step());
  if (is_complete) return {};
  return fail(ErrorKind::unavailable, source + " is busy: another program keeps it locked");
}

// Nobody has the file open: it is copied here.
Result<void> copy_database(const std::string& source, const std::string& target) {
  OMS_CHECK(sqlite::check_header(source));
  return copy_file(source, target, sqlite::Access::read_write);
}

// After the database, so that the ledger knows of every payment that the database tells of.
Outcome<std::filesystem::path> copy_ledger(const process::Settings& settings,
                                           const std::filesystem::path& target,
                                           sqlite::Access access) {
  const auto ledger = settings.data / "provider.db";
  std::error_code ignored;
  if (!std::filesystem::exists(ledger, ignored)) return std::filesystem::path{};
  auto beside = ledger_beside(target);
  const auto copied = copy_file(ledger.string(), beside.string(), access);
  if (copied) return beside;
  auto failure = failure_of(copied.error());
  failure.words += "; the database is copied to " + target.string() + ", without the ledger";
  return std::unexpected(std::move(failure));
}

Exit run(const process::Loaded& loaded, const ServerFlags& flags, const std::string& given) {
  if (given.empty()) return tell({Exit::usage, "the name of the copy is empty"});
  const auto target = std::filesystem::absolute(given);
  const auto source = database_path(loaded.settings);
  std::error_code ignored;
  if (std::filesystem::exists(ledger_beside(target), ignored)) {
    return tell({Exit::refused, ledger_beside(target).string() + " exists already"});
  }
  const bool is_named = !flags.url.empty();
  if (!is_named && !std::filesystem::exists(source, ignored)) {
    return tell({Exit::not_found, "there is no " + source.string()});
  }
  auto lock = is_named ? fail(ErrorKind::unavailable, "a server has it")
                       : sqlite::FileLock::take(std::filesystem::canonical(source).string());
  std::optional<process::DataFolder> folder;
  if (lock) {
    auto held = hold_data_folder(loaded.settings);
    if (!held) return tell(held.error());
    if (*held) folder.emplace(**std::move(held));
    const auto copied = copy_database(source.string(), target.string());
    if (!copied) return tell(failure_of(copied.error()));
  } else {
    const auto server = Server::find(flags);
    if (!server) return tell(server.error());
    const auto answer = ask_for_backup(*server, target);
    if (!answer) return tell(answer.error());
  }
  // A server elsewhere can only be reached by its API.
  const auto access = lock ? sqlite::Access::read_write : sqlite::Access::read_only;
  const auto ledger =
      is_named ? Outcome<std::filesystem::path>{} : copy_ledger(loaded.settings, target, access);
  if (!ledger) return tell(ledger.error());
  if (flags.as_json) {
    std::string json = R"({"path":)";
    write_json_string(target.string(), json);
    if (!ledger->empty()) {
      json += R"(,"ledger":)";
      write_json_string(ledger->string(), json);
    }
    say(json + "}");
  } else {
    say("everything is copied to " + target.string());
    if (!ledger->empty()) say("and the payment provider's ledger to " + ledger->string());
  }
  return Exit::ok;
}

}  // namespace

std::filesystem::path database_path(const process::Settings& settings) {
  constexpr std::string_view scheme = "sqlite:";
  if (!settings.store.starts_with(scheme)) return settings.data / "oms.db";
  return settings.store.substr(scheme.size());
}

std::filesystem::path ledger_beside(const std::filesystem::path& copy) {
  // A copy may be called after a day: what is behind a dot is part of its name, but for ".db".
  auto name = copy.string();
  if (name.ends_with(".db")) name.resize(name.size() - 3);
  return name + ".provider.db";
}

Outcome<std::optional<process::DataFolder>> hold_data_folder(const process::Settings& settings) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(settings.data, ignored)) return std::nullopt;
  auto folder = process::DataFolder::take(settings.data);
  if (folder) return *std::move(folder);
  return std::unexpected(Failure{Exit::failed, std::move(folder).error().detail});
}

Outcome<std::string> ask_for_backup(const Server& server, const std::filesystem::path& target) {
  std::string body = R"({"path":)";
  write_json_string(target.string(), body);
  return server.send("POST", "/api/admin/backup", body + "}");
}

void add_backup(const Command& oms) {
  const auto command = oms.add("backup", "Copy everything that is kept, while the server runs");
  auto path = std::make_shared<std::string>();
  command.option("path", path.get(), "the copy; it must not exist yet",
                 {.shown = "PATH", .is_required = true});
  const auto flags = add_server_flags(command);
  command.footer(examples);
  command.runs([flags, path] {
    return with_settings(flags->sources, [flags, path](const process::Loaded& loaded) {
      return run(loaded, *flags, *path);
    });
  });
}

}  // namespace oms::cli
