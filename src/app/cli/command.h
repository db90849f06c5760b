#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <string_view>

#include "app/settings_load.h"

namespace oms::cli {

// How every command ends. Scripts depend on the numbers: `oms --help` tells them.
enum class Exit {
  ok = 0,
  failed = 1,       // it did not work; of an order that is followed: it was cancelled
  usage = 2,        // the command line or the settings are wrong
  refused = 3,      // the server understood and said no
  not_found = 4,    // there is no such order, item or file
  unreachable = 5,  // no server answers
  broken = 6,       // `oms check` has found something that must not be
};

// The command line under construction: each command adds itself, and says what to run when it is
// the one that was given.
class Commands {
 public:
  using Run = std::function<Exit()>;

  explicit Commands(CLI::App& app) : app_(app) {}

  CLI::App* add(std::string_view name, std::string_view what) {
    return add_below(app_, name, what);
  }
  static CLI::App* add_below(CLI::App& parent, std::string_view name, std::string_view what) {
    return parent.add_subcommand(std::string{name}, std::string{what});
  }
  // When `command` was given, `run` is what it does.
  void runs(CLI::App* command, Run run) {
    command->callback([this, run = std::move(run)] { chosen_ = run; });
  }
  // Empty if none was given that can run by itself.
  const Run& chosen() const { return chosen_; }

 private:
  CLI::App& app_;
  Run chosen_;
};

// The commands, each in a file of its own.
void add_up(Commands& commands);
void add_order(Commands& commands);
void add_stock(Commands& commands);
void add_check(Commands& commands);
void add_backup(Commands& commands);
void add_notices(Commands& commands);
void add_config(Commands& commands);
void add_bench(Commands& commands);
void add_simulate(Commands& commands);
void add_version(Commands& commands);

}  // namespace oms::cli
