#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "cli/command.h"
#include "cli/setting_flags.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "codec/json_text.h"
#include "process/settings_file.h"

namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms config                     every setting, and where it comes from
  oms config --cooks 8           the same as `oms up --cooks 8` would have it
  oms config --json | jq -r .listen.value
  oms config init                a file with all of them and what they are: ./data/oms.toml)";

constexpr const char* init_examples = R"(Examples:
  oms config init                ./data/oms.toml, which `oms up` reads by itself
  oms config init /etc/oms/oms.toml
  oms config init -              to standard output)";

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

Exit init(const std::string& to, bool is_forced) {
  const auto text = process::commented_settings();
  if (to == "-") {
    say(std::string_view{text}.substr(0, text.size() - 1));
    return Exit::ok;
  }
  const std::filesystem::path path{to};
  std::error_code problem;
  if (!is_forced && std::filesystem::exists(path, problem)) {
    complain("{} is there already; --force writes over it", printable(to));
    return Exit::refused;
  }
  std::filesystem::create_directories(path.parent_path(), problem);
  std::ofstream file{path};
  file << text << std::flush;
  if (!file) {
    complain("{} cannot be written: {}", printable(to), std::strerror(errno));
    return Exit::failed;
  }
  say("written: " + printable(to));
  return Exit::ok;
}

void add_init(const Command& config) {
  struct Options {
    std::string to;
    bool is_forced = false;
    process::Sources sources;
  };
  const auto command = config.add("init", "Write a file with every setting and what it is");
  auto options = std::make_shared<Options>();
  command.option("file", &options->to, "where to; - is standard output [<data>/oms.toml]",
                 {.shown = "FILE"});
  command.flag("--force", &options->is_forced, "write over a file that is there");
  add_setting_flags(command, options->sources, {"data"});
  command.footer(init_examples);
  command.runs([options] {
    return with_settings(options->sources, [options](const process::Loaded& loaded) {
      const auto usual = (loaded.settings.data / "oms.toml").string();
      return init(options->to.empty() ? usual : options->to, options->is_forced);
    });
  });
}

}  // namespace

void add_config(const Command& oms) {
  const auto command = oms.add("config", "Show every setting, and where it comes from");
  auto sources = std::make_shared<process::Sources>();
  auto as_json = std::make_shared<bool>(false);
  command.flag("--json", as_json.get(), "for machines");
  add_all_setting_flags(command, *sources);
  command.footer(examples);
  add_init(command);
  command.runs([sources, as_json] {
    return with_settings(*sources, [as_json](const process::Loaded& loaded) {
      *as_json ? print_json(loaded) : print_table(loaded);
      return Exit::ok;
    });
  });
}

}  // namespace oms::cli
