#pragma once

#include "messages/message.h"
#include "sagas/saga.h"
#include "services/coordinator/records.h"
#include "services/service.h"

namespace oms::coordinator {

// The message that carries out a command of the table, made from what the saga knows, for the run
// and step that `ref` names.
Payload command_for(sagas::Command command, const Saga& saga, const Run& run, const StepRef& ref,
                    const sagas::Limits& limits, Now now);

}  // namespace oms::coordinator
