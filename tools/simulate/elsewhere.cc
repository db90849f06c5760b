// What the provider does unasked: somebody at the shop refunds in its dashboard, and a bank
// disputes a charge.
#include <algorithm>
#include <utility>

#include "tools/simulate/provider.h"

namespace oms::simulate {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

}  // namespace

bool Provider::has(Fault fault, const Id& order_id) const {
  const auto* plan = stage_.plan_of(order_id);
  return plan != nullptr && plan->faults.has(fault);
}

// Before the charge is heard of, while the meal is made, or when all is over.
Duration Provider::some_time(const Id& order_id) {
  auto& chance = stage_.chance_of(order_id);
  const auto most =
      chance.pick(std::array<Duration, 3>{milliseconds{300}, seconds{40}, minutes{40}});
  return chance.between(Duration{0}, most);
}

void Provider::charge_late(const Id& session_id) {
  auto late = view(session_id);
  stage_.mark(Fault::late_payment, late.session.order_id);
  if (late.standing.status != simulated::Standing::Status::expired) return;
  core_.charge_late(late, stage_.now());
  settle();
}

void Provider::move_unasked(const Session& session) {
  const auto& order_id = session.order_id;
  if (has(Fault::refunded_elsewhere, order_id)) {
    const auto parts = stage_.chance_of(order_id).one_in(3) ? 2 : 1;
    stage_.agenda.in(some_time(order_id),
                     [this, id = session.id, parts] { refund_elsewhere(id, parts); });
  }
  if (has(Fault::disputed, order_id)) {
    stage_.agenda.in(some_time(order_id), [this, id = session.id] { open_dispute(id); });
  }
}

// In the last of its parts it is all that is left, as often as not.
void Provider::refund_elsewhere(const Id& session_id, int parts) {
  auto paid = view(session_id);
  const auto& id = paid.session.order_id;
  const auto most = paid.standing.left();
  if (most == 0) return;
  auto& chance = stage_.chance_of(id);
  const bool is_all = parts == 1 && chance.one_in(2);
  Refund refund{.amount = is_all ? most : chance.between(MinorUnits{1}, most),
                .initiated_by = Initiator::provider};
  const bool is_named = chance.one_in(2);
  refund.provider_id = core_.refund_elsewhere(
      paid, refund.amount, is_named ? std::optional{refund.status} : std::nullopt, stage_.now());
  if (!is_named) refund.status = RefundStatus::succeeded;
  stage_.mark(Fault::refunded_elsewhere, id);
  stage_.note(id, "refunded elsewhere", [&] {
    return "somebody refunds " + std::to_string(refund.amount) +
           " at the provider: " + refund.provider_id;
  });
  stage_.oracle.refunded_elsewhere(id, refund);
  settle();
  if (is_named) {
    const bool fails = chance.one_in(3);
    refund.status = fails ? RefundStatus::failed : RefundStatus::succeeded;
    // What the customer's bank does not take comes back, and not so soon that the total is told
    // later.
    const auto after = fails ? chance.between(Duration{minutes{75}}, hours{4}) : some_time(id);
    stage_.agenda.in(after, [this, session_id, refund] { end_refund(session_id, refund); });
  }
  if (parts == 1) return;
  stage_.agenda.in(some_time(id),
                   [this, session_id, parts] { refund_elsewhere(session_id, parts - 1); });
}

void Provider::end_refund(const Id& session_id, const Refund& refund) {
  auto paid = view(session_id);
  const auto& id = paid.session.order_id;
  const bool has_failed = refund.status == RefundStatus::failed;
  stage_.note(id, has_failed ? "refund failed" : "refund succeeded");
  stage_.oracle.refunded_elsewhere(id, refund);
  core_.settle_refund(paid, refund.provider_id, refund.amount, refund.status, stage_.now());
  settle();
}

void Provider::open_dispute(const Id& session_id) {
  auto paid = view(session_id);
  const auto& id = paid.session.order_id;
  const auto most = paid.standing.left();
  if (most == 0) return;
  auto& chance = stage_.chance_of(id);
  Dispute dispute{.amount = chance.one_in(2) ? most : chance.between(MinorUnits{1}, most)};
  dispute.provider_id = core_.dispute(paid, dispute.amount, stage_.now());
  stage_.mark(Fault::disputed, id);
  stage_.note(id, "disputed", [&] {
    return "a bank disputes " + std::to_string(dispute.amount) + ": " + dispute.provider_id;
  });
  stage_.oracle.disputed(id, dispute);
  settle();
  stage_.agenda.in(chance.between(Duration{minutes{1}}, hours{4}),
                   [this, session_id, dispute] { close_dispute(session_id, dispute); });
}

void Provider::close_dispute(const Id& session_id, Dispute dispute) {
  auto paid = view(session_id);
  const auto& id = paid.session.order_id;
  const bool is_won = stage_.chance_of(id).one_in(2);
  dispute.status = is_won ? DisputeStatus::won : DisputeStatus::lost;
  stage_.note(id, is_won ? "dispute won" : "dispute lost");
  stage_.oracle.disputed(id, dispute);
  core_.close_dispute(paid, dispute.provider_id, dispute.amount, is_won, stage_.now());
  settle();
}

}  // namespace oms::simulate
