#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "process/settings.h"

// Tries what the settings name, each in a few seconds, and changes nothing there: what was seen, or
// why it cannot be used. Errors: `unavailable` where nobody answers, others where somebody refuses.
namespace oms::process {

Result<std::string> try_sqlite(const Settings& settings);
Result<std::string> try_postgres(const std::string& url);
Result<std::string> try_broker(const std::string& url);
Result<std::string> try_stripe(const Settings& settings);
Result<std::string> try_smtp(const Settings& settings);
Result<std::string> try_twilio(const Settings& settings);
// None where no collector is named.
Result<std::optional<std::string>> try_collector();
Result<std::string> try_certificates(const Settings& settings);

}  // namespace oms::process
