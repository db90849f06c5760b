#include "services/orders/service.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "services/orders/erase.h"
#include "services/orders/lifecycle.h"
#include "services/orders/place.h"
#include "services/orders/refund.h"
#include "services/orders/revise.h"

namespace oms::orders {
namespace {

Decision place(const PlaceOrder& request, const Message& message, const Records& records,
               std::string_view day, Now now) {
  Decision decision;
  const Key key = key_of<Order>(message.order_id);
  if (records.find(key) != nullptr) return std::move(decision.shows(key));
  const auto& quote = std::get<Quote>(records.answers().at(0));
  auto order = accept(request, message.order_id, quote, now.wall);
  if (!order) {
    decision.reply = Reply{.refusal = std::move(order).error()};
    return decision;
  }
  decision.takes_number = true;
  order->day_number = day_number(day, records.next_number());
  decision.sends(StartSaga{.saga = order->saga,
                           .order_number = records.next_number(),
                           .customer_id = order->customer_id,
                           .lines = order->lines,
                           .total = order->total,
                           .currency = order->currency,
                           .method = request.method,
                           .payment_token = request.payment_token,
                           .recipient = recipient_of(*order)});
  decision.saves(*std::move(order)).shows(key);
  return decision;
}

void announce(Order& order, Decision& decision) {
  const auto kind = notice_for(order);
  if (!kind || order.face == Face::fulfilment) return;  // its clients ask
  // Nobody can be told, and no service need be asked: the order is written anyway.
  if (order.customer.is_empty()) {
    for (const auto channel : {Channel::email, Channel::sms}) {
      order.notices.push_back(
          {.kind = *kind, .channel = channel, .status = NoticeStatus::skipped_no_address});
    }
    return;
  }
  decision.sends(OrderAnnounced{.kind = *kind,
                                .order_number = number_of(order),
                                .sequence = order.version,
                                .customer = order.customer,
                                .summary = summary_of(order),
                                .total = order.total,
                                .currency = order.currency,
                                .reason = order.reason,
                                .fulfilment = fulfilment_of(order),
                                .address = order.address,
                                .note = order.note,
                                .is_cooked = is_cooked(order)});
}

// There is no such order; whether there was one is its customer's business alone, and the
// operator's, who comes without a customer.
Decision refuse(std::string_view customer_id, Face face, const ArchivedOrder* archived) {
  Decision decision;
  const bool is_by_operator = customer_id.empty() && face == Face::customers;
  const bool is_theirs = archived != nullptr && archived->face == face &&
                         (customer_id.empty() || customer_id == archived->customer_id);
  if (archived == nullptr || !(is_by_operator || is_theirs))
    return std::move(decision.refuses(ErrorKind::not_found, "there is no such order"));
  return std::move(decision.refuses(
      ErrorKind::gone,
      "this order ended long ago and was archived at " + to_text(archived->archived_at)));
}

// What a provider refunds or a bank disputes may come when the order was archived long ago.
bool is_late_money(const Payload& payload) {
  const auto* changed = std::get_if<PaymentChanged>(&payload);
  return changed != nullptr && !(changed->refunds.empty() && changed->disputes.empty());
}

// These may concern an archived order; the caller is then told that it was archived.
bool looks_in_archive(const Payload& payload) {
  return std::holds_alternative<CancelOrder>(payload) ||
         std::holds_alternative<RefundOrder>(payload) ||
         std::holds_alternative<ReviseOrder>(payload) ||
         std::holds_alternative<ErasePersonalData>(payload) ||
         std::holds_alternative<PersonalDataErased>(payload) || is_late_money(payload);
}

// There is no such order, or there is none any more.
Decision without_order(const Payload& payload, const ArchivedOrder* archived, Now now) {
  if (const auto* cancel = std::get_if<CancelOrder>(&payload)) {
    return refuse(cancel->customer_id, cancel->face, archived);
  }
  if (const auto* revise = std::get_if<ReviseOrder>(&payload)) {
    return refuse(revise->customer_id, revise->face, archived);
  }
  if (std::holds_alternative<RefundOrder>(payload)) return refuse({}, Face::customers, archived);
  if (archived == nullptr) throw std::runtime_error("there is no such order");
  if (std::holds_alternative<ErasePersonalData>(payload)) return erase_person_from(*archived, now);
  Decision decision;
  if (const auto* erased = std::get_if<PersonalDataErased>(&payload)) {
    auto entry = *archived;
    if (note_erased(entry.erasure, erased->by)) decision.saves(std::move(entry));
  }
  return decision;  // or payments has told it
}

// What may be said about an order that exists. Each returns whether the order has changed.
class Change {
 public:
  // An order's own time does not run backwards, though the wall clock may. `on_record`: it is an
  // operator who says it, through whichever interface.
  Change(const Order& order, const Records& records, Now now, bool on_record, Decision& decision)
      : order_(order),
        records_(records),
        now_(std::max(now.wall, order.updated_at)),
        on_record_(on_record),
        decision_(decision) {}

