// What the oracle hears beside the commits: answers, effects, the provider's book.
#include <algorithm>

#include "codec/json_names.h"
#include "tools/check/story.h"
#include "tools/simulate/fingerprint.h"
#include "tools/simulate/oracle/oracle.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

std::uint64_t digest(const orders::Order& order) {
  Fingerprint print;
  print.add_value(order);
  return print.value();
}

// What has been shown must be on the disk, or a later state of it.
void check_durable(const Life& life, const orders::Order& shown) {
  if (!life.order) broken("told_is_durable", "an order was acknowledged and not committed", life);
  if (life.order->version < shown.version) {
    broken("told_is_durable", "a state was acknowledged that is not committed", life);
  }
  if (life.order->version == shown.version && digest(*life.order) != digest(shown)) {
    broken("told_is_durable", "the customer was shown another order than is committed", life);
  }
}

bool is_about_key(const Error& error) {
  return error.detail.starts_with("this Idempotency-Key");
}

}  // namespace

void Oracle::requested(std::uint64_t number, const Message& request) {
  auto& life = known(request.order_id);
  life.number = number;
  if (request.once) life.body = request.once->fingerprint;
  const auto plan = std::ranges::find(scenario_.orders, number, &OrderPlan::number);
  life.plan = plan == scenario_.orders.end() ? nullptr : &*plan;
  life.key = request.once ? number : 0;
  life.wish = std::get<PlaceOrder>(request.payload);
  life.wished_at = agenda_.now();
  life.wished_before = model_.commits;
  if (is_healed()) ++model_.asking[number].times_since_healed;
}

void Oracle::told_placed(std::uint64_t number, bool has_key, const orders::Order& shown) {
  auto& life = known(shown.id);
  model_.asking[number].is_answered = true;
  check_durable(life, shown);
  life.told_version = std::max(life.told_version, shown.version);
  if (life.number != number) broken("keys_repeat", "the answer is about another's order", life);
  if (!has_key) return;
  auto& key = model_.keys[number];
  if (key.answered != 0 && key.answered != digest(shown)) {
    broken("keys_repeat", "the same key was answered differently", life);
  }
  key.answered = digest(shown);
}

void Oracle::told_altered(std::uint64_t number, const Id& order_id, const Result<Record>& answer) {
  // A key that was lost with its order, or forgotten, may be used for another.
  const auto& owner = model_.keys[number].order;
  if (!owner || *owner != order_id) return;
  if (answer) broken("keys_repeat", "another body was accepted under a used key");
  if (answer.error().kind != ErrorKind::unprocessable)
    broken("keys_repeat", "another body was refused as something else");
}

// The same moment, the same key, other bodies: one is taken, or none that could be.
void Oracle::clashes(const Message& request) {
  auto& life = known(request.order_id);
  life.clashes = true;
  life.wish = std::get<PlaceOrder>(request.payload);
}

void Oracle::told_clash(std::uint64_t number, const Id& asked, const Result<Record>& answer) {
  if (answer) {
    const auto& shown = *answer->as<orders::Order>();
    if (known(shown.id).body != known(asked).body) {
      broken("keys_repeat", "another body was answered with what the first has become");
    }
    check_durable(known(shown.id), shown);
    return;
  }
  const auto key = model_.keys.find(number);
  const bool is_taken = key != model_.keys.end() && key->second.order.has_value();
  if (!is_about_key(answer.error())) {
    return check_place_refused(known(asked), answer.error(), model_, agenda_.now());
  }
  if (!is_taken) {
    broken("keys_repeat", "a body was refused for a key that nothing has come of", known(asked));
  }
}

void Oracle::told_refused(std::uint64_t number, const Id& order_id, const Error& error) {
  model_.asking[number].is_answered = true;
  // Another body may have been the first under the same key.
  const auto key = model_.keys.find(number);
  const bool is_used =
      key != model_.keys.end() && key->second.order && *key->second.order != order_id;
  if (is_used && is_about_key(error)) return;
  check_place_refused(known(order_id), error, model_, agenda_.now());
}

