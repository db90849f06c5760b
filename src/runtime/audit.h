#pragma once

#include "runtime/records.h"
#include "services/service.h"

namespace oms::runtime {

AuditView view(const AuditEntry& entry);

// Of a message that has `by`, and what was decided of it.
AuditEntry audit_entry(const Message& message, const Reply& reply, Time at);

}  // namespace oms::runtime
