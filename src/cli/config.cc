#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/setting_flags.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "codec/json_text.h"

namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms config                     every setting, and where it comes from
  oms config --cooks 8           the same as `oms up --cooks 8` would have it
  oms config --json | jq -r .listen.value)";

std::string_view origin_of(const process::Loaded& loaded, const process::Setting& setting) {
  const auto origin = loaded.origins.find(setting.name);
  return origin == loaded.origins.end() ? "default" : std::string_view{origin->second};
}

void print_json(const process::Loaded& loaded) {
  std::string out;
  for (const auto& setting : process::all_settings()) {
    out += out.empty() ? "{\n  " : ",\n  ";
    write_json_string(process::toml_key_of(setting), out);
    out += ": {\"value\": ";
    write_json_string(process::show_setting(setting, loaded.settings), out);
    out += ", \"from\": ";
    write_json_string(origin_of(loaded, setting), out);
    out += "}";
  }
  say(out + "\n}");
}

void print_table(const process::Loaded& loaded) {
  Table table{{"setting", "value", "from", "what it is"}};
  for (const auto& setting : process::all_settings()) {
    const auto origin = origin_of(loaded, setting);
    const auto colour = origin == "default" ? Colour::dim : Colour::green;
    table.add({{std::string{setting.name}, Colour::bold},
               {printable(process::show_setting(setting, loaded.settings))},
               {printable(origin), colour},
               {std::string{setting.help}, Colour::dim}});
  }
  say(table.text());
}

}  // namespace

void add_config(const Command& oms) {
  const auto command = oms.add("config", "Show every setting, and where it comes from");
  auto sources = std::make_shared<process::Sources>();
  auto as_json = std::make_shared<bool>(false);
  command.flag("--json", as_json.get(), "for machines");
  add_all_setting_flags(command, *sources);
  command.footer(examples);
  command.runs([sources, as_json] {
    return with_settings(*sources, [as_json](const process::Loaded& loaded) {
      *as_json ? print_json(loaded) : print_table(loaded);
      return Exit::ok;
    });
  });
}

}  // namespace oms::cli