bool Oracle::cancel_asked(const Id& order_id) {
  auto& life = known(order_id);
  ++life.cancels_asked;
  return life.has_been(OrderStatus::preparing);
}

void Oracle::told_cancelled(const Id& order_id, bool is_late, const Result<Record>& answer) {
  auto& life = known(order_id);
  if (!answer) return check_cancel_refused(life, answer.error());
  const auto& shown = *answer->as<orders::Order>();
  if (is_late && !life.was_reset && shown.status != OrderStatus::cancelled) {
    broken("accepted_rightly", "a cancellation was granted when the kitchen had begun", life);
  }
  check_durable(life, shown);
  life.told_version = std::max(life.told_version, shown.version);
  // Services that live apart may learn that it is too late after it was granted.
  const bool is_together = scenario_.wiring == Wiring::together;
  // And what the provider is just asked for may be done already.
  const bool is_certain = is_together && check::asks_for(shown, sagas::Command::prepare_order);
  if (is_certain && shown.status < OrderStatus::preparing) life.is_cancel_kept = true;
}

RefundTold Oracle::refund_asked(const Id& order_id, const RefundOrder& asked) {
  auto& life = known(order_id);
  life.refunds_asked.push_back(asked);
  return {.asked = asked,
          .defect = defect_of(asked, life),
          .version = life.order ? life.order->version : 0};
}

void Oracle::told_refund(const Id& order_id, const RefundTold& told, const Result<Record>& answer) {
  auto& life = known(order_id);
  if (!answer) return check_refund_refused(told, life, answer.error());
  const auto& shown = *answer->as<orders::Order>();
  check_durable(life, shown);
  if (shown.requested_refunds.empty()) {
    broken("refunds_as_asked", "a refund was granted, and the order does not show it", life);
  }
}

RevisionTold Oracle::revision_asked(const Id& order_id, const ReviseOrder& asked) {
  auto& life = known(order_id);
  life.revisions_asked.push_back({.asked = asked, .before = model_.commits});
  return {.asked = asked,
          .defect = defect_of(asked, life, model_, agenda_.now()),
          .version = life.order ? life.order->version : 0,
          .is_late = life.has_been(OrderStatus::preparing) && !goes_by_line(*life.order)};
}

void Oracle::told_revision(const Id& order_id, const RevisionTold& told,
                           const Result<Record>& answer) {
  auto& life = known(order_id);
  if (answer) {
    if (told.is_late && !life.was_reset) {
      broken("accepted_rightly", "a change was granted when the kitchen had begun", life);
    }
    return check_durable(life, *answer->as<orders::Order>());
  }
  const bool is_excused = defect_of(told.asked, life, model_, agenda_.now()) != nullptr;
  if (!is_excused) check_revision_refused(told, life, answer.error());
}

void Oracle::price_asked(const PriceChange& change) {
  auto& shelf = model_.shelves[change.product_id];
  shelf.prices_asked.insert(change.price);
  shelf.prices_pending.insert(change.price);
}

void Oracle::price_told(const PriceChange& change, const Result<Record>& answer) {
  auto& shelf = model_.shelves[change.product_id];
  check_price_told(shelf, change, answer);
  shelf.prices_pending.erase(shelf.prices_pending.find(change.price));
}

void Oracle::handled(const Id& order_id, HandleTicket::Action action) {
  if (action == HandleTicket::Action::reject) ++known(order_id).rejects_asked;
}

void Oracle::handled(const Id& order_id, HandleDelivery::Action action) {
  if (action == HandleDelivery::Action::fail) ++known(order_id).failures_asked;
}

void Oracle::handled(const Id& order_id, HandleSaga::Action action) {
  auto& life = known(order_id);
  if (action == HandleSaga::Action::abort) ++life.aborts_asked;
  ++life.interventions;
}

