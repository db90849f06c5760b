#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "process/settings.h"

namespace oms::process {

// Something wrong with the settings: where it stands, and what to do about it.
struct Problem {
  std::string where;  // "--cooks", "OMS_COOKS" or "oms.toml:3"
  std::string what;
};
using Problems = std::vector<Problem>;

// Where settings come from. A flag beats a variable, which beats the file.
struct Sources {
  std::map<std::string, std::string, std::less<>> flags = {};  // by name: "kitchen-time" → "3s"
  std::vector<std::string> environment = {};                   // "OMS_COOKS=2", as in `environ`
  std::string config = {};  // the TOML file of --config; empty: OMS_CONFIG, or <data>/oms.toml
};

struct Loaded {
  Settings settings;
  // Where each setting comes from, by its name. What is not here is as it stands in the program.
  std::map<std::string, std::string, std::less<>> origins = {};
};

// All problems at once, not the first only.
std::expected<Loaded, Problems> load_settings(const Sources& sources);

// Of this process.
std::vector<std::string> current_environment();

// Of such an environment; empty where the variable is not set.
std::string value_of(const std::vector<std::string>& environment, std::string_view name);

// One line for each problem.
std::string to_text(const Problems& problems);

}  // namespace oms::process
