#include "cli/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <type_traits>

namespace oms::cli {
namespace {

constexpr std::string_view what_will_do = "'{}' will not do: write {}";

std::string wanted(std::string_view kind, const std::optional<Range>& range) {
  if (!range) return std::string{kind};
  return fmt::format("{} from {} to {}", kind, range->min, range->max);
}

// Of the type that the slot has: else CLI11 would refuse it in words of its own.
template <class T>
CLI::Validator number(const std::optional<Range>& range) {
  constexpr bool is_whole = std::is_integral_v<T>;
  const auto rule = wanted(is_whole ? "a whole number" : "a number", range);
  return {[rule, range](const std::string& text) {
            T value{};
            const auto* end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, value);
            bool is_good = read.ec == std::errc{} && read.ptr == end;
            if (is_good && range) {
              const auto size = static_cast<double>(value);
              is_good = size >= range->min && size <= range->max;
            }
            return is_good ? std::string{} : fmt::format(what_will_do, text, rule);
          },
          ""};
}

CLI::Validator one_of(const std::vector<std::string>& words) {
  return {[words](const std::string& text) {
            if (std::ranges::find(words, text) != words.end()) return std::string{};
            return fmt::format(what_will_do, text,
                               fmt::format("one of: {}", fmt::join(words, ", ")));
          },
          ""};
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
  if (!rules.words.empty()) {
    option.type_name(fmt::format("{}", fmt::join(rules.words, "|")))->check(one_of(rules.words));
  }
  if (!rules.needs.empty()) option.needs(app.get_option(std::string{rules.needs}));
}

struct AddOption {
  CLI::App& app;
  std::string name;
  std::string what;
  std::optional<Range> range;

  template <class T>
  CLI::Option* operator()(T* value) const {
    auto* const option = app.add_option(name, *value, what);
    if constexpr (std::is_arithmetic_v<T>) option->check(number<T>(range));
    return option;
  }
  CLI::Option* operator()(std::optional<std::int64_t>* value) const {
    return app.add_option(name, *value, what)->check(number<std::int64_t>(range));
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
  auto text = std::string{what};
  if (rules.range) text += fmt::format(" ({} to {})", rules.range->min, rules.range->max);
  const AddOption add{*app_, std::string{name}, text, rules.range};
  obey(*app_, *std::visit(add, slot), rules);
}

void Command::flag(std::string_view name, Switch to, std::string_view what,
                   const OptionRules& rules) const {
  obey(*app_, *std::visit(AddFlag{*app_, std::string{name}, std::string{what}}, to), rules);
}

void Command::footer(std::string_view text) const {
  app_->footer(std::string{text});
}

void Command::runs(Run run) const {
  app_->callback([app = app_, chosen = chosen_, run = std::move(run)] {
    if (app->get_subcommands().empty()) *chosen = run;
  });
}

}  // namespace oms::cli