// Too late, or it must not be: nothing else is in the operator's way.
void Oracle::told_handled(const Id& order_id, const Result<Record>& answer) const {
  const auto& life = *this->life(order_id);
  const bool is_gone = life.was_lost || life.forgotten.any();
  if (answer || answer.error().kind == ErrorKind::conflict) return;
  if (answer.error().kind == ErrorKind::not_found && is_gone) return;
  broken("refused_rightly", "the operator was refused: " + answer.error().detail, life);
}

void Oracle::restock_tried(const Restock& restock) {
  model_.shelves[restock.product_id].restock_tried += restock.quantity;
}

void Oracle::restock_told(const Restock& restock) {
  auto& shelf = model_.shelves[restock.product_id];
  shelf.restock_told += restock.quantity;
  if (!shelf.item || shelf.item->restocked < shelf.restock_told) {
    broken("told_is_durable", "a restock was acknowledged and not committed");
  }
}

void Oracle::shown(std::span<const Change> changes) const {
  for (const auto& change : changes) {
    const auto* order = change.record ? change.record.as<orders::Order>() : nullptr;
    if (order == nullptr) continue;
    const auto* seen = life(order->id);
    if (seen == nullptr || !seen->order || seen->order->version < order->version) {
      broken("told_is_durable", "watchers were shown what is not committed");
    }
  }
}

void Oracle::asked(const PaymentOperation& operation) {
  using Kind = PaymentOperation::Kind;
  auto& life = known(operation.order_id);
  if (!life.payment) broken("effect_is_committed", "the provider was asked before a commit", life);
  const auto status = life.payment->status;
  const bool is_of_closed = operation.number < 0 && life.is_closed(operation.session_id);
  // In the same commit it may have been taken for somebody else's.
  const bool is_kept =
      (life.is_moved_elsewhere() || life.has_asked_change()) &&
      std::ranges::any_of(life.payment->refunds, [&](const auto& refund) {
        return refund.number == operation.number && refund.amount == operation.amount;
      });
  if (operation.kind == Kind::refund && !is_kept && !is_of_closed &&
      status != PaymentStatus::refund_pending && status != PaymentStatus::refunded) {
    broken("effect_is_committed",
           "refund " + std::to_string(operation.number) + " was asked for and is not committed",
           life);
  }
  ++life.asked.at(static_cast<std::size_t>(operation.kind));
  const auto now = agenda_.now();
  if (!life.first_asked) life.first_asked = now;
  check_asked(life, now, scenario_, model_.restarts);
  if (operation.kind == Kind::create_link) check_link_asked(life, operation);
  if (operation.kind == Kind::look_up) return;
  // A shop that was restored may come to the same number with another amount.
  const bool is_counted_again =
      life.was_reset && (life.is_moved_elsewhere() || life.has_asked_change());
  const bool is_of_link =
      operation.kind == Kind::create_link || operation.kind == Kind::expire_link;
  auto& key = life.operations[std::string{json::name_of(operation.kind)} +
                              std::to_string(is_of_link ? operation.link : operation.number) +
                              (is_counted_again ? "/" + std::to_string(operation.amount) : "")];
  if (!key.empty() && key != operation.idempotency_key) {
    broken("one_charge", "an operation was repeated under another key", life);
  }
  key = operation.idempotency_key;
}

void Oracle::link_made(const Id& order_id) {
  auto& life = known(order_id);
  ++life.links;
  ++life.live_links;
}

void Oracle::link_closed(const Id& order_id) {
  --known(order_id).live_links;
}

bool Life::is_closed(std::string_view session) const {
  return closed_links &&
         std::ranges::find(closed_links->links, session, &payments::ClosedLink::session_id) !=
             closed_links->links.end();
}

bool Life::is_closed(const ProviderEvent& event) const {
  if (!event.session_id.empty() || !closed_links) return is_closed(event.session_id);
  return std::ranges::any_of(closed_links->links, [&](const payments::ClosedLink& link) {
    return event.link == link.number || event.refund_number == -link.number;
  });
}

