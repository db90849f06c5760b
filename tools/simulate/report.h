#pragma once

#include <span>
#include <string>

#include "tools/simulate/campaign.h"

namespace oms::simulate {

// What a campaign has come to, for people and for programs.
std::string totals_text(const Totals& totals, Duration took);
std::string totals_json(const Totals& totals, Duration took);

// Which fault has met which step, and how often.
std::string marks_text(const Marks& marks);

// What happened to one order, and to all at the time.
std::string timeline_text(std::span<const Journal::Line> lines, std::uint64_t order,
                          Time beginning);

}  // namespace oms::simulate
