#include "adapters/stripe/desk.h"

// What Stripe has on its books. Links are checkout sessions, cards their own payment intents: a
// window's sessions come first, then its intents.
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

}  // namespace oms::stripe
