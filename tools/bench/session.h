#pragma once

#include <memory>
#include <optional>

#include "tools/bench/load.h"
#include "tools/bench/options.h"
#include "tools/bench/report.h"
#include "tools/bench/server_watch.h"
#include "tools/bench/sources.h"
#include "tools/bench/target.h"

namespace oms::bench {

// All that one run needs: the server, the loop, the load, the watch over the server's memory.
class Session {
 public:
  Session(const Options& given, const Target& server);

  Result<void> connect();

  // Warms up, then measures: the tallies hold the second part only. The source goes on meanwhile,
  // and after it.
  void measure(Source& source, double warm_up, double duration);
  // Until the source is done, without a warm-up.
  void measure_all(Source& source, double at_most);

  // What the server and this program used between the beginning and the end of what was measured,
  // for each of `count` `things`.
  void report_costs(const Snapshot& from, const Snapshot& to, double count,
                    std::string_view things);

  const Options& options;
  Target target;
  std::optional<Address> pay_address;  // of the payment pages, where they are another server's
  Loop loop;
  ServerWatch watch;
  Load load;
  Report report;
  Snapshot from;  // of what was measured last
  Snapshot to;

 private:
  void tell_progress(const Source& source, Nanos began) const;
  void begin(Source& source);
  void end(Source& source);
};

// The runs, each in a file of its own.
Result<void> run_livez(Session& session);
Result<void> run_intake(Session& session);
Result<void> run_lifecycle(Session& session);
Result<void> run_read(Session& session);
Result<void> run_hot(Session& session);

// Places so many orders, as part of the preparation.
Result<std::vector<Placed>> preload(Session& session, const Basket& basket, std::size_t count);

}  // namespace oms::bench
