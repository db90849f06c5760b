#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "cli/command.h"
#include "cli/terminal.h"
#include "codec/json_names.h"
#include "process/version.h"
#include "tools/simulate/exhaustive.h"
#include "tools/simulate/report.h"
#include "tools/simulate/shrink.h"

namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms simulate                                100 seeds of 200 orders
  oms simulate --seeds 10000 --orders 200     2 million orders
  oms simulate --seed 17 --seeds 1            one seed again; what it breaks is told as a story
  oms simulate --seeds 1000 --twice           the same seed must go the same way
  oms simulate --seeds 1000 --marks           which fault has met which step of an order's life
  oms simulate --exhaustive                   one order, a crash at every point, and at each pair
  oms simulate --json | jq '.broken[]'
The services and the runtime that `oms up` runs, on one thread, in virtual time, with simulated
ports that fail in every way we can name. Nothing outside this process is touched.
Exit codes: 0 every promise was kept, 6 some were broken.)";

struct Options {
  simulate::Campaign campaign{.seeds = 100};
  bool shows_marks = false;
  bool as_json = false;
  bool is_exhaustive = false;
  bool is_thorough = false;
};

using Clock = std::chrono::steady_clock;

Duration since(Clock::time_point start) {
  return std::chrono::duration_cast<Duration>(Clock::now() - start);
}

// How a program that counts shows how far it is: on a terminal only.
std::function<void(std::uint64_t)> progress(const Options& options, std::string what) {
  if (!is_terminal(stderr) || options.as_json) return {};
  return
      [what = std::move(what)](std::uint64_t done) { fmt::print(stderr, "\r{} {}", done, what); };
}

void end_progress(const Options& options) {
  if (is_terminal(stderr) && !options.as_json) fmt::print(stderr, "\r{:40}\r", "");
}

// The scenario made as small as it goes, as the story of the order in which the rule was broken.
void tell_story(const simulate::Scenario& scenario, const simulate::Violation& violation) {
  say(fmt::format("\n{} {}: {}\n", painted(Colour::red, "BROKEN"), violation.rule,
                  violation.detail));
  const auto smallest = shrink(scenario, violation.rule);
  const auto outcome = simulate::play(smallest, true);
  if (!outcome.violation) return;  // it is not the same twice: there is no story to be told
  // What is broken about an item or a customer has no order: then the first order left shows it.
  const bool has_none = outcome.broken_order == 0 && !smallest.orders.empty();
  const auto order = has_none ? smallest.orders.front().number : outcome.broken_order;
  say(fmt::format(
      "The shortest schedule that breaks it has {} orders, {} incidents and {} restocks. "
      "The life of order {}:\n",
      smallest.orders.size(), smallest.incidents.size() + smallest.crash_calls.size(),
      smallest.restocks.size(), order));
  say(simulate::timeline_text(outcome.lines, order, outcome.beginning));
}

void list_failures(const std::vector<simulate::Failure>& failures) {
  constexpr std::size_t most = 20;
  for (std::size_t i = 0; i < std::min(failures.size(), most); ++i) {
    const auto& [seed, violation] = failures[i];
    say(fmt::format("seed {}: {}: {}", seed, violation.rule, violation.detail));
  }
  if (failures.size() > most) say(fmt::format("and {} more", failures.size() - most));
}

Exit verdict(const simulate::Totals& totals) {
  return totals.failures.empty() ? Exit::ok : Exit::broken;
}

Exit run_seeds(const Options& options) {
  auto campaign = options.campaign;
  campaign.on_progress = progress(options, fmt::format("of {} seeds", campaign.seeds));
  const auto start = Clock::now();
  const auto totals = simulate::run(campaign);
  const auto took = since(start);
  end_progress(options);
  if (options.as_json) {
    say(simulate::totals_json(totals, took));
    return verdict(totals);
  }
  say(simulate::totals_text(totals, took));
  if (options.shows_marks) say("\n" + simulate::marks_text(totals.marks));
  list_failures(totals.failures);
  if (totals.failures.empty()) return Exit::ok;
  const auto& [seed, violation] = totals.failures.front();
  tell_story(simulate::draw_scenario(seed, campaign.orders, campaign.wiring), violation);
  const auto wiring =
      campaign.wiring ? fmt::format(" --wiring {}", json::name_of(*campaign.wiring)) : "";
  say(fmt::format("seed {}, revision {}; again: oms simulate --seed {} --seeds 1 --orders {}{}",
                  seed, process::revision(), seed, campaign.orders, wiring));
  return Exit::broken;
}

Exit run_exhaustive(const Options& options) {
  const simulate::Exhaustive exhaustive{.is_thorough = options.is_thorough,
                                        .jobs = options.campaign.jobs,
                                        .on_progress = progress(options, "runs")};
  const auto start = Clock::now();
  const auto all = simulate::run(exhaustive);
  const auto took = since(start);
  end_progress(options);
  if (options.as_json) {
    say(simulate::totals_json(all.totals, took));
    return verdict(all.totals);
  }
  say(fmt::format(
      "one food order, in {} lives: {} points to crash at, {} pairs of them, and {} runs "
      "with a message handed in twice\n",
      all.lives, all.points, all.pairs, all.doubled));
  say(simulate::totals_text(all.totals, took));
  if (all.broken.empty()) return Exit::ok;
  tell_story(all.broken.front().scenario, all.broken.front().violation);
  return Exit::broken;
}

Exit run(const Options& options) {
  return options.is_exhaustive ? run_exhaustive(options) : run_seeds(options);
}

void add_options(const Command& command, Options& options) {
  auto& campaign = options.campaign;
  campaign.jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  command.option("--seeds", &campaign.seeds, "how many [100]",
                 {.shown = "N", .range = Range{1, 1e8}});
  command.option("--seed", &campaign.first_seed, "the first of them [1]", {.shown = "SEED"});
  command.option("--orders", &campaign.orders, "of each seed [200]",
                 {.shown = "N", .range = Range{1, 1e5}});
  const auto choose = [&campaign](const std::string& wiring) {
    campaign.wiring = wiring == "apart" ? simulate::Wiring::apart : simulate::Wiring::together;
  };
  command.option("--wiring", choose, "how the services live [as each seed says]",
                 {.shown = "HOW", .words = {"together", "apart"}});
  command.option("--jobs", &campaign.jobs, "seeds at a time [as many as there are cores]",
                 {.shown = "N", .range = Range{1, 256}});
  command.flag("--until-broken", &campaign.stops_at_first,
               "stop at the first seed that breaks a promise");
  command.flag("--twice", &campaign.twice, "each seed twice: it must go the same way");
  command.flag("--marks", &options.shows_marks, "show which fault has met which step");
  command.flag("--exhaustive", &options.is_exhaustive,
               "instead: one order, killed at every point, and at each pair of points");
  command.flag("--thorough", &options.is_thorough,
               "each pair where services live apart, too, and each pair with each message twice",
               {.needs = "--exhaustive"});
  command.flag("--json", &options.as_json, "for programs");
}

}  // namespace

void add_simulate(const Command& oms) {
  const auto command =
      oms.add("simulate", "Run the whole system under every fault, in virtual time");
  auto options = std::make_shared<Options>();
  add_options(command, *options);
  command.footer(examples);
  command.runs([options] { return run(*options); });
}

}  // namespace oms::cli
