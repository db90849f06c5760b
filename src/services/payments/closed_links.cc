#include "services/payments/closed_links.h"

#include <algorithm>
#include <stdexcept>

#include "services/payments/announce.h"

// Links that were closed for a change. The provider has confirmed it, so nothing should be paid by
// them any more; a bank's late yes is refunded, and the payment that replaced them stands.
namespace oms::payments {
namespace {

using Kind = PaymentOperation::Kind;

class ClosedLinksTransition {
 public:
  ClosedLinksTransition(const ClosedLinks& closed, const PaymentSettings& settings, Now now)
      : closed_(closed), settings_(settings), now_(now) {}

  Decision on(const WakeUp& wake_up) {
    const bool is_lost = wake_up.is_restart && closed_.under_way.has_value();
    if (!is_lost && (!closed_.due || *closed_.due > now_)) return {};
    go_on();
    return finish();
  }

  Decision on(const LookUpPayment&, std::int32_t number) {
    if (closed_.attempt > 0) return {};
    auto& link = link_named(number);
    link.is_over = false;
    perform(look_up(closed_, link), number);
    return finish();
  }

  Decision on(const ProviderEvent& event, std::int32_t number) {
    auto& link = link_named(number);
    if (event.currency != closed_.currency) {
      throw std::runtime_error("the provider's event is in " + event.currency +
                               ", the link was in " + closed_.currency);
    }
    switch (event.word) {
      case ProviderWord::paid:
        if (!take(link, event.amount, 0)) return {};
        break;
      case ProviderWord::refunded:
        if (!take(link, link.captured, event.amount)) return {};
        break;
      case ProviderWord::refund:
        if (event.refund_status != RefundStatus::failed) return {};
        return told(EventType::payment_refund_failed, event);
      case ProviderWord::dispute: {
        auto decision = told(EventType::payment_disputed, event);
        std::get<PaymentEvent>(decision.announce.front().data).dispute = event.dispute_status;
        return decision;
      }
      default:
        return {};
    }
    if (closed_.attempt == 0 && owed() != nullptr) go_on();
    return finish();
  }

  Decision on(const PaymentOutcome& outcome, std::int32_t number) {
    if (outcome.result == PaymentOutcome::Result::unknown) return {};  // `due` tries it again
    auto& link = link_named(number);
    const bool is_awaited = outcome.kind == closed_.under_way && number == closed_.asked_about;
    const bool is_paid =
        outcome.word == ProviderWord::paid || outcome.word == ProviderWord::refunded;
    const bool is_refund = outcome.kind == Kind::refund;
    if (is_refund || (outcome.result == PaymentOutcome::Result::done && is_paid)) {
      take(link, is_refund ? link.captured : outcome.amount, outcome.refunded);
    }
    const bool is_refused = is_refund && outcome.result == PaymentOutcome::Result::refused;
    if (is_refused && is_awaited && link.refunded < link.captured) {
      throw std::runtime_error("the provider refuses to refund the link that was closed: " +
                               outcome.detail);
    }
    if (is_awaited) {
      closed_.attempt = 0;
      const bool still_takes_money = outcome.kind == Kind::look_up &&
                                     outcome.result == PaymentOutcome::Result::done &&
                                     outcome.word == ProviderWord::open;
      if (still_takes_money) {
        link.closed_at = now_;
        perform(expire_link(closed_, link), number);
        return finish();
      }
      const bool was_last_look = last_look_at(link) <= closed_.asked_at;
      link.is_over = link.refunded == link.captured && (link.captured > 0 || was_last_look);
    }
    if (is_awaited || (closed_.attempt == 0 && owed() != nullptr)) go_on();
    return finish();
  }

 private:
  ClosedLink& link_named(std::int32_t number) {
    return *std::ranges::find(closed_.links, number, &ClosedLink::number);
  }

  // Whether it is news.
  static bool take(ClosedLink& link, MinorUnits captured, MinorUnits refunded) {
    if (captured != 0 && captured != link.amount) {
      throw std::runtime_error("the provider tells of " + std::to_string(captured) +
                               ", the link was over " + std::to_string(link.amount));
    }
    const bool is_news = captured > link.captured || refunded > link.refunded;
    link.captured = std::max(link.captured, captured);
    link.refunded = std::max(link.refunded, std::min(refunded, link.captured));
    if (link.refunded < link.captured) link.is_over = false;
    return is_news;
  }

  // One whose money has not gone back, or null.
  const ClosedLink* owed() const {
    const auto link = std::ranges::find_if(
        closed_.links, [](const ClosedLink& each) { return each.refunded < each.captured; });
    return link == closed_.links.end() ? nullptr : &*link;
  }

