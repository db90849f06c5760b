#pragma once

#include "edge/call.h"

// How far orders' sagas are, and what the operator does where one does not go on by itself. The
// caller has shown the operator's token.
namespace oms::edge {

// Live ones first, then those that are over; or those of one phase. Newest first.
Result<Plan> list_sagas(const Call& call);
// With its timeline: each step that was asked for or undone, with attempts, times and answers.
Result<Plan> show_saga(const Call& call);

Result<Plan> retry_step(const Call& call);
Result<Plan> skip_step(const Call& call);
Result<Plan> abort_saga(const Call& call);

}  // namespace oms::edge
