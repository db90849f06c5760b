#include "adapters/stripe/desk.h"

// Cards by their tokens: payment intents that are confirmed when they are made.
namespace oms::stripe {
namespace {

using Kind = PaymentOperation::Kind;
using Ended = PaymentOutcome::Result;

constexpr std::string_view intents_path = "/v1/payment_intents";

std::string path_of(const PaymentOperation& operation, std::string_view action) {
  return std::string{intents_path} + "/" + operation.session_id + "/" + std::string{action};
}

curl::FormWriter card_form_of(const PaymentOperation& operation) {
  curl::FormWriter form;
  form.add("amount", operation.amount)
      .add("currency", operation.currency)
      .add("capture_method", operation.kind == Kind::authorize ? "manual" : "automatic")
      .add("confirm", "true")
      .add("automatic_payment_methods[enabled]", "true")
      .add("automatic_payment_methods[allow_redirects]", "never")
      .add("metadata[order_id]", operation.order_id.text())
      .add("metadata[method]", "card")
      .add("expand[]", "latest_charge")
      .add("payment_method", operation.payment_token);
  return form;
}

void end_declined(Errand& errand, std::string intent, PaymentError error) {
  auto outcome = errand.outcome(Ended::refused);
  outcome.word = ProviderWord::failed;
  if (!intent.empty()) outcome.session_id = std::move(intent);
  outcome.detail = error.code;
  outcome.error = std::move(error);
  errand.end(std::move(outcome));
}

}  // namespace

// A payment intent takes no token, but the payment method that is made of it.
void Desk::take_card(const ErrandPtr& errand) {
  const auto& operation = errand->operation;
  if (!operation.payment_token.starts_with("tok_")) return take_method(errand);
  curl::FormWriter form;
  form.add("type", "card").add("card[token]", operation.payment_token);
  call(
      errand,
      {.method = "POST",
       .path = "/v1/payment_methods",
       .form = form.take(),
       .key = operation.idempotency_key + "-method"},
      [this, errand](const HttpResponse& response) {
        auto name = read_name(response.body);
        if (!name) return errand->end_unknown(name.error().detail);
        errand->operation.payment_token = *std::move(name);
        take_method(errand);
      },
      [this, errand](int, const Refusal& refusal) { end_untaken(errand, refusal); });
}

void Desk::take_method(const ErrandPtr& errand) {
  post(
      errand, std::string{intents_path}, card_form_of(errand->operation),
      [this, errand](const HttpResponse& response) { end_with_intent(errand, response); },
      [this, errand](int, const Refusal& refusal) { end_untaken(errand, refusal); });
}

// A key that was used otherwise, by another version of OMS, has made an intent.
void Desk::end_untaken(const ErrandPtr& errand, const Refusal& refusal) {
  if (!refusal.is_about_key()) {
    return end_declined(*errand, refusal.intent, refusal.as_payment_error());
  }
  find(errand, 0, {}, 0, [errand, why = refusal.text()](std::optional<SessionFacts> found) {
    if (!found) return errand->end_unknown(why);
    errand->end_with(*found);
  });
}

// Nobody is there who could answer the bank's question: the card is as good as declined.
void Desk::end_with_intent(const ErrandPtr& errand, const HttpResponse& response) {
  const auto intent = read_intent(response.body);
  if (!intent) return errand->end_unknown(intent.error().detail);
  if (intent->status != "requires_action") return errand->end_with(*intent);
  errand->operation.session_id = intent->id;
  errand->operation.idempotency_key += "-cancel";
  post(
      errand, path_of(errand->operation, "cancel"), {},
      [errand, id = intent->id](const HttpResponse&) {
        end_declined(*errand, id,
                     {.code = "authentication_required",
                      .message = "This card has to be confirmed by its holder."});
      },
      [errand](int, const Refusal& refusal) { errand->end_unknown(refusal.text()); });
}

void Desk::capture(const ErrandPtr& errand) {
  curl::FormWriter form;
  form.add("amount_to_capture", errand->operation.amount).add("expand[]", "latest_charge");
  post(
      errand, path_of(errand->operation, "capture"), std::move(form),
      [errand](const HttpResponse& response) {
        const auto intent = read_intent(response.body);
        if (!intent) return errand->end_unknown(intent.error().detail);
        errand->end_with(*intent);
      },
      // It may be captured already, with a key that is forgotten.
      [this, errand](int, const Refusal& refusal) {
        read(errand, errand->operation.session_id,
             [errand, why = refusal.text()](const SessionFacts& now) {
               const bool is_done =
                   now.word() == ProviderWord::paid || now.word() == ProviderWord::refunded;
               return is_done ? errand->end_with(now) : errand->end_refused(why);
             });
      });
}

void Desk::release(const ErrandPtr& errand, const SessionFacts& intent) {
  const auto word = intent.word();
  if (word != ProviderWord::authorized && word != ProviderWord::open) {
    return errand->end_with(intent);
  }
  errand->operation.session_id = intent.id;
  post(
      errand, path_of(errand->operation, "cancel"), {},
      [errand](const HttpResponse& response) {
        const auto canceled = read_intent(response.body);
        if (!canceled) return errand->end_unknown(canceled.error().detail);
        errand->end_with(*canceled);
      },
      // It was captured meanwhile, or has lapsed.
      [this, errand](int, const Refusal&) {
        read(errand, errand->operation.session_id,
             [errand](const SessionFacts& now) { errand->end_with(now); });
      });
}

}  // namespace oms::stripe
