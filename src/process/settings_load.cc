#include "process/settings_load.h"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "process/first_start.h"
#include "process/nearest.h"
#include "process/notice_settings.h"
#include "process/settings_table.h"
#include "process/stripe_settings.h"

namespace oms::process {
namespace {

// Settings while they are being collected. What comes first wins, so the strongest source is put
// first; but whatever a weaker one says is read too, for its mistakes are to be told as well.
class Draft {
 public:
  void put(const Setting& setting, std::string_view text, const std::string& origin) {
    Settings trial = loaded_.settings;
    if (auto read = read_setting(setting, text, trial); !read) {
      complain(origin, fmt::format("'{}' will not do: {}", text, read.error().detail));
      return;
    }
    const bool is_first = loaded_.origins.emplace(setting.name, origin).second;
    if (is_first) loaded_.settings = std::move(trial);
  }

  void complain(std::string where, std::string what) {
    problems_.push_back({std::move(where), std::move(what)});
  }

  // What no setting shows by itself: whether they fit each other.
  void check() {
    for (const auto& setting : all_settings()) {
      auto problem = setting.check == nullptr ? std::string{} : setting.check(settings());
      if (problem.empty()) continue;
      const auto origin = loaded_.origins.find(setting.name);
      complain(origin == loaded_.origins.end() ? fmt::format("--{}", setting.name) : origin->second,
               std::move(problem));
    }
  }

  const Settings& settings() const { return loaded_.settings; }

  std::expected<Loaded, Problems> finish() && {
    if (!problems_.empty()) return std::unexpected(std::move(problems_));
    return std::move(loaded_);
  }

 private:
  Loaded loaded_;
  Problems problems_;
};

// How a source spells the names of settings.
using Spell = std::string (*)(const Setting&);

const Setting* find_spelled(std::string_view name, Spell spell) {
  const auto found = std::ranges::find(all_settings(), name, spell);
  return found == all_settings().end() ? nullptr : &*found;
}

// What may have been meant by a name that is not known, as the end of a sentence: ", did you mean
// cooks?" or just the full stop.
std::string did_you_mean(std::string_view unknown, Spell spell) {
  std::vector<std::string> names;
  for (const auto& setting : all_settings()) names.push_back(spell(setting));
  const auto nearest = nearest_to(unknown, names);
  return nearest.empty() ? "." : ", did you mean " + nearest + "?";
}

// --- variables --------------------------------------------------------------------------------

// Read elsewhere: which file to read, whom the client commands talk to, and secrets.
constexpr std::array<std::string_view, 11> others{"OMS_CONFIG",
                                                  "OMS_URL",
                                                  "OMS_TOKEN",
                                                  operator_token_variable,
                                                  stripe_key_variable,
                                                  stripe_key_file_variable,
                                                  stripe_secret_variable,
                                                  stripe_secrets_variable,
                                                  stripe_secrets_file_variable,
                                                  smtp_password_variable,
                                                  twilio_token_variable};

// Kubernetes tells every container of a service called `oms` by variables that look like ours.
bool is_from_kubernetes(std::string_view name, std::string_view value) {
  return name == "OMS_SERVICE_HOST" || name.starts_with("OMS_SERVICE_PORT") ||
         (name.starts_with("OMS_PORT") && (name != "OMS_PORT" || value.starts_with("tcp://")));
}

void read_environment(const std::vector<std::string>& environment, Draft& draft) {
  for (const std::string_view variable : environment) {
    if (!variable.starts_with("OMS_")) continue;
    const auto equals = std::min(variable.find('='), variable.size());
    const auto name = variable.substr(0, equals);
    const auto value = variable.substr(std::min(equals + 1, variable.size()));
    if (std::ranges::count(others, name) > 0 || is_from_kubernetes(name, value)) continue;
    if (const auto* setting = find_spelled(name, &variable_of)) {
      // One that is empty is as good as not there: compose files leave such behind.
      if (!value.empty()) draft.put(*setting, value, std::string{name});
    } else {
      draft.complain(std::string{name},
                     "there is no such setting" + did_you_mean(name, &variable_of) +
                         " Unset it, or see `oms config` for those that there are.");
    }
  }
}

// --- the file ---------------------------------------------------------------------------------

// A value as a flag would have it; nothing for what is neither text, number nor yes or no.
std::optional<std::string> as_text(const toml::node& value) {
  if (const auto* text = value.as_string()) return text->get();
  if (const auto* number = value.as_integer()) return std::to_string(number->get());
  if (const auto* yes_no = value.as_boolean()) return yes_no->get() ? "true" : "false";
  return std::nullopt;
}

void read_key(const toml::key& key, const toml::node& value, const std::string& where,
              bool is_in_data_folder, Draft& draft) {
  const auto* setting = find_spelled(key.str(), &toml_key_of);
  if (setting == nullptr) {
    draft.complain(where, fmt::format("there is no setting {}{} See `oms config` for those that "
                                      "there are.",
                                      key.str(), did_you_mean(key.str(), &toml_key_of)));
    return;
  }
  if (is_in_data_folder && setting->name == "data") {
    draft.complain(where,
                   "the data folder is where this file lies: take the line out, or name "
                   "the file by --config");
    return;
  }
  const auto text = as_text(value);
  if (text) return draft.put(*setting, *text, where);
  draft.complain(where,
                 fmt::format("{} must be a \"text\", a whole number, true or false", key.str()));
}

// A file that is not there is a problem.
void read_toml_file(const std::string& path, bool is_in_data_folder, Draft& draft) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return draft.complain(path, "there is no such file: correct --config or OMS_CONFIG");
  }
  try {
    const auto file = toml::parse_file(path);
    for (const auto& [key, value] : file) {
      const auto where = fmt::format("{}:{}", path, key.source().begin.line);
      read_key(key, value, where, is_in_data_folder, draft);
    }
  } catch (const toml::parse_error& error) {
    draft.complain(fmt::format("{}:{}", path, error.source().begin.line),
                   fmt::format("not TOML: {}", error.description()));
  }
}

void read_file(const Sources& sources, Draft& draft) {
  auto path = sources.config;
  if (path.empty()) path = value_of(sources.environment, "OMS_CONFIG");
  if (!path.empty()) return read_toml_file(path, false, draft);
  const auto usual = draft.settings().data / "oms.toml";
  std::error_code ignored;
  if (std::filesystem::exists(usual, ignored)) read_toml_file(usual.string(), true, draft);
}

}  // namespace

std::expected<Loaded, Problems> load_settings(const Sources& sources) {
  Draft draft;
  for (const auto& [name, text] : sources.flags) {
    if (const auto* setting = find_setting(name)) draft.put(*setting, text, "--" + name);
  }
  read_environment(sources.environment, draft);
  read_file(sources, draft);
  draft.check();
  return std::move(draft).finish();
}

std::vector<std::string> current_environment() {
  std::vector<std::string> variables;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) variables.emplace_back(*at);
  return variables;
}

std::string value_of(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string_view variable : environment) {
    if (variable.starts_with(name) && variable.substr(name.size()).starts_with('=')) {
      return std::string{variable.substr(name.size() + 1)};
    }
  }
  return {};
}

std::string to_text(const Problems& problems) {
  std::string text;
  for (const auto& problem : problems) text += problem.where + ": " + problem.what + "\n";
  return text;
}

}  // namespace oms::process
