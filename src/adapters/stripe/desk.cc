#include "adapters/stripe/desk.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace oms::stripe {
namespace {

using Kind = PaymentOperation::Kind;
using Ended = PaymentOutcome::Result;
using std::chrono::minutes;

constexpr std::string_view sessions_path = "/v1/checkout/sessions";
constexpr std::string_view with_charge = "?expand[]=payment_intent.latest_charge";
constexpr std::string_view intents_path = "/v1/payment_intents";
constexpr std::string_view with_intents_charge = "?expand[]=latest_charge";
// Stripe's least life of a session, and some time for the call to get there.
constexpr Duration shortest_life = minutes{31};
constexpr int pages_max = 20;
constexpr std::size_t lines_max = 100;  // of a session
constexpr std::int64_t page_size = 100;

// When the order was placed: its id begins with the seconds.
std::int64_t seconds_of(const Id& id) {
  std::int64_t seconds = 0;
  for (std::size_t i = 0; i < 4; ++i) seconds = seconds * 256 + id.bytes().at(i);
  return seconds;
}

// A key that Stripe does not take is our mistake: the operation waits until it is corrected.
bool is_about_access(int status) {
  return status == 401 || status == 403;
}

// Whether it is what the operation is about, which does not know its name.
bool is_of(const SessionFacts& session, const PaymentOperation& operation) {
  return session.order_id == operation.order_id && session.link == operation.link;
}

}  // namespace

void Desk::start(PaymentOperation operation, PaymentProvider::Done done) {
  auto errand = std::make_shared<Errand>(
      Errand{.operation = std::move(operation),
             .done = std::move(done),
             .deadline = Calls::Steady::now() + settings_.operation_timeout});
  switch (errand->operation.kind) {
    case Kind::create_link:
      return create(errand);
    case Kind::expire_link:
      return with_session(errand, [this, errand](const SessionFacts& s) { expire(errand, s); });
    case Kind::refund:
      return with_session(errand, [this, errand](const SessionFacts& s) { refund(errand, s); });
    case Kind::look_up:
      return with_session(errand, [errand](const SessionFacts& s) { errand->end_with(s); });
    case Kind::charge:
    case Kind::authorize:
      return take_card(errand);
    case Kind::capture:
      return capture(errand);
    case Kind::release:
      return with_session(errand, [this, errand](const SessionFacts& s) { release(errand, s); });
  }
}

void Desk::call(const ErrandPtr& errand, Calls::Wanted wanted, Answered answered, Refused refused) {
  wanted.deadline = errand->deadline;
  calls_.send(std::move(wanted),
              [errand, answered = std::move(answered),
               refused = std::move(refused)](Result<HttpResponse> result) mutable {
                if (!result) return errand->end_unknown(result.error().detail);
                if (result->status < 300) return answered(*result);
                const auto refusal = read_refusal(result->body);
                if (is_about_access(result->status)) return errand->end_unknown(refusal.text());
                refused(result->status, refusal);
              });
}

void Desk::get(const ErrandPtr& errand, std::string path, Answered answered, Refused refused) {
  call(errand, {.path = std::move(path)}, std::move(answered), std::move(refused));
}

void Desk::post(const ErrandPtr& errand, std::string path, curl::FormWriter form, Answered answered,
                Refused refused) {
  call(errand,
       {.method = "POST",
        .path = std::move(path),
        .form = form.take(),
        .key = errand->operation.idempotency_key},
       std::move(answered), std::move(refused));
}

void Desk::with_session(const ErrandPtr& errand, WithSession then) {
  if (!errand->operation.session_id.empty()) {
    return read(errand, errand->operation.session_id, std::move(then));
  }
  find(errand, 0, {}, 0,
       [this, errand, then = std::move(then)](std::optional<SessionFacts> found) mutable {
         if (!found) return errand->end_refused("no such session");
         read(errand, found->id, std::move(then));
       });
}

void Desk::read(const ErrandPtr& errand, const std::string& id, WithSession then) {
  const bool is_intent = id.starts_with("pi_");
  const auto path =
      is_intent ? std::string{intents_path} + "/" + id : std::string{sessions_path} + "/" + id;
  get(
      errand, path + std::string{is_intent ? with_intents_charge : with_charge},
      [errand, is_intent, then = std::move(then)](const HttpResponse& response) mutable {
        const auto session = is_intent ? read_intent(response.body) : read_session(response.body);
        if (!session) return errand->end_unknown(session.error().detail);
        then(*session);
      },
      [errand](int status, const Refusal& refusal) {
        errand->end_refused(status == 404 ? "no such session" : refusal.text());
      });
}

