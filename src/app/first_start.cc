#include "app/first_start.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include "adapters/crypto/crypto.h"

namespace oms::app {
namespace {

std::unexpected<Error> system_failure(const std::string& what) {
  return fail(ErrorKind::unavailable, what + ": " + std::strerror(errno));
}

// Written beside its place, synced and renamed: a crash leaves the old file or the new one.
Result<void> write_private(const std::filesystem::path& path, std::string_view text) {
  const auto draft = path.string() + ".new";
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return system_failure("cannot create " + draft);
  const auto written = ::write(file, text.data(), text.size());
  const bool is_synced = ::fsync(file) == 0;
  ::close(file);
  if (written != static_cast<ssize_t>(text.size()) || !is_synced) {
    return system_failure("cannot write " + draft);
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) return system_failure("cannot rename " + draft);
  return {};
}

Result<std::string> secret_at(const std::filesystem::path& path, std::string_view prefix) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    std::array<std::uint8_t, 24> bytes{};
    fill_random(bytes);
    std::string secret{prefix};
    secret.append(to_hex(bytes));
    OMS_CHECK(write_private(path, secret + "\n"));
    return secret;
  }
  if ((status.st_mode & 077) != 0) {
    return fail(ErrorKind::invalid,
                path.string() + " can be read by others; run: chmod 600 " + path.string());
  }
  std::ifstream file{path};
  std::string secret;
  if (!std::getline(file, secret) || secret.size() < 16) {
    return fail(ErrorKind::invalid, path.string() + " holds no secret; remove it for a new one");
  }
  return secret;
}

}  // namespace

Result<Secrets> secrets_in(const std::filesystem::path& data) {
  std::error_code problem;
  if (std::filesystem::create_directories(data, problem)) ::chmod(data.c_str(), 0700);
  if (problem) {
    return fail(ErrorKind::unavailable,
                "cannot create the data folder " + data.string() + ": " + problem.message());
  }
  Secrets secrets;
  OMS_TRY(secrets.operator_token, secret_at(data / "operator.token", "oms_"));
  OMS_TRY(secrets.webhook_secret, secret_at(data / "webhook.secret", "whsec_"));
  return secrets;
}

Result<void> check_writable(const std::filesystem::path& database,
                            const std::filesystem::path& data) {
  std::vector<std::filesystem::path> places{data, data / "notices", data / "archive.jsonl",
                                            std::filesystem::absolute(database).parent_path()};
  for (const auto& file : {database, data / "provider.db"}) {
    for (const auto* ending : {"", "-wal", "-shm", ".lock"}) {
      places.emplace_back(file.string() + ending);
    }
  }
  for (const auto& place : places) {
    const bool is_there = ::access(place.c_str(), F_OK) == 0;
    if (!is_there || ::access(place.c_str(), W_OK) == 0) continue;
    return fail(ErrorKind::unavailable,
                fmt::format("cannot write to {}: {}; everything in the data folder must be "
                            "writable for whoever runs oms (see chown and chmod), or give another "
                            "folder with --data",
                            place.string(), std::strerror(errno)));
  }
  return {};
}

Result<void> announce_server(const std::filesystem::path& data, std::string_view url) {
  return write_private(data / "server.json", "{\"url\":\"" + std::string{url} + "\",\"pid\":" +
                                                 std::to_string(::getpid()) + "}\n");
}

void withdraw_server(const std::filesystem::path& data) {
  std::error_code ignored;
  std::filesystem::remove(data / "server.json", ignored);
}

}  // namespace oms::app
