#pragma once

#include "messages/common.h"

namespace oms {

// The service that a broker's messages to this one are addressed to. An order and its saga live in
// one process: what one commit says to both comes as one message, and in its order.
constexpr ServiceName mailbox_of(ServiceName to) {
  return to == ServiceName::coordinator ? ServiceName::orders : to;
}

}  // namespace oms