void Desk::find(const ErrandPtr& errand, std::size_t span, std::string after, int pages,
                WithFound then) {
  constexpr std::array<std::int64_t, 5> bounds{-60, 15, 120, 900, 2 * 86'400};
  if (span + 1 == bounds.size()) return then(std::nullopt);
  if (pages == pages_max) return errand->end_unknown("there are too many sessions to look at");
  const auto placed = seconds_of(errand->operation.order_id);
  curl::FormWriter query;
  query.add("limit", page_size)
      .add("created[gte]", placed + bounds.at(span))
      .add("created[lt]", placed + bounds.at(span + 1));
  if (!after.empty()) query.add("starting_after", after);
  const bool is_card = errand->operation.link == 0;
  get(
      errand, std::string{is_card ? intents_path : sessions_path} + "?" + query.take(),
      [this, errand, span, pages, is_card,
       then = std::move(then)](const HttpResponse& response) mutable {
        const auto list = is_card ? read_intents(response.body) : read_sessions(response.body);
        if (!list) return errand->end_unknown(list.error().detail);
        const auto& sessions = list->sessions;
        const auto found = std::ranges::find_if(sessions, [&](const SessionFacts& session) {
          return is_of(session, errand->operation);
        });
        if (found != sessions.end()) return then(*found);
        if (!list->has_more || sessions.empty()) {
          return find(errand, span + 1, {}, 0, std::move(then));
        }
        find(errand, span, sessions.back().id, pages + 1, std::move(then));
      },
      [errand](int, const Refusal& refusal) { errand->end_unknown(refusal.text()); });
}

void Desk::create(const ErrandPtr& errand) {
  post(
      errand, std::string{sessions_path}, form_of(errand->operation),
      [this, errand](const HttpResponse& response) {
        const auto session = read_session(response.body);
        if (!session) return errand->end_unknown(session.error().detail);
        end_with_new(errand, *session);
      },
      [this, errand](int, const Refusal& refusal) {
        if (!refusal.is_about_key()) return end_unmade(*errand, refusal.text());
        // It was asked for with another time to live, or by another version of OMS.
        find(errand, 0, {}, 0,
             [this, errand, why = refusal.text()](std::optional<SessionFacts> found) {
               if (!found) return errand->end_unknown(why);
               end_with_new(errand, *found);
             });
      });
}

void Desk::end_with_new(const ErrandPtr& errand, const SessionFacts& session) {
  const auto& operation = errand->operation;
  const bool is_right =
      session.amount == operation.amount && session.currency == operation.currency;
  // What was paid by it meanwhile is for payments to judge.
  if (is_right || session.status != "open") return errand->end_with(session);
  auto why = "Stripe's prices come to " + std::to_string(session.amount) + " " + session.currency +
             " and the order to " + std::to_string(operation.amount) + " " + operation.currency +
             ": make the items' prices and price ids agree with Stripe's";
  errand->operation.idempotency_key += "-expire";
  post(
      errand, std::string{sessions_path} + "/" + session.id + "/expire", {},
      [this, errand, why](const HttpResponse&) { end_unmade(*errand, why); },
      [errand, why](int, const Refusal&) { errand->end_unknown(why); });
}

void Desk::end_unmade(Errand& errand, std::string why) {
  if (settings_.warn) {
    settings_.warn("Stripe makes no payment link for order " + errand.operation.order_id.text() +
                   ": " + why);
  }
  errand.end_refused(std::move(why));
}

curl::FormWriter Desk::form_of(const PaymentOperation& operation) const {
  const auto order = operation.order_id.text();
  curl::FormWriter customer;
  customer.add("customerID", operation.customer_id).add("orderID", order);
  const auto back = "?" + customer.take();
  curl::FormWriter form;
  form.add("mode", "payment")
      .add("client_reference_id", order)
      .add("metadata[order_id]", order)
      .add("metadata[link]", std::int64_t{operation.link})
      .add("payment_intent_data[metadata][order_id]", order)
      .add("payment_intent_data[metadata][link]", std::int64_t{operation.link})
      .add("success_url", settings_.shop_url + "/success.html" + back)
      .add("cancel_url", settings_.shop_url + "/cancel.html" + back)
      .add("expires_at", expiry_of(operation).unix_ms / 1000);
  add_lines(operation, form);
  return form;
}

Time Desk::expiry_of(const PaymentOperation& operation) const {
  constexpr std::int64_t step = Duration{minutes{10}}.count();
  const auto least = clock_.wall() + shortest_life;
  if (operation.expires_at >= least) return operation.expires_at;
  return {(least.unix_ms / step + 1) * step};
}

void Desk::add_lines(const PaymentOperation& operation, curl::FormWriter& form) const {
  MinorUnits sum = 0;
  for (const auto& line : operation.lines) sum += line.unit_price * line.quantity;
  // Lines that do not come to the amount, and more of them than a session takes, are one sum.
  auto lines = operation.lines;
  if (lines.empty() || lines.size() > lines_max || sum != operation.amount) {
    lines = {{.product_name = "Order " + operation.order_id.text(),
              .quantity = 1,
              .unit_price = operation.amount}};
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto name = "line_items[" + std::to_string(i) + "]";
    form.add(name + "[quantity]", lines[i].quantity);
    if (settings_.has_prices && !lines[i].price_id.empty()) {
      form.add(name + "[price]", lines[i].price_id);
      continue;
    }
    form.add(name + "[price_data][currency]", operation.currency)
        .add(name + "[price_data][unit_amount]", lines[i].unit_price)
        .add(name + "[price_data][product_data][name]", lines[i].product_name);
  }
}

void Desk::expire(const ErrandPtr& errand, const SessionFacts& session) {
  if (session.status != "open") return errand->end_with(session);
  post(
      errand, std::string{sessions_path} + "/" + session.id + "/expire", {},
      [errand](const HttpResponse& response) {
        const auto expired = read_session(response.body);
        if (!expired) return errand->end_unknown(expired.error().detail);
        errand->end_with(*expired);
      },
      // The customer was faster, or it has expired by itself.
      [this, errand, id = session.id](int, const Refusal&) {
        read(errand, id, [errand](const SessionFacts& now) { errand->end_with(now); });
      });
}

void Desk::refund(const ErrandPtr& errand, const SessionFacts& session) {
  const auto& operation = errand->operation;
  if (session.intent.empty()) return errand->end_refused("nothing was paid");
  if (session.currency != operation.currency) {
    return errand->end_refused("the charge was in another currency");
  }
  curl::FormWriter form;
  form.add("payment_intent", session.intent)
      .add("amount", operation.amount)
      .add("metadata[order_id]", operation.order_id.text())
      .add("metadata[refund_number]", std::int64_t{operation.number})
      .add("expand[]", "charge");
  post(
      errand, "/v1/refunds", std::move(form),
      [errand, session](const HttpResponse& response) {
        const auto refund = read_refund(response.body);
        if (!refund) return errand->end_unknown(refund.error().detail);
        end_with(*errand, session, *refund);
      },
      [this, errand, session](int, const Refusal& refusal) {
        if (refusal.is_about_key()) return find_refund(errand, session, refusal.text());
        auto outcome = errand->outcome(Ended::refused);
        outcome.word = ProviderWord::refunded;
        outcome.amount = errand->operation.amount;
        outcome.refunded = session.refunded;
        outcome.detail = refusal.text();
        errand->end(std::move(outcome));
      });
}

void Desk::find_refund(const ErrandPtr& errand, const SessionFacts& session, std::string why) {
  curl::FormWriter query;
  query.add("payment_intent", session.intent).add("limit", page_size);
  get(
      errand, "/v1/refunds?" + query.take(),
      [errand, session, why](const HttpResponse& response) {
        const auto refunds = read_refunds(response.body);
        if (!refunds) return errand->end_unknown(refunds.error().detail);
        for (const auto& refund : *refunds) {
          if (refund.number == errand->operation.number &&
              refund.amount == errand->operation.amount) {
            return end_with(*errand, session, refund);
          }
        }
        errand->end_unknown(why);
      },
      [errand](int, const Refusal& refusal) { errand->end_unknown(refusal.text()); });
}

void Desk::end_with(Errand& errand, const SessionFacts& session, const RefundFacts& refund) {
  const bool has_failed = refund.status == "failed" || refund.status == "canceled";
  auto outcome = errand.outcome(has_failed ? Ended::refused : Ended::done);
  outcome.word = ProviderWord::refunded;
  outcome.session_id = session.id;
  outcome.amount = refund.amount;
  outcome.currency = session.currency;
  outcome.refunded = std::max(refund.refunded_in_all, session.refunded);
  outcome.refund_id = refund.id;
  if (has_failed) outcome.detail = "the refund " + refund.status;
  errand.end(std::move(outcome));
}

}  // namespace oms::stripe
