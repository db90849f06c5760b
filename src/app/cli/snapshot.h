#pragma once

#include <filesystem>
#include <string>

#include "app/cli/client.h"
#include "app/settings.h"

namespace oms::cli {

// The database file that the settings name.
std::filesystem::path database_path(const app::Settings& settings);

// Where the copy of the provider's ledger goes that belongs to a copy of the database.
std::filesystem::path ledger_beside(const std::filesystem::path& copy);

// Asks the server for a copy of everything that it keeps, at a path on its machine.
Outcome<std::string> ask_for_backup(const Server& server, const std::filesystem::path& target);

}  // namespace oms::cli
