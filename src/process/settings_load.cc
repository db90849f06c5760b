#include "process/settings_load.h"

#include <unistd.h>

#include <filesystem>

#include "process/nearest.h"
#include "process/settings_draft.h"

namespace oms::process {
namespace {

void read_file(const Sources& sources, SettingsDraft& draft) {
  auto path = sources.config;
  if (path.empty()) path = value_of(sources.environment, "OMS_CONFIG");
  if (!path.empty()) return read_toml_file(path, false, draft);
  const auto usual = draft.settings().data / "oms.toml";
  std::error_code ignored;
  if (std::filesystem::exists(usual, ignored)) read_toml_file(usual.string(), true, draft);
}

}  // namespace

std::string value_of(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string_view variable : environment) {
    if (variable.starts_with(name) && variable.substr(name.size()).starts_with('=')) {
      return std::string{variable.substr(name.size() + 1)};
    }
  }
  return {};
}

void SettingsDraft::put(const Setting& setting, std::string_view text, const std::string& origin) {
  Settings trial = loaded_.settings;
  if (auto read = read_setting(setting, text, trial); !read) {
    complain(origin, "'" + std::string{text} + "' will not do: " + read.error().detail);
    return;
  }
  const bool is_first = loaded_.origins.emplace(setting.name, origin).second;
  if (is_first) loaded_.settings = std::move(trial);
}

void SettingsDraft::complain(std::string where, std::string what) {
  problems_.push_back({std::move(where), std::move(what)});
}

void SettingsDraft::complain_about(std::string_view name, std::string what) {
  const auto origin = loaded_.origins.find(name);
  complain(origin == loaded_.origins.end() ? "--" + std::string{name} : origin->second,
           std::move(what));
}

std::expected<Loaded, Problems> SettingsDraft::finish() && {
  if (!problems_.empty()) return std::unexpected(std::move(problems_));
  return std::move(loaded_);
}

std::string did_you_mean(std::string_view unknown, std::string (*spell)(const Setting&)) {
  std::vector<std::string> names;
  for (const auto& setting : all_settings()) names.push_back(spell(setting));
  const auto nearest = nearest_to(unknown, names);
  return nearest.empty() ? "." : ", did you mean " + nearest + "?";
}

std::expected<Loaded, Problems> load_settings(const Sources& sources) {
  SettingsDraft draft;
  for (const auto& [name, text] : sources.flags) {
    if (const auto* setting = find_setting(name)) draft.put(*setting, text, "--" + name);
  }
  read_environment(sources.environment, draft);
  read_file(sources, draft);
  check_together(draft.settings(), draft);
  return std::move(draft).finish();
}

std::vector<std::string> current_environment() {
  std::vector<std::string> variables;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) variables.emplace_back(*at);
  return variables;
}

std::string to_text(const Problems& problems) {
  std::string text;
  for (const auto& problem : problems) text += problem.where + ": " + problem.what + "\n";
  return text;
}

}  // namespace oms::process
