#pragma once

namespace oms::curl {

// Sets libcurl up, once for the process. Any thread. Throws std::runtime_error if it cannot be.
void set_up_once();

}  // namespace oms::curl
