#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "process/settings.h"

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

// The variable that holds the operator's token: like Stripe's secrets it is no setting.
inline constexpr const char* operator_token_variable = "OMS_OPERATOR_TOKEN";

// The operator's token as it was given: by that variable, the file that the settings name, or the
// one in the data folder, and never made here. Empty: there is none. Errors: invalid.
Result<std::string> given_operator_token(const Settings& settings,
                                         const std::vector<std::string>& environment);

// The webhook secret alone, for a provider.
Result<std::string> webhook_secret_in(const std::filesystem::path& data);

// Whether all that the process writes to can be written to, as far as it is there already. SQLite
// would open a file that cannot be, and fail at the first order. `database`: empty where it is no
// file.
Result<void> check_writable(const std::filesystem::path& database,
                            const std::filesystem::path& data);

}  // namespace oms::process
