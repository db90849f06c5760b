#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <ranges>
#include <span>

#include "cli/command.h"
#include "cli/completion.h"
#include "cli/terminal.h"
#include "process/nearest.h"

// What is done with the words of the line: run, refused, explained, completed.
namespace oms::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

const CLI::App* command_of(const CLI::App& app, std::string_view name) {
  for (const auto* command : commands_of(app)) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

// The command that the line has led to so far.
const CLI::App& reached(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app : reached(*parsed.front());
}

// "oms order list"
std::string name_of(const CLI::App& app) {
  const auto* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : name_of(*parent) + " " + app.get_name();
}

// "oms help order list"
std::string help_for(const CLI::App& app) {
  auto name = name_of(app);
  return name.insert(name.find(' ') == std::string::npos ? name.size() : name.find(' '), " help");
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& names) {
  const auto nearest = process::nearest_to(word, names);
  return nearest.empty() ? "" : fmt::format(", did you mean {}?", nearest);
}

std::string unknown_command(const CLI::App& app, std::string_view word) {
  std::vector<std::string> names;
  for (const auto* command : commands_of(app)) names.push_back(command->get_name());
  auto hint = did_you_mean(word, names);
  if (hint.empty()) hint = fmt::format("; it has: {}", fmt::join(names, ", "));
  return fmt::format("`{}` has no command '{}'{}", name_of(app), word, hint);
}

std::string unknown_option(const CLI::App& app, std::string_view word) {
  const auto name = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) {
    for (const auto& known : option->get_lnames()) names.push_back("--" + known);
  }
  return fmt::format("`{}` has no option {}{}", name_of(app), name, did_you_mean(name, names));
}

std::string unexpected_word(const CLI::App& oms, std::span<char* const> words) {
  const auto& app = reached(oms);
  const auto left_over = oms.remaining(true);
  for (const std::string_view word : words) {
    if (std::ranges::find(left_over, word) == left_over.end()) continue;
    if (word.starts_with('-')) return unknown_option(app, word);
    if (commands_of(app).empty()) {
      return fmt::format("'{}' is one word too many for `{}`", word, name_of(app));
    }
    return unknown_command(app, word);
  }
  return "there are words too many";
}

// The option that CLI11's text begins with, which is all that it says of it.
const CLI::Option* option_in(const CLI::App& app, std::string_view text) {
  const auto end = text.find_first_of(": ");
  return app.get_option_no_throw(std::string{text.substr(0, end)});
}

std::string written(const CLI::Option& option) {
  const auto value = option.get_type_name();
  return option.nonpositional() ? fmt::format("{} {}", option.get_name(), value) : value;
}

std::string explain(const CLI::ParseError& error, const CLI::App& oms,
                    std::span<char* const> words) {
  const auto& app = reached(oms);
  std::string text = error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return unexpected_word(oms, words);
  const auto* option = option_in(app, text);
  if (option == nullptr) return text;
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    return fmt::format("`{}` needs {}: {}", name_of(app), written(*option),
                       option->get_description());
  }
  const bool is_without_value =
      dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && text.ends_with("missing");
  if (is_without_value) {
    return fmt::format("{} needs a value: write {}", option->get_name(), written(*option));
  }
  return text;
}

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

// The values of one that is shown as "bash|zsh|fish".
std::vector<Completion> values_of(const CLI::Option& option) {
  const auto type = option.get_type_name();
  if (type.find('|') == std::string::npos) return {};
  std::vector<Completion> values;
  for (const auto value : std::views::split(type, '|')) {
    values.push_back({std::string{value.begin(), value.end()}, ""});
  }
  return values;
}

// Where completion stands: in a command, perhaps behind an option that wants its value.
struct Place {
  const CLI::App* app;
  const CLI::Option* option = nullptr;
  std::size_t positionals = 0;
};

Place follow(const CLI::App& oms, std::span<const std::string> words) {
  Place place{.app = &oms};
  for (const auto& word : words) {
    if (std::exchange(place.option, nullptr) != nullptr) continue;
    if (word.starts_with('-')) {
      const auto* option = place.app->get_option_no_throw(word);
      if (option != nullptr && takes_value(*option)) place.option = option;
    } else if (const auto* command = command_of(*place.app, word)) {
      place.app = command;
    } else {
      ++place.positionals;
    }
  }
  return place;
}

std::vector<Completion> options_of(const CLI::App& app) {
  std::vector<Completion> all;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) {
      all.push_back({"--" + name, option->get_description()});
    }
  }
  return all;
}

Exit complete(const CLI::App& oms, std::span<char* const> given) {
  const std::vector<std::string> words{given.begin(), given.end()};
  for (const auto& [word, what] : completions(oms, words)) {
    say(fmt::format("{}\t{}", word, printable(what)));
  }
  return Exit::ok;
}

}  // namespace

std::vector<Completion> completions(const CLI::App& oms, std::span<const std::string> words) {
  if (words.empty()) return {};
  if (words.size() > 1 && words[0] == "help") words = words.subspan(1);
  const auto place = follow(oms, words.first(words.size() - 1));
  if (place.option != nullptr) return values_of(*place.option);
  if (words.back().starts_with('-')) return options_of(*place.app);
  std::vector<Completion> all;
  for (const auto* command : commands_of(*place.app)) {
    all.push_back({command->get_name(), command->get_description()});
  }
  if (!all.empty()) return all;
  std::size_t positional = 0;
  for (const auto* option : place.app->get_options()) {
    if (option->nonpositional() || positional++ != place.positionals) continue;
    return values_of(*option);
  }
  return {};
}

CommandLine::CommandLine(std::string_view about, std::string_view version, std::string_view footer)
    : app_(std::make_unique<CLI::App>(std::string{about}, "oms")) {
  app_->require_subcommand(0, 1);  // and so for each command: one word leads to one command
  app_->footer(std::string{footer});
  app_->set_version_flag("--version", std::string{version});
}

CommandLine::~CommandLine() = default;

Command CommandLine::top() {
  return {*app_, chosen_};
}

Exit CommandLine::help(const std::vector<std::string>& words) const {
  const CLI::App* app = app_.get();
  for (const auto& word : words) {
    const auto* command = command_of(*app, word);
    if (command == nullptr) {
      complain("{}", printable(unknown_command(*app, word)));
      return Exit::usage;
    }
    app = command;
  }
  say(app->get_formatter()->make_help(app, name_of(*app), CLI::AppFormatMode::Normal));
  return Exit::ok;
}

Exit CommandLine::run(int argc, char** argv) {
  std::vector<std::string> words;
  const auto help_command = top().add("help", "Show how a command is used");
  help_command.option("command", &words, "which", {.shown = "COMMAND"});
  help_command.runs([this, &words] { return help(words); });
  const std::span<char* const> given{argv, static_cast<std::size_t>(argc)};
  if (argc > 1 && std::string_view{argv[1]} == "__complete") {
    return complete(*app_, given.subspan(2));
  }
  try {
    app_->parse(argc, argv);
  } catch (const CLI::Success& shown) {  // --help or --version
    app_->exit(shown);
    return Exit::ok;
  } catch (const CLI::ParseError& error) {
    complain("{}\nSee `{}`.", printable(explain(error, *app_, given)), help_for(reached(*app_)));
    return Exit::usage;
  }
  if (chosen_) return chosen_();
  warn(app_->help());  // of the command that needs one more word
  return Exit::usage;
}

}  // namespace oms::cli
