#include "process/first_start.h"

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
#include "process/private_file.h"
#include "process/settings_load.h"

namespace oms::process {
namespace {

constexpr std::size_t secret_size_min = 16;

// One that is there.
Result<std::string> read_secret(const std::filesystem::path& path, bool must_be_private) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    return fail(ErrorKind::invalid,
                fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
  }
  if (must_be_private && (status.st_mode & 077) != 0) {
    return fail(ErrorKind::invalid,
                path.string() + " can be read by others; run: chmod 600 " + path.string());
  }
  std::ifstream file{path};
  std::string secret;
  if (!std::getline(file, secret) || secret.size() < secret_size_min) {
    return fail(ErrorKind::invalid, path.string() + " holds no secret; remove it for a new one");
  }
  return secret;
}

bool has_file(const std::filesystem::path& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

Result<std::string> secret_at(const std::filesystem::path& path, std::string_view prefix,
                              bool must_be_private) {
  if (has_file(path)) return read_secret(path, must_be_private);
  std::array<std::uint8_t, 24> bytes{};
  fill_random(bytes);
  std::string secret{prefix};
  secret.append(to_hex(bytes));
  OMS_CHECK(write_private_file(path, secret + "\n"));
  return secret;
}

}  // namespace

bool keeps_permissions(const std::filesystem::path& folder) {
  const auto probe = folder / ".permissions.new";
  const int file = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return true;  // writing the secret says why
  struct stat status{};
  const bool is_kept =
      ::fchmod(file, 0600) == 0 && ::fstat(file, &status) == 0 && (status.st_mode & 077) == 0;
  ::close(file);
  ::unlink(probe.c_str());
  return is_kept;
}

Result<Secrets> secrets_in(const std::filesystem::path& data,
                           bool (*keeps_modes)(const std::filesystem::path&)) {
  Secrets secrets{.are_private = keeps_modes(data)};
  OMS_TRY(secrets.operator_token, secret_at(data / "operator.token", "oms_", secrets.are_private));
  OMS_TRY(secrets.webhook_secret,
          secret_at(data / "webhook.secret", "whsec_", secrets.are_private));
  return secrets;
}

Result<std::string> given_operator_token(const Settings& settings,
                                         const std::vector<std::string>& environment) {
  auto token = value_of(environment, operator_token_variable);
  if (!token.empty() && token.size() < secret_size_min) {
    return fail(ErrorKind::invalid, fmt::format("{} is too short: write {} characters or more",
                                                operator_token_variable, secret_size_min));
  }
  if (!token.empty()) return token;
  const bool is_named = !settings.operator_token_file.empty();
  const auto path = is_named ? std::filesystem::path{settings.operator_token_file}
                             : settings.data / "operator.token";
  if (!is_named && !has_file(path)) return std::string{};
  return read_secret(path, keeps_permissions(path.parent_path()));
}

Result<std::string> webhook_secret_in(const std::filesystem::path& data) {
  return secret_at(data / "webhook.secret", "whsec_", keeps_permissions(data));
}

Result<void> check_writable(const std::filesystem::path& database,
                            const std::filesystem::path& data) {
  std::vector<std::filesystem::path> places{data, data / "notices", data / "archive.jsonl",
                                            data / "server.lock"};
  if (!database.empty()) places.push_back(std::filesystem::absolute(database).parent_path());
  for (const auto& file : {database, data / "provider.db"}) {
    if (file.empty()) continue;
    for (const auto* ending : {"", "-wal", "-shm", ".lock"}) {
      places.emplace_back(file.string() + ending);
    }
  }
  for (const auto& place : places) {
    const bool is_there = ::access(place.c_str(), F_OK) == 0;
    if (!is_there || ::access(place.c_str(), W_OK) == 0) continue;
    return fail(ErrorKind::unavailable,
                fmt::format("cannot write to {}: {}; everything in the data folder must be "
                            "writable by the user of oms (see chown and chmod), or give another "
                            "folder with --data",
                            place.string(), std::strerror(errno)));
  }
  return {};
}

}  // namespace oms::process
