#pragma once

#include <functional>
#include <initializer_list>
#include <string_view>

#include "cli/command.h"
#include "process/settings_load.h"
#include "process/settings_table.h"

namespace oms::cli {

// Gives a command a flag for every setting, and --config. What is given goes to `sources`, which
// must live until the command runs.
void add_all_setting_flags(const Command& command, process::Sources& sources);

// Only --config and the flags of these settings.
void add_setting_flags(const Command& command, process::Sources& sources,
                       std::initializer_list<std::string_view> names);

// Only --data, --store and --config: for commands that have to find what a server keeps.
void add_place_flags(const Command& command, process::Sources& sources);

// Loads the settings, from the environment and the file too, and goes on with them; or tells
// what is wrong with them.
Exit with_settings(process::Sources sources,
                   const std::function<Exit(const process::Loaded&)>& go_on);

}  // namespace oms::cli
