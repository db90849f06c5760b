#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "base/time_zone.h"

namespace oms::files {

// Reads a zone of the IANA database ("Europe/Berlin") from its file (RFC 9636), with transitions up
// to 2100. "UTC" needs no file. The error says what to write instead.
Result<TimeZone> read_time_zone(std::string_view name,
                                const std::filesystem::path& database = "/usr/share/zoneinfo");

}  // namespace oms::files
