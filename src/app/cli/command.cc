#include "app/cli/command.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <system_error>

#include "app/cli/terminal.h"

namespace oms::cli {
namespace {

// The whole of the text as a number; none if it is something else.
std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

CLI::Validator within(const Range& range) {
  const auto bounds = fmt::format("{} to {}", range.min, range.max);
  return {[range, bounds](const std::string& text) {
            const auto value = number_in(text);
            if (value && *value >= range.min && *value <= range.max) return std::string{};
            return fmt::format("{} is not from {}", text, bounds);
          },
          bounds};
}

CLI::Validator not_empty() {
  return {[](const std::string& text) {
            return text.empty() ? std::string{"it is empty"} : std::string{};
          },
          ""};
}

void obey(CLI::App& app, CLI::Option& option, const OptionRules& rules) {
  if (!rules.shown.empty()) option.type_name(std::string{rules.shown});
  if (!rules.group.empty()) option.group(std::string{rules.group});
  if (rules.is_required) option.required()->check(not_empty());
  if (rules.shows_default) option.capture_default_str();
  if (rules.range) option.check(within(*rules.range));
  if (!rules.words.empty()) option.check(CLI::IsMember(rules.words));
  if (!rules.needs.empty()) option.needs(app.get_option(std::string{rules.needs}));
}

struct AddOption {
  CLI::App& app;
  std::string name;
  std::string what;

  template <class T>
  CLI::Option* operator()(T* value) const {
    return app.add_option(name, *value, what);
  }
  CLI::Option* operator()(const std::function<void(const std::string&)>& told) const {
    return app.add_option_function<std::string>(name, told, what);
  }
};

struct AddFlag {
  CLI::App& app;
  std::string name;
  std::string what;

  CLI::Option* operator()(bool* value) const { return app.add_flag(name, *value, what); }
  CLI::Option* operator()(const std::function<void()>& told) const {
    return app.add_flag_callback(name, told, what);
  }
};

}  // namespace

Command Command::add(std::string_view name, std::string_view what) const {
  return {*app_->add_subcommand(std::string{name}, std::string{what}), *chosen_};
}

void Command::option(std::string_view name, Slot slot, std::string_view what,
                     const OptionRules& rules) const {
  obey(*app_, *std::visit(AddOption{*app_, std::string{name}, std::string{what}}, slot), rules);
}

void Command::flag(std::string_view name, Switch to, std::string_view what,
                   const OptionRules& rules) const {
  obey(*app_, *std::visit(AddFlag{*app_, std::string{name}, std::string{what}}, to), rules);
}

void Command::footer(std::string_view text) const {
  app_->footer(std::string{text});
}

void Command::runs(Run run) const {
  app_->callback([chosen = chosen_, run = std::move(run)] { *chosen = run; });
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

Exit CommandLine::run(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0 ? Exit::ok : Exit::usage;
  }
  if (chosen_) return chosen_();
  warn(app_->help());  // of the command that needs one more word
  return Exit::usage;
}

}  // namespace oms::cli