  bool operator()(const RefundOrder& asked) {
    const auto& payment = std::get<Refundable>(records_.answers().at(0));
    auto refund = plan_refund(asked, order_, payment, now_);
    if (!refund) {
      decision_.reply = Reply{.refusal = std::move(refund).error()};
      return false;
    }
    decision_.sends(StartChange{.number = refund->change,
                                .saga = "refund",
                                .amount = refund->amount,
                                .returned = goods_back(order_, *refund)});
    order_.changes = refund->change;
    order_.requested_refunds.push_back(*std::move(refund));
    show();
    return touch();
  }

  bool operator()(const ReviseOrder& asked) {
    auto revision = plan(asked);
    if (!revision) {
      decision_.reply = Reply{.refusal = std::move(revision).error()};
      return false;
    }
    const auto details = change_details(asked, order_);
    if (*details) decision_.sends(ChangeRecipient{.recipient = recipient_of(order_)});
    show();
    if (!*revision) {
      const bool is_settled = forget_failure(asked, order_);
      return (is_settled || *details) && touch();
    }
    decision_.sends(change_for(**revision, order_));
    order_.changes = (*revision)->change;
    order_.revision = std::move(**revision);
    return touch();
  }

  bool operator()(const ApplyChange& change) {
    decision_.sends(StepAnswer{.ref = change.ref, .result = StepAnswer::Result::done});
    if (!end_change(change.ref.run, ChangeStatus::done)) return false;  // asked again
    if (!change.returned.empty()) order_.returned = change.returned;
    touch();
    if (is_revised_by(change.ref.run)) apply(order_, change, now_);
    return true;
  }

  bool operator()(const ChangeFailed& change) {
    return end_change(change.number, ChangeStatus::failed, change.reason) && touch();
  }

  bool operator()(const CancelOrder& cancel) {
    const bool by_operator = cancel.customer_id.empty() && cancel.face == Face::customers;
    const bool is_theirs = order_.face == cancel.face &&
                           (cancel.customer_id.empty() || cancel.customer_id == order_.customer_id);
    if (!by_operator && !is_theirs) {
      decision_.refuses(ErrorKind::not_found, "there is no such order");
      return false;
    }
    if (auto seen = check_version(order_, cancel.versions); !seen) {
      decision_.reply = Reply{.refusal = std::move(seen).error()};
      return false;
    }
    if (order_.status == OrderStatus::cancelled) return show();
    if (!may_be_cancelled(order_.status)) {
      decision_.refuses(ErrorKind::conflict, std::string{too_late_to_cancel(order_.status)});
      return false;
    }
    if (order_.cancel_requested) return show();
    order_.cancel_requested = true;
    const bool is_on_record = cancel.customer_id.empty() && on_record_;
    decision_.sends(CancelSaga{.reason = by_operator || is_on_record ? Reason::operator_request
                                                                     : Reason::customer_request});
    show();
    return touch();
  }

  bool operator()(const ShowProgress& progress) {
    if (order_.status == progress.status) return false;
    become(order_, progress.status, progress.reason, now_);
    if (order_.face == Face::fulfilment) show_lines(progress);
    if (order_.status > OrderStatus::paid) order_.queue_position = 0;  // it waits no longer
    if (is_final(order_.status)) order_.cancel_requested = false;
    const bool was_asked = order_.payment != PaymentStatus::requested;
    if (order_.status == OrderStatus::cancelled && !was_asked) order_.payment = PaymentStatus::none;
    announce(order_, decision_);
    return true;
  }

  bool operator()(const CancellationRefused&) {
    if (!std::exchange(order_.cancel_requested, false)) return false;
    return touch();
  }

  bool operator()(const PaymentChanged& payment) {
    order_.payment = payment.status;
    order_.refunds = payment.refunds;
    order_.disputes = payment.disputes;
    order_.last_payment_error = payment.last_error;
    // While another link is being made the one before is closed already.
    if (!payment.link.empty() || payment.status == PaymentStatus::requested) {
      order_.payment_link = payment.link;
    }
    return touch();
  }

  bool operator()(const OrderPromised& promise) {
    order_.promised_at = promise.promised_at;
    // That a promise was missed says nothing of the place in the queue.
    const bool waits = order_.status <= OrderStatus::paid;
    if (!waits || !promise.missed) order_.queue_position = waits ? promise.queue_position : 0;
    order_.promise_missed = promise.missed;
    return touch();
  }

  bool operator()(const PersonalDataErased& erased) {
    return note_erased(order_.erasure, erased.by);
  }

  bool operator()(const NoticesChanged& changed) {
    for (const auto& notice : changed.notices) {
      const auto known = std::ranges::find_if(order_.notices, [&](const auto& other) {
        return other.kind == notice.kind && other.channel == notice.channel;
      });
      if (known != order_.notices.end()) {
        known->status = notice.status;
      } else {
        order_.notices.push_back(notice);
      }
    }
    return touch();
  }

