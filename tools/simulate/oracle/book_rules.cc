// What the records say of money that was moved elsewhere is what the provider's book says.
#include <algorithm>

#include "codec/json_names.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

using Kind = PaymentAlarm::Kind;

// A refund that was heard of by its name.
void check_refund(const Life& life, const BookedRefund& booked) {
  const auto& refund = booked.refund;
  const auto kept =
      std::ranges::find(life.payment->refunds, refund.provider_id, &Refund::provider_id);
  if (kept == life.payment->refunds.end()) {
    broken("ledger_agrees", "a refund is not kept that was told: " + refund.provider_id, life);
  }
  const auto status = booked.is_end_heard ? refund.status : RefundStatus::pending;
  // That it has succeeded may be known from a total.
  const bool is_status_right =
      kept->status == status || (!booked.is_end_heard && kept->status == refund.status);
  const bool is_right =
      is_status_right && kept->amount == refund.amount && kept->initiated_by == Initiator::provider;
  if (!is_right) {
    broken("ledger_agrees", "a refund is kept as another than was told: " + refund.provider_id,
           life);
  }
}

void check_dispute(const Life& life, const BookedDispute& booked) {
  const auto& dispute = booked.dispute;
  const auto kept =
      std::ranges::find(life.payment->disputes, dispute.provider_id, &Dispute::provider_id);
  const auto status = booked.is_end_heard ? dispute.status : DisputeStatus::open;
  if (kept == life.payment->disputes.end() || kept->amount != dispute.amount ||
      kept->status != status) {
    broken("ledger_agrees", "a dispute is not kept as it was told: " + dispute.provider_id, life);
  }
}

int alarms(const Life& life, Kind kind) {
  return life.alarms.at(static_cast<std::size_t>(kind));
}

void check_alarms(const Life& life) {
  const auto expect = [&](bool has_happened, Kind kind) {
    if (!has_happened || alarms(life, kind) > 0) return;
    broken("operator_is_told", "nobody was alarmed: " + std::string{json::name_of(kind)}, life);
  };
  const bool is_refunded = std::ranges::any_of(life.payment->refunds, [](const Refund& refund) {
    return refund.initiated_by == Initiator::provider;
  });
  expect(is_refunded && alarms(life, Kind::refund_failed) == 0, Kind::refunded_by_provider);
  for (const auto& booked : life.refunds_elsewhere) {
    expect(booked.is_end_heard && booked.refund.status == RefundStatus::failed,
           Kind::refund_failed);
  }
  for (const auto& booked : life.disputes) {
    const bool is_won = booked.dispute.status == DisputeStatus::won;
    expect(booked.is_heard && !booked.is_end_heard, Kind::disputed);
    expect(booked.is_end_heard, is_won ? Kind::dispute_won : Kind::dispute_lost);
  }
}

}  // namespace

MinorUnits Life::refunded_elsewhere() const {
  MinorUnits sum = 0;
  for (const auto& booked : refunds_elsewhere) {
    if (booked.refund.status != RefundStatus::failed) sum += booked.refund.amount;
  }
  return sum;
}

MinorUnits Life::disputed() const {
  MinorUnits sum = 0;
  for (const auto& booked : disputes) {
    if (booked.dispute.status != DisputeStatus::won) sum += booked.dispute.amount;
  }
  return sum;
}

// What comes back when the payment is forgotten is the operator's, who is told.
void Life::recount() {
  if (book.empty()) return;  // on account
  charges = 0;
  charged = paid_back = closed_charged = closed_paid_back = 0;
  for (const auto& [session, booked] : book) {
    if (is_closed(session)) {
      closed_charged += booked.charged;
      closed_paid_back += booked.paid_back;
    } else {
      charges += booked.charges;
      charged += booked.charged;
      paid_back += booked.paid_back;
    }
  }
}

bool has_nothing_left(const Life& life) {
  const bool is_forgotten = life.forgotten.test(place_of(type_of<payments::Payment>()));
  return life.charged == life.paid_back + life.disputed() ||
         (life.is_moved_elsewhere() && is_forgotten);
}

void check_book(const Life& life, const Scenario& scenario, int restarts) {
  if (!life.is_moved_elsewhere() || !life.payment) return;
  if (life.forgotten.test(place_of(type_of<payments::Payment>()))) return;
  for (const auto& booked : life.refunds_elsewhere) {
    if (booked.is_heard) check_refund(life, booked);
  }
  for (const auto& booked : life.disputes) {
    if (booked.is_heard) check_dispute(life, booked);
  }
  const auto refunded = life.payment->refunded;
  if (life.payment->captured > 0 && refunded > life.paid_back) {
    broken("ledger_agrees", "more is said to be refunded than the provider's book has", life);
  }
  MinorUnits pending = 0;
  for (const auto& refund : life.payment->refunds) {
    if (refund.status == RefundStatus::pending) pending += refund.amount;
  }
  if (refunded + pending + life.came_back < life.heard_back) {
    broken("ledger_agrees", "less is said to be refunded than was told", life);
  }
  if (hears_everything(scenario, restarts)) check_alarms(life);
}

void check_alarm(const Life& life, const PaymentAlarm& alarm) {
  const auto has_dispute = [&](DisputeStatus status) {
    return std::ranges::any_of(life.disputes, [&](const auto& booked) {
      return booked.dispute.amount == alarm.amount &&
             (status == DisputeStatus::open || booked.dispute.status == status);
    });
  };
  bool is_true = false;
  switch (alarm.kind) {
    case Kind::refunded_by_provider:
      is_true = !life.refunds_elsewhere.empty() || life.was_reset;
      break;
    case Kind::refund_failed:
      is_true = life.came_back > 0 || life.refunds_refused > 0;
      break;
    case Kind::disputed:
      is_true = has_dispute(DisputeStatus::open);
      break;
    case Kind::dispute_won:
      is_true = has_dispute(DisputeStatus::won);
      break;
    case Kind::dispute_lost:
      is_true = has_dispute(DisputeStatus::lost);
      break;
    case Kind::unknown_payment:
      is_true = life.was_reset || life.forgotten.any();
  }
  if (is_true) return;
  broken("operator_is_told",
         "an alarm for what has not happened: " + std::string{json::name_of(alarm.kind)}, life);
}

}  // namespace oms::simulate