void Oracle::charged(const Id& order_id, std::string_view session, MinorUnits amount) {
  auto& life = known(order_id);
  auto& book = life.book[std::string{session}];
  ++book.charges;
  book.charged += amount;
  life.recount();
  if (life.is_closed(session)) return;
  life.charged_at = agenda_.now();
  if (life.charges > 1 && !life.was_reset) {
    broken("one_charge", "the customer was charged twice", life);
  }
}

void Oracle::paid_back(const Id& order_id, std::string_view session, MinorUnits amount) {
  auto& life = known(order_id);
  if (!life.is_closed(session)) return paid_back(life, session, amount);
  life.book[std::string{session}].paid_back += amount;
  life.recount();
  if (life.closed_paid_back > life.closed_charged) {
    broken("one_charge", "more was refunded of a closed link than was paid by it", life);
  }
}

void Oracle::paid_back(Life& life, std::string_view session, MinorUnits amount) {
  life.book[std::string{session}].paid_back += amount;
  life.recount();
  if (life.paid_back == life.charged && !life.refunds_elsewhere.empty()) {
    life.was_refunded_in_full = true;
  }
  if (life.paid_back + life.disputed() > life.charged) {
    broken("one_charge", "more was refunded than charged", life);
  }
}

void Oracle::refunded_elsewhere(const Id& order_id, const Refund& refund) {
  auto& life = known(order_id);
  auto& book = life.refunds_elsewhere;
  const auto booked = std::ranges::find(book, refund.provider_id,
                                        [](const auto& each) { return each.refund.provider_id; });
  if (booked == book.end()) {
    book.push_back({.refund = refund});
    return paid_back(life, {}, refund.amount);
  }
  booked->refund.status = refund.status;
  if (refund.status != RefundStatus::failed) return;
  life.book[{}].paid_back -= refund.amount;
  life.recount();
  life.came_back += refund.amount;
}

void Oracle::disputed(const Id& order_id, const Dispute& dispute) {
  auto& life = known(order_id);
  const auto booked = std::ranges::find(life.disputes, dispute.provider_id,
                                        [](const auto& each) { return each.dispute.provider_id; });
  if (booked == life.disputes.end()) {
    life.disputes.push_back({.dispute = dispute});
  } else {
    booked->dispute.status = dispute.status;
  }
  if (life.paid_back + life.disputed() > life.charged) {
    broken("one_charge", "more was refunded and disputed than charged", life);
  }
}

// A webhook was answered with success. Before the money is known to be there, what it tells of a
// refund is no more than a reason to ask, and the event is not noted.
void Oracle::heard(const Message& webhook) {
  auto& life = known(webhook.order_id);
  const bool is_kept = life.payment && !life.forgotten.test(place_of(type_of<payments::Payment>()));
  if (!is_kept) return;
  const auto& event = std::get<ProviderEvent>(webhook.payload);
  if (life.is_closed(event)) return;
  for (auto& booked : life.disputes) {
    if (booked.dispute.provider_id != event.subject_id) continue;
    booked.is_heard = true;
    if (event.dispute_status != DisputeStatus::open) booked.is_end_heard = true;
  }
  if (event.word == ProviderWord::refunded) {
    life.heard_back = std::max(life.heard_back, event.amount);
  }
  const auto& noted = life.payment->events;
  if (std::ranges::find(noted, event.event_id) == noted.end()) return;
  for (auto& booked : life.refunds_elsewhere) {
    if (booked.refund.provider_id != event.subject_id) continue;
    booked.is_heard = true;
    if (event.refund_status != RefundStatus::pending) booked.is_end_heard = true;
  }
}

void Oracle::alarmed(Life& life, const PaymentAlarm& alarm) {
  ++life.alarms.at(static_cast<std::size_t>(alarm.kind));
  check_alarm(life, alarm);
}

void Oracle::forged(const Id& order_id) {
  ++known(order_id).forged;
}

}  // namespace oms::simulate