  Time last_look_at(const ClosedLink& link) const {
    return link.closed_at + settings_.look_again_after;
  }

  // The next thing to ask: what is owed goes first, then the last look at what was closed first.
  void go_on() {
    auto& links = closed_.links;
    const auto open =
        std::ranges::find_if(links, [](const ClosedLink& link) { return !link.is_over; });
    if (const auto* link = owed()) {
      const bool is_doubtful = closed_.attempt > 0 && now_ - closed_.asked_at > key_lifetime;
      perform(is_doubtful ? look_up(closed_, *link) : refund(closed_, *link), link->number);
    } else if (open == links.end()) {
      closed_.due.reset();
    } else if (last_look_at(*open) <= now_) {
      perform(look_up(closed_, *open), open->number);
    } else {
      closed_.due = last_look_at(*open);
    }
  }

  void perform(PaymentOperation operation, std::int32_t number) {
    if (closed_.attempt == 0) closed_.asked_at = now_;
    closed_.due = now_ + pause_before_retry(settings_, closed_.attempt++);
    closed_.under_way = operation.kind;
    closed_.asked_about = number;
    decision_.asks(std::move(operation));
  }

  // No record tells of it.
  Decision told(EventType type, const ProviderEvent& event) const {
    Decision decision;
    const Payment closed{
        .id = closed_.id, .status = PaymentStatus::expired, .currency = closed_.currency};
    decision.announce.push_back(event_about(closed, type, event.amount, event.subject_id));
    return decision;
  }

  Decision finish() {
    if (closed_.attempt == 0 || !closed_.due) closed_.under_way.reset();
    decision_.saves(std::move(closed_));
    return std::move(decision_);
  }

  ClosedLinks closed_;
  const PaymentSettings& settings_;
  Now now_;
  Decision decision_;
};

// 0: none.
std::int32_t number_of(const ClosedLinks& closed, std::string_view session_id) {
  const auto link = std::ranges::find(closed.links, session_id, &ClosedLink::session_id);
  return session_id.empty() || link == closed.links.end() ? 0 : link->number;
}

// 0: none. An event may name the session, or the link by its number, or our refund of it.
std::int32_t number_in(const ClosedLinks& closed, const ProviderEvent& event) {
  for (const auto& link : closed.links) {
    const bool is_it = !event.session_id.empty()
                           ? event.session_id == link.session_id
                           : event.link == link.number || event.refund_number == -link.number;
    if (is_it) return link.number;
  }
  return 0;
}

}  // namespace

const ClosedLink* link_of(const ClosedLinks* closed, const PaymentOutcome& outcome) {
  if (closed == nullptr) return nullptr;
  for (const auto& link : closed->links) {
    const bool is_it = outcome.number == -link.number || outcome.session_id == link.session_id;
    if (is_it) return &link;
  }
  return nullptr;
}

void add_closed(std::optional<ClosedLinks>& closed, const Payment& payment,
                const PaymentSettings& settings, Now now, Decision& decision) {
  if (!closed) closed = ClosedLinks{.id = payment.id, .currency = payment.currency};
  closed->links.push_back({.number = payment.links,
                           .session_id = payment.session_id,
                           .amount = payment.amount,
                           .closed_at = now});
  if (!closed->due) closed->due = now + settings.look_again_after;
  decision.saves(*closed);
}

std::optional<Decision> decide_closed(const Message& message, const ClosedLinks& closed,
                                      const PaymentSettings& settings, Now now) {
  ClosedLinksTransition transition{closed, settings, now};
  if (const auto* wake_up = std::get_if<WakeUp>(&message.payload)) {
    if (wake_up->table != type_of<ClosedLinks>().table) return std::nullopt;
    return transition.on(*wake_up);
  }
  if (const auto* event = std::get_if<ProviderEvent>(&message.payload)) {
    const auto number = number_in(closed, *event);
    if (number != 0) return transition.on(*event, number);
  }
  if (const auto* command = std::get_if<LookUpPayment>(&message.payload)) {
    const auto number = number_of(closed, command->session_id);
    if (number != 0) return transition.on(*command, number);
  }
  if (const auto* outcome = std::get_if<PaymentOutcome>(&message.payload)) {
    const auto* link = link_of(&closed, *outcome);
    // A look-up by the order alone is the payment's.
    const bool is_theirs =
        link != nullptr && (outcome->kind != Kind::look_up || closed.under_way == Kind::look_up);
    if (is_theirs) return transition.on(*outcome, link->number);
  }
  return std::nullopt;
}

}  // namespace oms::payments
