#include <algorithm>

#include "adapters/stripe/desk.h"
#include "adapters/stripe/webhook_event.h"

// What Stripe has on its books, and what it has told. Links are checkout sessions, cards their own
// payment intents: a window's sessions come first, then its intents.
namespace oms::stripe {
namespace {

constexpr std::string_view intents_from_the_start = "pi";

Result<ChargePage> page_in(const Result<HttpResponse>& result, bool is_of_intents) {
  if (!result) return std::unexpected(result.error());
  if (result->status >= 300) {
    return fail(ErrorKind::unavailable,
                "Stripe does not list its charges: " + read_refusal(result->body).text());
  }
  OMS_TRY(const auto list,
          is_of_intents ? read_intents(result->body) : read_sessions(result->body));
  ChargePage page;
  for (const auto& session : list.sessions) {
    if (session.order_id) page.charges.push_back(session.charge());
  }
  if (list.has_more && !list.sessions.empty()) {
    page.next = list.sessions.back().id;
  } else if (!is_of_intents) {
    page.next = intents_from_the_start;
  }
  return page;
}

Result<EventPage> events_in(const Result<HttpResponse>& result) {
  if (!result) return std::unexpected(result.error());
  if (result->status >= 300) {
    return fail(ErrorKind::unavailable,
                "Stripe does not list its events: " + read_refusal(result->body).text());
  }
  OMS_TRY(const auto list, read_events(result->body));
  EventPage page;
  for (const auto& text : list.events) {
    auto event = read_event(text);
    if (event) {
      page.events.push_back(*std::move(event));
    } else {
      ++page.unreadable;
    }
  }
  if (list.has_more) page.next = list.last;
  return page;
}

// A name that may stand in a path: it has come from outside.
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  });
}

// As payments knows it: a card by its intent, a link by its number.
Message named(Message event, const std::string& intent, const IntentOwner& owner) {
  event.order_id = owner.order_id.value_or(Id{});
  auto& told = std::get<ProviderEvent>(event.payload);
  told.link = owner.link;
  told.session_id = owner.link == 0 ? intent : std::string{};
  return event;
}

}  // namespace

void Desk::list(const ChargesWanted& wanted, PaymentProvider::OnCharges on_charges) {
  const bool is_of_intents = wanted.cursor.starts_with(intents_from_the_start);
  curl::FormWriter query;
  query.add("limit", static_cast<std::int64_t>(wanted.limit))
      .add("created[gte]", wanted.since.unix_ms / 1000)
      .add("created[lt]", wanted.until.unix_ms / 1000)
      .add("expand[]", is_of_intents ? "data.latest_charge" : "data.payment_intent.latest_charge");
  const bool is_first = wanted.cursor.empty() || wanted.cursor == intents_from_the_start;
  if (!is_first) query.add("starting_after", wanted.cursor);
  const std::string path = is_of_intents ? "/v1/payment_intents?" : "/v1/checkout/sessions?";
  calls_.send(
      {.path = path + query.take(), .deadline = Calls::Steady::now() + settings_.operation_timeout},
      [is_of_intents,
       on_charges = std::move(on_charges)](const Result<HttpResponse>& result) mutable {
        on_charges(page_in(result, is_of_intents));
      });
}

void Desk::list_events(const EventsWanted& wanted, PaymentProvider::OnEvents on_events) {
  curl::FormWriter query;
  query.add("limit", static_cast<std::int64_t>(wanted.limit))
      .add("created[gte]", wanted.since.unix_ms / 1000)
      .add("created[lt]", wanted.until.unix_ms / 1000);
  for (const auto type : event_types()) query.add("types[]", type);
  if (!wanted.cursor.empty()) query.add("starting_after", wanted.cursor);
  calls_.send({.path = "/v1/events?" + query.take(),
               .deadline = Calls::Steady::now() + settings_.operation_timeout},
              [on_events = std::move(on_events)](const Result<HttpResponse>& result) mutable {
                on_events(events_in(result));
              });
}

void Desk::find_order(Message event, PaymentProvider::OnEvent on_event) {
  const auto intent = std::get<ProviderEvent>(event.payload).session_id;
  if (!is_name(intent)) return on_event(std::move(event));
  calls_.send({.path = "/v1/payment_intents/" + intent,
               .deadline = Calls::Steady::now() + settings_.operation_timeout},
              [event = std::move(event), intent,
               on_event = std::move(on_event)](const Result<HttpResponse>& result) mutable {
                if (!result) return on_event(std::unexpected(result.error()));
                if (result->status == 404) return on_event(std::move(event));
                if (result->status >= 300) {
                  return on_event(fail(ErrorKind::unavailable,
                                       "Stripe does not say whose payment " + intent +
                                           " is: " + read_refusal(result->body).text()));
                }
                const auto owner = read_owner(result->body);
                if (!owner) return on_event(std::unexpected(owner.error()));
                if (!owner->order_id) return on_event(std::move(event));
                on_event(named(std::move(event), intent, *owner));
              });
}

}  // namespace oms::stripe
