#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/client.h"
#include "process/data_folder.h"
#include "process/settings.h"

namespace oms::cli {

// The database file that the settings name.
std::filesystem::path database_path(const process::Settings& settings);

// Where the copy of the provider's ledger goes that belongs to a copy of the database.
std::filesystem::path ledger_beside(const std::filesystem::path& copy);

// Keeps servers away from the data folder, once its database is found free: one that has another
// database there would still write to the provider's ledger. Nothing where there is no folder.
Outcome<std::optional<process::DataFolder>> hold_data_folder(const process::Settings& settings);

// Asks the server for a copy of everything that it keeps, at a path on its machine.
Outcome<std::string> ask_for_backup(const Server& server, const std::filesystem::path& target);

}  // namespace oms::cli
