#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oms::app {

// What the first start makes in the data folder, and later ones find there.
struct Secrets {
  std::string operator_token;
  std::string webhook_secret;
};

// Creates the folder (0700) and each secret (a file of mode 0600) where it is missing. A secret
// that others can read is refused.
Result<Secrets> secrets_in(const std::filesystem::path& data);

// Whether all that the process writes to can be written to, as far as it is there already. SQLite
// would open a file that cannot be, and fail at the first order.
Result<void> check_writable(const std::filesystem::path& database,
                            const std::filesystem::path& data);

// Tells client commands where the server is: `server.json` with its URL and process id.
Result<void> announce_server(const std::filesystem::path& data, std::string_view url);
void withdraw_server(const std::filesystem::path& data);

}  // namespace oms::app
