#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oms::process {

// What the first start makes in the data folder, and later ones find there.
struct Secrets {
  std::string operator_token;
  std::string webhook_secret;
  // False where the file system keeps no permissions (exFAT, FAT): then its mount options alone
  // say who may read the folder.
  bool are_private = true;
};

// Whether a file of mode 0600 that is made in the folder has that mode.
bool keeps_permissions(const std::filesystem::path& folder);

// Creates each secret (a file of mode 0600) where it is missing. A secret that others can read is
// refused, unless the file system cannot keep it from them.
Result<Secrets> secrets_in(const std::filesystem::path& data,
                           bool (*keeps_modes)(const std::filesystem::path&) = keeps_permissions);

// The webhook secret alone, for a provider.
Result<std::string> webhook_secret_in(const std::filesystem::path& data);

// Whether all that the process writes to can be written to, as far as it is there already. SQLite
// would open a file that cannot be, and fail at the first order.
Result<void> check_writable(const std::filesystem::path& database,
                            const std::filesystem::path& data);

}  // namespace oms::process
