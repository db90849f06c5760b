#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): its name
class App;
}

namespace oms::cli {

// How every command ends. Scripts depend on the numbers: `oms --help` tells them.
enum class Exit {
  ok = 0,
  failed = 1,       // it did not work; of an order that is placed or followed: cancelled
  usage = 2,        // the command line or the settings are wrong
  refused = 3,      // the server understood and said no
  not_found = 4,    // there is no such order, item or file
  unreachable = 5,  // no server answers
  broken = 6,       // `oms check` has found something that must not be
  differs = 7,      // `oms reconcile` has found differences, and some are left
};

using Run = std::function<Exit()>;

// Where an option puts its value: a variable, or a function that is told.
using Slot = std::variant<std::string*, std::optional<std::string>*, std::vector<std::string>*,
                          int*, unsigned*, std::int64_t*, std::optional<std::int64_t>*,
                          std::uint64_t*, double*, std::function<void(const std::string&)>>;
using Switch = std::variant<bool*, std::function<void()>>;

// Both ends belong to it.
struct Range {
  double min = 0;
  double max = 0;
};

struct OptionRules {
  std::string_view shown = {};          // what stands for its value in the help: "FILE"
  std::string_view group = {};          // the heading that it stands under
  bool is_required = false;             // and then it is not empty
  bool shows_default = false;           // what its slot holds now
  std::optional<Range> range = {};      // of a number
  std::vector<std::string> words = {};  // it is one of these, and they are shown for its value
  std::string_view needs = {};          // another option, defined before it
};

// One command of the line, such as `oms stock set`, under construction. CLI11 reads the line; it is
// included in command.cc and command_line.cc alone of src/, for it takes seconds to compile.
class Command {
 public:
  // A command below this one.
  Command add(std::string_view name, std::string_view what) const;

  // A name without dashes is a word that stands for itself: `oms order get ORDER`. What is filled
  // must live until the command runs.
  void option(std::string_view name, Slot slot, std::string_view what,
              const OptionRules& = {}) const;
  void flag(std::string_view name, Switch to, std::string_view what, const OptionRules& = {}) const;
  void footer(std::string_view text) const;

  // When this command was given, and none below it, `run` is what it does.
  void runs(Run run) const;

 private:
  friend class CommandLine;
  Command(CLI::App& app, Run& chosen) : app_(&app), chosen_(&chosen) {}

  CLI::App* app_;
  Run* chosen_;
};

// The words that the program was started with, and what they may be.
class CommandLine {
 public:
  CommandLine(std::string_view about, std::string_view version, std::string_view footer);
  ~CommandLine();

  // `oms` itself, to which the commands are added.
  Command top();

  // Reads the line and runs what it says, or tells what is wrong with it. `oms help COMMAND` is
  // known too, and `oms __complete WORD...`, which a shell asks: see `completions`.
  Exit run(int argc, char** argv);

 private:
  Exit help(const std::vector<std::string>& words) const;

  std::unique_ptr<CLI::App> app_;
  Run chosen_;
};

// The commands, each in a file of its own.
void add_up(const Command& oms);
void add_serve(const Command& oms);
void add_order(const Command& oms);
void add_stock(const Command& oms);
void add_saga(const Command& oms);
void add_customer(const Command& oms);
void add_dead_letters(const Command& oms);
void add_audit(const Command& oms);
void add_check(const Command& oms);
void add_log_level(const Command& oms);
void add_reconcile(const Command& oms);
void add_backup(const Command& oms);
void add_notices(const Command& oms);
void add_provider(const Command& oms);
void add_config(const Command& oms);
void add_doctor(const Command& oms);
void add_bench(const Command& oms);
void add_simulate(const Command& oms);
void add_sagas(const Command& oms);
void add_version(const Command& oms);
void add_completion(const Command& oms);

}  // namespace oms::cli
