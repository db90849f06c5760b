#include "tools/check/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <set>
#include <thread>

#include "adapters/crypto/crypto.h"
#include "adapters/sqlite/file_check.h"
#include "adapters/sqlite/file_lock.h"
#include "cli/client.h"
#include "cli/setting_flags.h"
#include "cli/snapshot.h"
#include "cli/terminal.h"
#include "process/cluster_reader.h"
#include "tools/check/report.h"

namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms check                          of a server that runs, or of what it left
  oms check --quiescent --wait 60    nothing may be under way, within a minute
  oms check /backups/oms-monday.db   of a backup
  oms check --cluster                ./data/orders, ./data/stock, ... of processes that have ended
  oms check --json | jq '.invariants[] | select(.broken > 0)'
A running server is asked for a copy (which needs as much room again, for a while), so nothing waits
for the check. Exit codes: 0 all invariants hold, 6 some are broken.)";

struct Options {
  std::string file;
  std::string ledger;
  bool is_quiescent = false;
  bool is_cluster = false;
  int wait_seconds = 0;
};

using Clock = std::chrono::steady_clock;

check::Request request_for(const process::Settings& settings, const Options& options) {
  const auto now =
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch());
  const bool is_copy = !options.file.empty();
  const auto usual = is_copy ? ledger_beside(options.file) : settings.data / "provider.db";
  check::Request request{
      .ledger = options.ledger.empty() ? usual : std::filesystem::path{options.ledger},
      .ledger_may_be_ahead = is_copy,  // for it was copied later
      .must_be_quiescent = options.is_quiescent,
      // A server whose clock is ahead of this one has forgotten a bit more.
      .kept_since =
          Time{now.count()} - std::chrono::hours{settings.retention_hours} - std::chrono::days{1}};
  if (is_terminal(stderr)) {
    request.on_progress = [](double done) { fmt::print(stderr, "\r{:3.0f} %", done * 100); };
  }
  return request;
}

// Reading a database makes files beside it. Those that were not there before go again; for a
// database that nobody else can open meanwhile.
class Leftovers {
 public:
  explicit Leftovers(const std::filesystem::path& database) {
    std::error_code ignored;
    for (const auto* ending : {"-wal", "-shm"}) {
      const auto path = database.string() + ending;
      if (!database.empty() && !std::filesystem::exists(path, ignored)) paths_.push_back(path);
    }
  }
  Leftovers(const Leftovers&) = delete;
  Leftovers& operator=(const Leftovers&) = delete;
  ~Leftovers() {
    std::error_code ignored;
    for (const auto& path : paths_) std::filesystem::remove(path, ignored);
  }

 private:
  std::vector<std::string> paths_;
};

std::unexpected<Failure> failed(const Error& error) {
  const auto exit = error.kind == ErrorKind::not_found ? Exit::not_found
                    : error.kind == ErrorKind::invalid ? Exit::usage
                                                       : Exit::failed;
  return std::unexpected(Failure{exit, error.detail});
}

// First whether the file is sound, for else nothing that it says can be believed. `ledger` is the
// provider's, if it belongs to the database and no server has it open.
Outcome<check::Auditor> audit(const check::Request& request,
                              const std::filesystem::path& ledger = {}) {
  const Leftovers of_database{request.database};
  const Leftovers of_ledger{ledger};
  const auto damages = damages_in(request.database.string());
  if (!damages) return failed(damages.error());
  if (!damages->empty()) {
    return std::unexpected(Failure{
        Exit::broken, "the file is damaged: " + fmt::format("{}", fmt::join(*damages, "; "))});
  }
  auto auditor = check::check_invariants(request);
  if (request.on_progress) fmt::print(stderr, "\r     \r");
  if (auditor) return *std::move(auditor);
  return failed(auditor.error());
}

