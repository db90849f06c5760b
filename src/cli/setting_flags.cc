#include "cli/setting_flags.h"

#include <fmt/format.h>

#include "cli/terminal.h"

namespace oms::cli {
namespace {

void add_flag(const Command& command, const process::Setting& setting, process::Sources& sources) {
  const auto name = fmt::format("--{}", setting.name);
  const auto keep = [&sources, &setting](const std::string& text) {
    sources.flags[std::string{setting.name}] = text;
  };
  if (setting.form == process::Form::yes_no) {
    command.flag(name, [keep] { keep("true"); }, setting.help, {.group = setting.group});
    return;
  }
  const auto usual = process::write_setting(setting, process::Settings{});
  auto help = std::string{setting.help};
  if (!usual.empty()) help += fmt::format(" [{}]", usual);
  command.option(name, keep, help, {.shown = setting.shown, .group = setting.group});
}

void add_config_flag(const Command& command, process::Sources& sources) {
  command.option("--config", &sources.config,
                 "read settings from this TOML file [<data>/oms.toml, if there is one]",
                 {.shown = "FILE"});
}

}  // namespace

void add_all_setting_flags(const Command& command, process::Sources& sources) {
  add_config_flag(command, sources);
  for (const auto& setting : process::all_settings()) add_flag(command, setting, sources);
}

void add_setting_flags(const Command& command, process::Sources& sources,
                       std::initializer_list<std::string_view> names) {
  add_config_flag(command, sources);
  for (const auto name : names) add_flag(command, *process::find_setting(name), sources);
}

void add_place_flags(const Command& command, process::Sources& sources) {
  add_setting_flags(command, sources, {"data", "store"});
}

Exit with_settings(process::Sources sources,
                   const std::function<Exit(const process::Loaded&)>& go_on) {
  sources.environment = process::current_environment();
  const auto loaded = process::load_settings(sources);
  if (loaded) return go_on(*loaded);
  complain("the settings are not right:\n{}", printable_lines(process::to_text(loaded.error())));
  return Exit::usage;
}

}  // namespace oms::cli
