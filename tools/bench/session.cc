#include "tools/bench/session.h"

#include <fmt/format.h>

#include <thread>

#include "cli/terminal.h"
#include "tools/bench/chart.h"

namespace oms::bench {
namespace {

constexpr Nanos drain_patience = 30 * second;
constexpr double preload_patience = 600;  // seconds
constexpr double crowded = 0.1;           // cores that others may use unmentioned

Nanos span_of(double seconds) {
  return static_cast<Nanos>(seconds * 1e9);
}

std::string title_of(const Options& options, const Target& target) {
  constexpr const char* names[] = {"livez", "intake", "lifecycle", "read", "hot"};
  const auto pace = options.rate > 0 ? fmt::format("{:g} arrivals a second", options.rate)
                                     : std::string{"as fast as it is answered"};
  return fmt::format("oms bench {}: {}, {} connections, {}",
                     names[static_cast<std::size_t>(options.what)], target.url, options.connections,
                     pace);
}

}  // namespace

Session::Session(const Options& given, const Target& server)
    : options(given),
      target(server),
      pay_address(given.pay_url.empty() ? std::nullopt : Address::of(given.pay_url)),
      watch(loop, target),
      load(loop, target.address, given.connections),
      report(title_of(given, server)) {}

Result<void> Session::connect() {
  if (!options.pay_url.empty() && !pay_address) {
    return fail(ErrorKind::invalid, options.pay_url + " is no server of this machine");
  }
  if (load.connect()) return {};
  return fail(ErrorKind::unavailable, "nobody listens at " + target.url);
}

void Session::begin(Source& source) {
  from = watch.snapshot();
  const auto now = clock_now();
  for (auto& tally : source.tallies) tally.begin(now);
  load.each_second = [this, &source, now](Nanos) {
    watch.poll();
    tell_progress(source, now);
  };
}

void Session::end(Source& source) {
  const auto now = clock_now();
  for (auto& tally : source.tallies) tally.end(now);
  to = watch.snapshot();
  load.each_second = [this](Nanos) { watch.poll(); };
  if (cli::is_terminal(stderr)) fmt::print(stderr, "\r\x1b[K");
}

void Session::measure(Source& source, double warm_up, double duration) {
  load.each_second = [this](Nanos) { watch.poll(); };
  load.run(source, clock_now() + span_of(warm_up));
  begin(source);
  load.run(source, clock_now() + span_of(duration));
  end(source);
}

void Session::measure_all(Source& source, double at_most) {
  begin(source);
  load.run(source, clock_now() + span_of(at_most));
  load.drain(source, clock_now() + drain_patience);
  end(source);
}

void Session::tell_progress(const Source& source, Nanos began) const {
  if (!cli::is_terminal(stderr)) return;
  // The last tally is what the run is about.
  const auto& tally = source.tallies.back();
  const auto& seconds = tally.each_second();
  const auto last = seconds.empty()      ? 0
                    : seconds.size() > 1 ? seconds[seconds.size() - 2]
                                         : seconds.back();
  fmt::print(stderr, "\r\x1b[K  {:>4} s  {}: {} a second, p99 {} ms, server {} MB",
             (clock_now() - began) / second, tally.name(), count_text(last),
             ms_text(tally.durations().quantile(0.99)), watch.resident() >> 20U);
  std::fflush(stderr);
}

void Session::report_costs(const Snapshot& before, const Snapshot& after, double count,
                           std::string_view things) {
  const auto span = static_cast<double>(after.at - before.at) / 1e9;
  const auto difference = [&](auto member) {
    return static_cast<double>(after.*member - before.*member);
  };
  if (count <= 0 || span <= 0) return;
  const auto server = after.server_cpu - before.server_cpu;
  const auto client = after.client_cpu - before.client_cpu;
  const auto batches = difference(&Snapshot::batches);
  report.number("client_cpu_us", client / count * 1e6,
                fmt::format("client   {:.2f} cores, {:.1f} us for each of {} {}, {:.1f} of them "
                            "outside the kernel",
                            client / span, client / count * 1e6, count_text(count), things,
                            (after.client_user - before.client_user) / count * 1e6));
  report.number("server_resident_max_bytes", static_cast<double>(watch.resident_max()));
  report.number(
      "server_cpu_us", server / count * 1e6,
      target.pid == 0
          ? fmt::format("server   {} MB resident at most", watch.resident_max() >> 20U)
          : fmt::format("server   {:.2f} cores, {:.1f} us each, {} MB resident at most",
                        server / span, server / count * 1e6, watch.resident_max() >> 20U));
  // Only if the server's process is known: else it is one of the others.
  const auto others = after.machine_cpu - before.machine_cpu - server - client;
  report.number("others_cores", others / span,
                target.pid != 0 && others > crowded * span
                    ? fmt::format("CAUTION  other processes used {:.2f} of {} cores meanwhile",
                                  others / span, std::thread::hardware_concurrency())
                    : "");
  if (batches <= 0) return;
  const auto rows = difference(&Snapshot::rows);
  const auto messages = difference(&Snapshot::messages);
  report.number("batches", batches);
  report.number("rows_per_batch", rows / batches);
  report.number("rows_each", rows / count,
                fmt::format("batches  {} a second, {:.1f} messages and {:.1f} rows in each; {:.2f} "
                            "messages and {:.2f} rows for each of the {}",
                            count_text(batches / span), messages / batches, rows / batches,
                            messages / count, rows / count, things));
  const auto tell = [&](std::string_view name, auto member, std::string_view what) {
    const auto times = difference(member);
    report.number(std::string{name}, times,
                  times > 0 ? fmt::format("         {}: {}", what, count_text(times)) : "");
  };
  tell("refused_full", &Snapshot::refused, "turned away because the queue was full");
  tell("effects_deferred", &Snapshot::deferred, "effects left to a wake-up");
  tell("failed_commits", &Snapshot::failed_commits, "commits that failed and were decided again");
  tell("wake_ups", &Snapshot::wake_ups, "wake-ups");
  if (difference(&Snapshot::dead_letters) > 0) report.fault("there are dead letters");
}

Result<std::vector<Placed>> preload(Session& session, const Basket& basket, std::size_t count) {
  Placing placing{basket, {.most = count, .remembers = true}};
  session.load.run(placing, clock_now() + span_of(preload_patience));
  session.load.drain(placing, clock_now() + drain_patience);
  if (placing.tallies[0].unexpected() == 0) return placing.placed();
  return fail(ErrorKind::unavailable, fmt::format("{} of {} orders could not be placed",
                                                  placing.tallies[0].unexpected(), count));
}

}  // namespace oms::bench
