#include "app/cli/command.h"

#include <fmt/format.h>

#include <memory>

#include "app/bench/loop.h"
#include "app/bench/session.h"
#include "app/cli/terminal.h"

namespace oms::cli {
namespace {

using bench::Options;
using bench::What;

constexpr const char* examples = R"(Examples:
  oms bench intake                          how many orders a second are placed, durably
  oms bench lifecycle --duration 30         from click to delivery, with payment and all
  oms bench lifecycle --baskets shared/data/groceries.csv --decline 5 --cancel 2
  oms bench intake --rate 20000             at a fixed rate: what a customer waits
  oms bench read --preload 100000 --rate 10000
  oms bench hot --orders 10000 --units 1000
  oms bench livez --url http://127.0.0.1:8080
  oms bench intake --with batch-max=512     a setting of `oms up`, for the server it starts

Without --url or --data a server of its own is started, in a temporary folder (TMPDIR says where)
that goes afterwards, and with a kitchen and a delivery that take no time. Only this machine is
ever loaded.)";

Exit complain_of(const Error& error) {
  complain("{}", printable_lines(error.detail));
  return error.kind == ErrorKind::invalid ? Exit::usage : Exit::failed;
}

Result<void> measure(bench::Session& session) {
  OMS_CHECK(session.connect());
  switch (session.options.what) {
    case What::livez:
      return bench::run_livez(session);
    case What::intake:
      return bench::run_intake(session);
    case What::lifecycle:
      return bench::run_lifecycle(session);
    case What::read:
      return bench::run_read(session);
    case What::hot:
      break;
  }
  return bench::run_hot(session);
}

Exit run(const Options& options) {
  bench::catch_interrupts();
  std::unique_ptr<bench::OwnServer> own;
  Result<bench::Target> target = fail(ErrorKind::internal, "");
  if (options.url.empty() && options.data.empty()) {
    auto started = bench::OwnServer::start(options);
    if (!started) return complain_of(started.error());
    own = *std::move(started);
    target = own->target();
  } else {
    target = bench::find_running(options);
  }
  if (!target) return complain_of(target.error());
  bench::Session session{options, *target};
  if (own && own->is_in_memory()) {
    session.report.say("CAUTION  the server's folder is in memory: nothing was synced to a disk");
  }
  if (const auto measured = measure(session); !measured) return complain_of(measured.error());
  if (session.load.is_broken()) session.report.fault("the server no longer answers");
  say(options.as_json ? session.report.json() : session.report.text());
  return session.report.has_failed() ? Exit::failed : Exit::ok;
}

void add_server_options(CLI::App& command, Options& options) {
  constexpr const char* group = "The server";
  command.add_option("--url", options.url, "a running server")->group(group);
  command.add_option("--token", options.token, "the operator's token [<data>/operator.token]")
      ->group(group);
  command.add_option("--data", options.data, "the folder of a running server")->group(group);
  command.add_option("--keep", options.keep, "of the own server: keep everything in this folder")
      ->group(group);
  command.add_option("--with", options.with, "of the own server: a setting, as NAME=VALUE")
      ->group(group);
}

void add_load_options(CLI::App& command, Options& options) {
  constexpr const char* group = "The load";
  const auto add = [&](const char* name, auto& value, const char* what) {
    return command.add_option(name, value, what)->capture_default_str()->group(group);
  };
  add("--connections", options.connections, "connections")->check(CLI::Range(1, 60000));
  add("--duration", options.duration, "seconds that are measured")->check(CLI::Range(0.1, 3600.0));
  add("--warm-up", options.warm_up, "seconds before them")->check(CLI::Range(0.0, 3600.0));
  add("--rate", options.rate, "arrivals a second; 0: the next as soon as one is answered")
      ->check(CLI::Range(0.0, 1e7));
  command.add_flag("--json", options.as_json, "for programs");
}

void add_shop_options(CLI::App& command, Options& options) {
  constexpr const char* group = "The orders";
  const auto add = [&](const char* name, auto& value, const char* what) {
    return command.add_option(name, value, what)->capture_default_str()->group(group);
  };
  add("--customers", options.customers, "customers who order")->check(CLI::Range(1, 10'000'000));
  add("--preload", options.preload, "orders placed before anything is measured");
  add("--lines", options.lines, "products in each order")->check(CLI::Range(1, 50));
  add("--baskets", options.baskets, "order each line of this file once (names, with commas)");
  add("--seed", options.seed, "of all that is drawn by lot");
}

void add_one(Commands& commands, CLI::App& bench, What what, const char* name, const char* about) {
  auto options = std::make_shared<Options>();
  options->what = what;
  auto* command = Commands::add_below(bench, name, about);
  add_load_options(*command, *options);
  add_server_options(*command, *options);
  if (what != What::livez) add_shop_options(*command, *options);
  if (what == What::intake) {
    command->add_flag("!--no-livez", options->with_livez,
                      "do not measure the empty answer before and after");
  }
  if (what == What::lifecycle) {
    command->add_option("--in-flight", options->in_flight, "orders under way at a time")
        ->capture_default_str()
        ->check(CLI::Range(1, 1'000'000));
    command->add_option("--decline", options->decline, "percent of the cards that are declined")
        ->check(CLI::Range(0, 100));
    command->add_option("--cancel", options->cancel, "percent of the orders that are cancelled")
        ->check(CLI::Range(0, 100));
    command->add_flag("--with-floor", options->with_floor,
                      "measure what the store alone can write too, before and after");
    command->add_option("--floor-batch", options->floor_batch,
                        "orders in each of its commits; 0: as in the server's");
  }
  if (what == What::hot) {
    command->add_option("--orders", options->orders, "who want one")->capture_default_str();
    command->add_option("--units", options->units, "how many there are")->capture_default_str();
  }
  commands.runs(command, [options] { return run(*options); });
}

}  // namespace

void add_bench(Commands& commands) {
  auto* bench = commands.add("bench", "Measure a server, a new one or one that runs here");
  bench->require_subcommand(1);
  bench->footer(examples);
  add_one(commands, *bench, What::livez, "livez", "The empty answer: what HTTP itself costs");
  add_one(commands, *bench, What::intake, "intake", "Place orders, nothing else");
  add_one(commands, *bench, What::lifecycle, "lifecycle", "Whole orders, from click to delivery");
  add_one(commands, *bench, What::read, "read", "Read orders and customers' lists");
  add_one(commands, *bench, What::hot, "hot", "Many orders race for the last few of one item");
}

}  // namespace oms::cli
