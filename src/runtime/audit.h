#pragma once

#include <optional>

#include "base/result.h"
#include "runtime/records.h"

namespace oms::runtime {

AuditView view(const AuditEntry& entry);

// Of a message that has `by`.
AuditEntry audit_entry(const Message& message, const std::optional<Error>& refusal, Time at);

}  // namespace oms::runtime