  template <class Other>
  bool operator()(const Other&) {
    throw std::runtime_error("orders does not take this message");
  }

  Order&& take() { return std::move(order_); }

 private:
  // Nothing is changed before all of it is known to be possible. None: the lines stay.
  Result<std::optional<Revision>> plan(const ReviseOrder& asked) const {
    auto copy = order_;
    OMS_CHECK(change_details(asked, copy));
    if (asked.lines.empty() && !asked.all) return std::nullopt;
    OMS_TRY(auto revision, plan_revision(asked, order_, std::get<Quote>(records_.answers().at(0))));
    if (revision.lines.empty()) return std::nullopt;
    return revision;
  }
  // False if it is over already.
  bool end_change(std::int32_t number, ChangeStatus status, Reason failure = Reason::none) {
    if (is_revised_by(number)) {
      auto& revision = *order_.revision;
      if (revision.status != ChangeStatus::under_way) return false;
      revision.status = status;
      revision.failure = failure;
      if (status == ChangeStatus::failed) revision.lines.clear();
      return true;
    }
    const auto refund =
        std::ranges::find(order_.requested_refunds, number, &RequestedRefund::change);
    const bool is_new =
        refund != order_.requested_refunds.end() && refund->status == ChangeStatus::under_way;
    if (!is_new) return false;
    refund->status = status;
    refund->failure = failure;
    refund->ended_at = now_;
    return true;
  }
  bool is_revised_by(std::int32_t change) const {
    return order_.revision && order_.revision->change == change;
  }
  void show_lines(const ShowProgress& progress) {
    if (!is_final(progress.status)) return;
    std::vector<ProductQuantity> taken;
    for (std::size_t i = 0; i < std::min(order_.lines.size(), progress.lines.size()); ++i) {
      const bool is_there = progress.lines[i] == LineStatus::executed;
      taken.push_back({.quantity = is_there ? order_.lines[i].quantity : 0});
    }
    take_lines(order_, std::exchange(order_.lines, {}), taken, progress.reason, now_);
  }
  bool touch() {
    ++order_.version;
    order_.updated_at = now_;
    return true;
  }
  bool show() {
    decision_.shows(key_of<Order>(order_.id));
    return false;
  }

  Order order_;
  const Records& records_;
  Time now_;
  bool on_record_;
  Decision& decision_;
};

}  // namespace

std::vector<Question> OrdersService::questions(const Message& message) const {
  if (const auto* place = std::get_if<PlaceOrder>(&message.payload)) {
    return {QuoteLines{.lines = place->lines}};
  }
  if (std::holds_alternative<RefundOrder>(message.payload)) {
    return {RefundableOf{.order_id = message.order_id}};
  }
  if (const auto* revise = std::get_if<ReviseOrder>(&message.payload)) {
    QuoteLines wanted;
    for (const auto& line : revise->lines) {
      wanted.lines.push_back(
          {.product_id = line.product_id, .quantity = line.quantity.value_or(1)});
    }
    return {std::move(wanted)};
  }
  return {};
}

std::optional<ShortText> OrdersService::sequence(const Message& message, Now now) const {
  if (!std::holds_alternative<PlaceOrder>(message.payload)) return std::nullopt;
  return ShortText{"orders/" + local_day(settings_.zone, now.wall)};
}

void OrdersService::needs(const Message& message, const Records&, Keys& keys) const {
  if (const auto* command = std::get_if<EraseCustomer>(&message.payload)) {
    keys.push_back(key_of<ErasedCustomer>(command->customer_id));
    return;
  }
  if (const auto* command = std::get_if<CustomerErased>(&message.payload)) {
    keys.push_back(key_of<ErasedCustomer>(command->customer_id));
    return;
  }
  keys.push_back(key_of<Order>(message.order_id));
  if (looks_in_archive(message.payload)) {
    keys.push_back(key_of<ArchivedOrder>(message.order_id));
  }
}

Decision OrdersService::decide(const Message& message, const Records& records, Now now) const {
  if (const auto* request = std::get_if<PlaceOrder>(&message.payload)) {
    return place(*request, message, records, local_day(settings_.zone, now.wall), now);
  }
  if (const auto* command = std::get_if<EraseCustomer>(&message.payload)) {
    return begin_erasure(*command, now);
  }
  if (const auto* command = std::get_if<CustomerErased>(&message.payload)) {
    return end_erasure(*command, records.get<ErasedCustomer>(command->customer_id), now);
  }
  const Order* order = records.get<Order>(message.order_id);
  if (order == nullptr) {
    const auto* archived =
        looks_in_archive(message.payload) ? records.get<ArchivedOrder>(message.order_id) : nullptr;
    return without_order(message.payload, archived, now);
  }
  if (std::holds_alternative<ErasePersonalData>(message.payload)) {
    return erase_person_from(*order, now);
  }
  Decision decision;
  Change change{*order, records, now, message.by.has_value(), decision};
  if (std::visit(change, message.payload)) decision.saves(change.take());
  return decision;
}

}  // namespace oms::orders
