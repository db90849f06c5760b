#include "cli/command.h"

#include <fmt/format.h>

#include <memory>

#include "cli/terminal.h"
#include "tools/bench/loop.h"
#include "tools/bench/session.h"

namespace oms::cli {
namespace {

using bench::Options;
using bench::What;

constexpr const char* examples = R"(Examples:
  oms bench intake                          how many orders a second are placed, durably
  oms bench lifecycle --duration 30         from click to delivery, with payment and all
  oms bench lifecycle --baskets groceries.csv --decline 5 --cancel 2
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
  if (options.with_floor && (options.rate > 0 || !options.baskets.empty())) {
    return complain_of({ErrorKind::invalid,
                        "--with-floor compares full loads of equal orders: leave --rate and "
                        "--baskets away"});
  }
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

constexpr std::string_view the_server = "The server";
constexpr std::string_view the_load = "The load";
constexpr std::string_view the_orders = "The orders";

void add_server_options(const Command& command, Options& options) {
  command.option("--url", &options.url, "a running server", {.group = the_server});
  command.option("--token", &options.token, "the operator's token [<data>/operator.token]",
                 {.group = the_server});
  command.option("--data", &options.data, "the folder of a running server", {.group = the_server});
  command.option("--keep", &options.keep, "of the own server: keep everything in this folder",
                 {.group = the_server});
  command.option("--with", &options.with, "of the own server: a setting, as NAME=VALUE",
                 {.group = the_server});
}

void add_load_options(const Command& command, Options& options) {
  command.option("--connections", &options.connections, "connections",
                 {.group = the_load, .shows_default = true, .range = Range{1, 60'000}});
  command.option("--duration", &options.duration, "seconds that are measured",
                 {.group = the_load, .shows_default = true, .range = Range{0.1, 3600}});
  command.option("--warm-up", &options.warm_up, "seconds before them",
                 {.group = the_load, .shows_default = true, .range = Range{0, 3600}});
  command.option("--rate", &options.rate,
                 "arrivals a second; 0: the next as soon as one is answered",
                 {.group = the_load, .shows_default = true, .range = Range{0, 1e7}});
  command.flag("--json", &options.as_json, "for programs");
}

void add_shop_options(const Command& command, Options& options) {
  command.option("--customers", &options.customers, "customers who order",
                 {.group = the_orders, .shows_default = true, .range = Range{1, 1e7}});
  command.option("--preload", &options.preload, "orders placed before anything is measured",
                 {.group = the_orders, .shows_default = true});
  command.option("--lines", &options.lines, "products in each order",
                 {.group = the_orders, .shows_default = true, .range = Range{1, 50}});
  command.option("--baskets", &options.baskets,
                 "order each line of this file once (names, with commas)", {.group = the_orders});
  command.option("--seed", &options.seed, "of all that is drawn by lot",
                 {.group = the_orders, .shows_default = true});
}

void add_intake_options(const Command& command, Options& options) {
  command.flag("!--no-livez", &options.with_livez,
               "do not measure the empty answer before and after");
}

void add_lifecycle_options(const Command& command, Options& options) {
  const auto percent = Range{0, 100};
  command.option("--pay-url", &options.pay_url,
                 "where the payment pages are, if that is another server", {.group = the_server});
  command.option("--in-flight", &options.in_flight, "orders under way at a time",
                 {.shows_default = true, .range = Range{1, 1e6}});
  command.option("--decline", &options.decline, "percent of the cards that are declined",
                 {.range = percent});
  command.option("--cancel", &options.cancel, "percent of the orders that are cancelled",
                 {.range = percent});
}

void add_floor_options(const Command& command, Options& options) {
  command.flag("--with-floor", &options.with_floor,
               "measure what SQLite alone can write too, before and after: at full load, and "
               "without --baskets");
  command.option("--floor-batch", &options.floor_batch,
                 "orders in each of its commits; 0: as in the server's");
}

void add_hot_options(const Command& command, Options& options) {
  command.option("--orders", &options.orders, "who want one", {.shows_default = true});
  command.option("--units", &options.units, "how many there are", {.shows_default = true});
}

void add_one(const Command& bench, What what, std::string_view name, std::string_view about) {
  auto options = std::make_shared<Options>();
  options->what = what;
  const auto command = bench.add(name, about);
  add_load_options(command, *options);
  add_server_options(command, *options);
  if (what != What::livez) add_shop_options(command, *options);
  if (what == What::intake) add_intake_options(command, *options);
  if (what == What::lifecycle) add_lifecycle_options(command, *options);
  if (what == What::intake || what == What::lifecycle) add_floor_options(command, *options);
  if (what == What::hot) add_hot_options(command, *options);
  command.runs([options] { return run(*options); });
}

}  // namespace

void add_bench(const Command& oms) {
  const auto bench = oms.add("bench", "Measure a server, a new one or one that runs here");
  bench.footer(examples);
  add_one(bench, What::livez, "livez", "The empty answer: what HTTP itself costs");
  add_one(bench, What::intake, "intake", "Place orders, nothing else");
  add_one(bench, What::lifecycle, "lifecycle", "Whole orders, from click to delivery");
  add_one(bench, What::read, "read", "Read orders and customers' lists");
  add_one(bench, What::hot, "hot", "Many orders race for the last few of one item");
}

}  // namespace oms::cli
