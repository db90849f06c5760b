#include "tools/check/auditor.h"

#include <fmt/format.h>

namespace oms::check {

void check_story(const Story& story, const Circumstances& circumstances, Findings& findings) {
  check_order(story, findings);
  check_reservation(story, findings);
  check_ticket(story, findings);
  check_payment(story, findings);
  check_requested_refunds(story, findings);
  check_saga(story, circumstances, findings);
  check_reasons(story, circumstances, findings);
  check_notices(story, circumstances, findings);
  check_belonging(story, circumstances, findings);
  check_under_way(story, circumstances, findings);
}

void Auditor::take(const Story& story) {
  if (story.order != nullptr) {
    ++counts_.orders;
    numbers_.add(*story.order, findings_);
  }
  if (story.archived != nullptr) ++counts_.archived;
  if (story.session != nullptr) ++counts_.sessions;
  if (story.saga != nullptr && story.saga->is_live()) ++counts_.live;
  if (waits_for_customer(story)) ++counts_.waiting;

  check_story(story, circumstances_, findings_);
  const auto view = check_ledger(story, circumstances_, findings_);
  if (view == LedgerView::behind) ++counts_.behind;
  findings_.expect(Rule::nothing_under_way,
                   view != LedgerView::behind || !circumstances_.must_be_quiescent, story.id,
                   [] { return "we have yet to hear what the provider did"; });

  if (story.reservation != nullptr) {
    stock_.add(*story.reservation);
  } else if (may_be_tidied(story, circumstances_)) {
    ++counts_.tidied;
    stock_.miss();
  }
  if (story.payment != nullptr) {
    accounts_.add(*story.payment);
  } else if (may_be_tidied(story, circumstances_)) {
    accounts_.miss();
  }
  money_.add(story, circumstances_);
}

void Auditor::take(const orders::Order& shown, const orders::Order* now, bool is_archived) {
  ++counts_.keys;
  const auto expect = [&](bool holds, auto what) {
    findings_.expect(Rule::keys_repeat, holds, shown.id, what);
  };
  expect(now != nullptr || is_archived, [] { return "was acknowledged, and is gone"; });
  if (now == nullptr) return;
  expect(now->version >= shown.version, [&] {
    return fmt::format("was acknowledged as version {}, and is of version {}", shown.version,
                       now->version);
  });
  expect(now->customer_id == shown.customer_id && now->total == shown.total &&
             now->currency == shown.currency,
         [] { return "was acknowledged to another customer, or with another total"; });
}

void Auditor::take(const std::vector<stock::Item>& items) {
  stock_.compare(items, findings_);
  ledgers_.compare(items, findings_);
  money_.compare(findings_);
}

}  // namespace oms::check
