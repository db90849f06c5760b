#pragma once

namespace oms::process {

// Card numbers pass through this process: they must not end in a core file.
void forbid_core_dumps();

}  // namespace oms::process
