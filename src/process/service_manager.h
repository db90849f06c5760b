#pragma once

#include <string_view>

#include "base/result.h"

namespace oms::process {

// Tells systemd, or whatever has set NOTIFY_SOCKET, of a change of state: "READY=1", "STOPPING=1".
// Does nothing where nobody wants to know. Any thread.
Result<void> notify_service_manager(std::string_view state);

}  // namespace oms::process