// A copy that a server has made, and that goes with this object. Its lock is held, so that another
// check can tell what is still used from what a check has left that was ended.
class Snapshot {
 public:
  static Outcome<Snapshot> ask(const Server& server, const std::filesystem::path& folder) {
    remove_abandoned(folder);
    std::array<std::uint8_t, 8> chance{};
    fill_random(chance);
    const auto path = folder / (std::string{prefix} + to_hex(chance) + ".db");
    auto lock = sqlite::FileLock::take(path.string());
    if (!lock) return failed(lock.error());
    Snapshot snapshot{path, *std::move(lock)};
    auto answer = ask_for_backup(server, path);
    if (!answer) return std::unexpected(std::move(answer).error());
    return snapshot;
  }
  Snapshot(Snapshot&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}
  Snapshot& operator=(Snapshot&&) = delete;
  ~Snapshot() {
    if (!path_.empty()) remove(path_);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  static constexpr std::string_view prefix = ".oms-check-";

  Snapshot(std::filesystem::path path, sqlite::FileLock lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  // Nobody else ever takes this name, so the lock's file may go as well.
  static void remove(const std::filesystem::path& path) {
    std::error_code ignored;
    for (const auto* ending : {"", "-wal", "-shm", ".part", ".lock"}) {
      std::filesystem::remove(path.string() + ending, ignored);
    }
  }

  static void remove_abandoned(const std::filesystem::path& folder) {
    std::error_code ignored;
    std::set<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator{folder, ignored}) {
      const auto name = entry.path().filename().string();
      const auto end = name.find(".db");
      if (name.starts_with(prefix) && end != std::string::npos) {
        found.insert(folder / name.substr(0, end + 3));
      }
    }
    for (const auto& path : found) {
      if (sqlite::FileLock::take(path.string())) remove(path);
    }
  }

  std::filesystem::path path_;
  sqlite::FileLock lock_;
};

Outcome<check::Auditor> audit_copy(const Server& server, const process::Settings& settings,
                                   const Options& options) {
  const auto snapshot = Snapshot::ask(server, std::filesystem::absolute(settings.data));
  if (!snapshot) return std::unexpected(snapshot.error());
  // Only now, for what grew old while the copy was made may be missing in it.
  auto request = request_for(settings, options);
  request.database = snapshot->path();
  // Where the ledger goes on, a difference to the copy is only news that has not arrived.
  request.ledger_may_be_ahead = true;
  return audit(request);
}

// Again and again until all is well, as long as there is time. Each pause is as long as a check.
Outcome<check::Auditor> audit_server(const Server& server, const process::Settings& settings,
                                     const Options& options) {
  const auto deadline = Clock::now() + std::chrono::seconds{options.wait_seconds};
  for (;;) {
    const auto start = Clock::now();
    auto auditor = audit_copy(server, settings, options);
    const auto pause = std::max<Clock::duration>(Clock::now() - start, std::chrono::seconds{1});
    const bool is_done = !auditor || auditor->findings().broken() == 0;
    if (is_done || Clock::now() + pause > deadline) return auditor;
    std::this_thread::sleep_for(pause);
  }
}

// A file whose lock is held.
Outcome<check::Auditor> audit_file(const std::filesystem::path& path,
                                   const process::Settings& settings, const Options& options) {
  auto request = request_for(settings, options);
  request.database = path;
  return audit(request, options.ledger.empty() ? request.ledger : std::filesystem::path{});
}

// A backup, or a file that the settings do not name; a server may want it, too.
Outcome<check::Auditor> audit_other(const process::Settings& settings, Options options) {
  std::error_code problem;
  const auto real = std::filesystem::canonical(options.file, problem);
  if (problem || !std::filesystem::is_regular_file(real, problem)) {
    return std::unexpected(Failure{Exit::not_found, "there is no file " + options.file});
  }
  const auto lock = sqlite::FileLock::take(real.string());
  if (!lock) return std::unexpected(Failure{Exit::failed, lock.error().detail});
  options.file = real.string();
  return audit_file(real, settings, options);
}

Outcome<check::Auditor> audit_data(const process::Settings& settings, const ServerFlags& flags,
                                   const Options& options) {
  const auto path = database_path(settings);
  std::error_code problem;
  const auto real = std::filesystem::canonical(path, problem);
  if (problem) {
    return std::unexpected(
        Failure{Exit::not_found, "there is no " + path.string() + " to be checked"});
  }
  const auto lock = sqlite::FileLock::take(real.string());
  if (lock) {
    const auto folder = hold_data_folder(settings);
    if (!folder) return std::unexpected(folder.error());
    return audit_file(real, settings, options);
  }
  if (lock.error().kind != ErrorKind::unavailable) {
    return std::unexpected(Failure{Exit::failed, lock.error().detail});
  }
  const auto server = Server::find(flags);
  if (!server) return std::unexpected(server.error());
  return audit_server(*server, settings, options);
}

// Of processes apart, or of a PostgreSQL database. Stores are read page by page and one after the
// other, so nothing may be under way; a database may have a server meanwhile, as long as it rests.
Outcome<check::Auditor> audit_stores(process::Settings settings, bool has_own_data,
                                     const Options& options) {
  const auto groups =
      options.is_cluster ? process::groups_apart() : std::vector<process::ServiceGroup>(1);
  if (options.is_cluster && !has_own_data) settings.data = settings.data / "{service}";
  const auto deadline = Clock::now() + std::chrono::seconds{options.wait_seconds};
  for (;;) {
    auto reader = process::ClusterReader::open(settings, groups);
    if (!reader) return failed(reader.error());
    auto request = request_for(settings, options);
    request.must_be_quiescent = true;
    auto auditor = check::check_invariants(**reader, request);
    if (request.on_progress) fmt::print(stderr, "\r     \r");
    if (!auditor) return failed(auditor.error());
    if (auditor->findings().broken() == 0 || Clock::now() > deadline) return *std::move(auditor);
    std::this_thread::sleep_for(std::chrono::seconds{1});
  }
}

Exit run(const process::Loaded& loaded, const ServerFlags& flags, Options options) {
  std::error_code ignored;
  const bool is_copy =
      !options.file.empty() &&
      !std::filesystem::equivalent(options.file, database_path(loaded.settings), ignored);
  if (!is_copy) options.file.clear();
  const bool is_live = options.is_cluster || process::is_shared_store(loaded.settings);
  if (is_live && is_copy) {
    return tell({Exit::usage, "a backup is one file: check it without --cluster"});
  }
  const auto auditor = is_live
                           ? audit_stores(loaded.settings, loaded.origins.contains("data"), options)
                       : is_copy ? audit_other(loaded.settings, options)
                                 : audit_data(loaded.settings, flags, options);
  if (!auditor) return tell(auditor.error());
  say(flags.as_json ? check::report_json(*auditor) : check::report_text(*auditor));
  return auditor->findings().broken() == 0 ? Exit::ok : Exit::broken;
}

}  // namespace

void add_check(const Command& oms) {
  const auto command = oms.add("check", "Check that nothing is lost, oversold or charged twice");
  auto options = std::make_shared<Options>();
  command.option("file", &options->file, "a backup [what the data folder holds]",
                 {.shown = "FILE"});
  command.option("--ledger", &options->ledger,
                 "the provider's book [<data>/provider.db; of a backup: FILE.provider.db]",
                 {.shown = "FILE"});
  command.flag("--quiescent", &options->is_quiescent,
               "nothing may be under way but orders whose customers may still pay");
  command.flag(
      "--cluster", &options->is_cluster,
      "the stores of `oms serve`: --data and --store as given there; nothing may be under way");
  command.option("--wait", &options->wait_seconds, "how long a running server has to get there",
                 {.shown = "SECONDS", .range = Range{0, 86'400}});
  const auto flags = add_server_flags(command);
  command.footer(examples);
  command.runs([flags, options] {
    return with_settings(flags->sources, [flags, options](const process::Loaded& loaded) {
      return run(loaded, *flags, *options);
    });
  });
}

}  // namespace oms::cli
