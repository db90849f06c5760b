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

void Provider::move_unasked(Session& session) {
  const auto& id = session.order_id;
  if (has(Fault::refunded_elsewhere, id)) {
    const auto parts = stage_.chance_of(id).one_in(3) ? 2 : 1;
    stage_.agenda.in(some_time(id), [this, &session, parts] { refund_elsewhere(session, parts); });
  }
  if (has(Fault::disputed, id)) {
    stage_.agenda.in(some_time(id), [this, &session] { open_dispute(session); });
  }
}

// In the last of its parts it is all that is left, as often as not.
void Provider::refund_elsewhere(Session& session, int parts) {
  const auto& id = session.order_id;
  const auto most = left(session);
  if (most == 0) return;
  auto& chance = stage_.chance_of(id);
  const bool is_all = parts == 1 && chance.one_in(2);
  Refund refund{.amount = is_all ? most : chance.between(MinorUnits{1}, most),
                .initiated_by = Initiator::provider,
                .provider_id = "re_" + std::to_string(++moves_)};
  session.paid_back += refund.amount;
  stage_.mark(Fault::refunded_elsewhere, id);
  stage_.note(id, "refunded elsewhere", [&] {
    return "somebody refunds " + std::to_string(refund.amount) +
           " at the provider: " + refund.provider_id;
  });
  const bool is_named = chance.one_in(2);
  if (!is_named) refund.status = RefundStatus::succeeded;
  stage_.oracle.refunded_elsewhere(id, refund);
  tell(session, ProviderWord::refunded, session.paid_back);
  if (is_named) {
    tell(session, refund);
    const bool fails = chance.one_in(3);
    refund.status = fails ? RefundStatus::failed : RefundStatus::succeeded;
    // What the customer's bank does not take comes back, and not so soon that the total is told
    // later.
    const auto after = fails ? chance.between(Duration{minutes{75}}, hours{4}) : some_time(id);
    stage_.agenda.in(after, [this, &session, refund] { end_refund(session, refund); });
  }
  if (parts == 1) return;
  stage_.agenda.in(some_time(id),
                   [this, &session, parts] { refund_elsewhere(session, parts - 1); });
}

void Provider::end_refund(Session& session, const Refund& refund) {
  const bool has_failed = refund.status == RefundStatus::failed;
  if (has_failed) session.paid_back -= refund.amount;
  stage_.note(session.order_id, has_failed ? "refund failed" : "refund succeeded");
  stage_.oracle.refunded_elsewhere(session.order_id, refund);
  tell(session, refund);
}

void Provider::open_dispute(Session& session) {
  const auto& id = session.order_id;
  const auto most = left(session);
  if (most == 0) return;
  auto& chance = stage_.chance_of(id);
  const Dispute dispute{.provider_id = "dp_" + std::to_string(++moves_),
                        .amount = chance.one_in(2) ? most : chance.between(MinorUnits{1}, most)};
  session.disputed += dispute.amount;
  stage_.mark(Fault::disputed, id);
  stage_.note(id, "disputed", [&] {
    return "a bank disputes " + std::to_string(dispute.amount) + ": " + dispute.provider_id;
  });
  stage_.oracle.disputed(id, dispute);
  tell(session, dispute);
  stage_.agenda.in(chance.between(Duration{minutes{1}}, hours{4}),
                   [this, &session, dispute] { close_dispute(session, dispute); });
}

void Provider::close_dispute(Session& session, Dispute dispute) {
  const bool is_won = stage_.chance_of(session.order_id).one_in(2);
  dispute.status = is_won ? DisputeStatus::won : DisputeStatus::lost;
  if (is_won) session.disputed -= dispute.amount;
  stage_.note(session.order_id, is_won ? "dispute won" : "dispute lost");
  stage_.oracle.disputed(session.order_id, dispute);
  tell(session, dispute);
}

void Provider::tell(const Session& session, const Refund& refund) {
  tell(session, {.word = ProviderWord::refund,
                 .amount = refund.amount,
                 .currency = session.currency,
                 .is_last = refund.status == RefundStatus::failed,
                 .refund = refund});
}

void Provider::tell(const Session& session, const Dispute& dispute) {
  tell(session, {.word = ProviderWord::dispute,
                 .amount = dispute.amount,
                 .currency = session.currency,
                 .is_last = true,
                 .dispute = dispute});
}

}  // namespace oms::simulate
