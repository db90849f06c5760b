#pragma once

#include <cstdint>

namespace oms::cluster {

// A port of this machine that nobody listens on, and that the kernel gives to no outgoing
// connection: a process that was killed finds its port free again. Each is given once.
std::uint16_t new_port();

}  // namespace oms::cluster
