#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/setting_flags.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "codec/json_write.h"
#include "process/doctor.h"

// `oms doctor`.
namespace oms::cli {
namespace {

using process::Examined;

constexpr const char* examples = R"(Examples:
  oms doctor                     what `oms up` with the same settings would use
  OMS_STORE=postgres://oms@db/oms oms doctor
  oms doctor --json | jq '.[] | select(.state == "fails")'
Nothing is changed or sent. It ends with 0 where all that is set works, else with 1.)";

Colour colour_of(Examined::State state) {
  switch (state) {
    case Examined::State::works:
      return Colour::green;
    case Examined::State::fails:
      return Colour::red;
    case Examined::State::unused:
      break;
  }
  return Colour::dim;
}

void show(const std::vector<Examined>& all) {
  Table table{{"what", "state", "seen", "where"}};
  for (const auto& one : all) {
    table.add({{one.what, Colour::bold},
               {std::string{json::name_of(one.state)}, colour_of(one.state)},
               {printable(one.detail)},
               {printable(one.where), Colour::dim}});
  }
  say(table.text());
  for (const auto& one : all) {
    if (one.state != Examined::State::fails) continue;
    say(fmt::format("{} {}", painted(Colour::red, one.what + ":"), printable(one.cure)));
  }
}

Exit run(const process::Loaded& loaded, bool as_json) {
  const bool is_watched = is_terminal(stderr) && !as_json;
  const auto all = process::examine(loaded.settings, [&](std::string_view what) {
    if (is_watched) fmt::print(stderr, "\r{:40}\rtrying: {} ", "", what);
  });
  if (is_watched) fmt::print(stderr, "\r{:40}\r", "");
  if (as_json) {
    std::string text;
    write_json(all, text);
    say(text);
  } else {
    show(all);
  }
  for (const auto& one : all) {
    if (one.state == Examined::State::fails) return Exit::failed;
  }
  return Exit::ok;
}

}  // namespace

void add_doctor(const Command& oms) {
  const auto command = oms.add("doctor", "Try every connection that the settings name");
  auto sources = std::make_shared<process::Sources>();
  auto as_json = std::make_shared<bool>(false);
  command.flag("--json", as_json.get(), "for machines");
  add_all_setting_flags(command, *sources);
  command.footer(examples);
  command.runs([sources, as_json] {
    return with_settings(
        *sources, [as_json](const process::Loaded& loaded) { return run(loaded, *as_json); });
  });
}

}  // namespace oms::cli
