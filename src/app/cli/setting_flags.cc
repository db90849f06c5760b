#include "app/cli/setting_flags.h"

#include <fmt/format.h>

#include "app/cli/terminal.h"

namespace oms::cli {
namespace {

void add_flag(CLI::App& command, const app::Setting& setting, app::Sources& sources) {
  const auto flag = fmt::format("--{}", setting.name);
  const auto keep = [&sources, &setting](const std::string& text) {
    sources.flags[std::string{setting.name}] = text;
  };
  const bool is_yes_no = setting.form == app::Form::yes_no;
  const auto usual = app::write_setting(setting, app::Settings{});
  auto help = std::string{setting.help};
  if (!usual.empty() && !is_yes_no) help += fmt::format(" [{}]", usual);
  CLI::Option* option = is_yes_no ? command.add_flag_callback(
                                        flag, [keep] { keep("true"); }, help)
                                  : command.add_option_function<std::string>(flag, keep, help);
  option->group(std::string{setting.group});
  if (!is_yes_no) option->type_name(std::string{setting.shown});
}

void add_config_flag(CLI::App& command, app::Sources& sources) {
  command
      .add_option("--config", sources.config,
                  "read settings from this TOML file [<data>/oms.toml, if there is one]")
      ->type_name("FILE");
}

}  // namespace

void add_all_setting_flags(CLI::App& command, app::Sources& sources) {
  add_config_flag(command, sources);
  for (const auto& setting : app::all_settings()) add_flag(command, setting, sources);
}

void add_place_flags(CLI::App& command, app::Sources& sources) {
  add_config_flag(command, sources);
  for (const auto* name : {"data", "store"}) {
    add_flag(command, *app::find_setting(name), sources);
  }
}

Exit with_settings(app::Sources sources, const std::function<Exit(const app::Loaded&)>& go_on) {
  sources.environment = app::current_environment();
  const auto loaded = app::load_settings(sources);
  if (loaded) return go_on(*loaded);
  complain("the settings are not right:\n{}", printable_lines(app::to_text(loaded.error())));
  return Exit::usage;
}

}  // namespace oms::cli
