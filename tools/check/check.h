#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "ports/store.h"
#include "tools/check/auditor.h"

namespace oms::check {

struct Request {
  std::filesystem::path database = {};  // that nobody writes to
  std::filesystem::path ledger = {};    // the provider's; empty or absent: none
  bool ledger_may_be_ahead = false;     // a server goes on while this is read
  bool must_be_quiescent = false;
  Time kept_since = {};                          // older orders may have been tidied away
  std::function<void(double)> on_progress = {};  // 0 to 1, now and then
};

// Reads everything once and tells what holds and what does not. Errors: a file cannot be read.
Result<Auditor> check_invariants(const Request& request);
// The same of what `reader` reads: nobody may write to it meanwhile.
Result<Auditor> check_invariants(Reader& reader, const Request& request);

}  // namespace oms::check
