#pragma once

#include "tools/check/findings.h"
#include "tools/check/story.h"
#include "tools/check/sums.h"

// The invariants that one order's records show by themselves. Each looks at what is there.
namespace oms::check {

// All of them but the ledger.
void check_story(const Story& story, const Circumstances& circumstances, Findings& findings);

void check_order(const Story& story, Findings& findings);
void check_reservation(const Story& story, Findings& findings);
void check_ticket(const Story& story, Findings& findings);
void check_payment(const Story& story, Findings& findings);
void check_requested_refunds(const Story& story, Findings& findings);
void check_saga(const Story& story, const Circumstances& circumstances, Findings& findings);
void check_reasons(const Story& story, const Circumstances& circumstances, Findings& findings);
void check_notices(const Story& story, const Circumstances& circumstances, Findings& findings);
void check_belonging(const Story& story, const Circumstances& circumstances, Findings& findings);
void check_under_way(const Story& story, const Circumstances& circumstances, Findings& findings);

// How the ledger stands to the payment. `behind`: ours will hear of it.
enum class LedgerView { not_asked, agrees, behind, broken };
LedgerView check_ledger(const Story& story, const Circumstances& circumstances, Findings& findings);

// Whether the saga waits for its customer to pay, and for nothing else.
bool waits_for_customer(const Story& story);

}  // namespace oms::check
