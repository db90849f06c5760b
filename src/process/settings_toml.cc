#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "process/settings_draft.h"

namespace oms::process {
namespace {

const Setting* setting_of_key(std::string_view key) {
  for (const auto& setting : all_settings()) {
    if (toml_key_of(setting) == key) return &setting;
  }
  return nullptr;
}

// A value as a flag would have it; nothing for what is neither text, number nor yes or no.
std::optional<std::string> as_text(const toml::node& value) {
  if (const auto* text = value.as_string()) return text->get();
  if (const auto* number = value.as_integer()) return std::to_string(number->get());
  if (const auto* yes_no = value.as_boolean()) return yes_no->get() ? "true" : "false";
  return std::nullopt;
}

void read_key(const toml::key& key, const toml::node& value, const std::string& where,
              bool is_in_data_folder, SettingsDraft& draft) {
  const auto* setting = setting_of_key(key.str());
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

}  // namespace

void read_toml_file(const std::string& path, bool is_in_data_folder, SettingsDraft& draft) {
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

}  // namespace oms::process
