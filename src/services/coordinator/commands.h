#pragma once

#include "messages/message.h"
#include "sagas/saga.h"
#include "services/coordinator/records.h"
#include "services/service.h"

namespace oms::coordinator {

// The message that carries out a command of the table, made from what the saga knows.
Payload command_for(sagas::Command command, const Saga& saga, Now now);

}  // namespace oms::coordinator
