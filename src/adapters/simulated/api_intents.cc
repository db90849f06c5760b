#include <algorithm>

#include "adapters/simulated/api.h"
#include "adapters/simulated/objects.h"

namespace oms::simulated {
namespace {

using Status = Standing::Status;
using Verdict = Core::Verdict;

// "pm_card_visa", or the token of a card in data of its own. Whichever is there is taken.
std::optional<std::string> take_card(Form& form) {
  auto method = form.take("payment_method");
  if (method && method->starts_with("tok_")) method->clear();  // a token is no payment method
  if (!method) method = form.take("payment_method_data[card][token]");
  form.ignore("payment_method_data");
  return method;
}

ApiError declined(const Card& card, std::string intent) {
  const auto decline = decline_of_code(card.code);
  return {.status = 402,
          .type = "card_error",
          .code = std::string{decline.error},
          .message = std::string{decline.words},
          .decline_code = std::string{decline.code},
          .intent = std::move(intent)};
}

ApiError unexpected_state(std::string message) {
  return api::invalid(std::move(message), {}, "payment_intent_unexpected_state");
}

}  // namespace

Api::Answer Api::on_intents(ApiRequest& request, Time now) {
  const auto& path = request.path;
  auto& form = request.form;
  const bool is_post = request.method == "POST";
  if (path.size() == 1) return is_post ? create_intent(form, now) : list_intents(form, now);
  auto view = find_paid(path[1], now);
  if (!view) return std::unexpected(api::missing("payment_intent", path[1]));
  if (path.size() == 2 && !is_post) {
    const auto expand = form.take_list("expand");
    if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
    return intent_object(*view, expand);
  }
  if (path.size() != 3 || !is_post) {
    return std::unexpected(ApiError{.status = 404, .message = "Unrecognized request URL."});
  }
  if (!view->session.is_intent()) {
    return std::unexpected(
        unexpected_state("You cannot perform this action on PaymentIntents created by Checkout."));
  }
  if (path[2] == "confirm") return confirm(view->session, form, now);
  if (path[2] == "capture") return capture(*view, form, now);
  if (path[2] == "cancel") return cancel(*view, form, now);
  return std::unexpected(ApiError{.status = 404, .message = "Unrecognized request URL."});
}

// Every token has one, which may be used again and again here.
Api::Answer Api::create_method(ApiRequest& request) {
  auto& form = request.form;
  if (request.method != "POST" || request.path.size() != 1) {
    return std::unexpected(ApiError{.status = 404, .message = "Unrecognized request URL."});
  }
  const auto type = form.take("type").value_or("");
  const auto token = form.take("card[token]").value_or("");
  if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
  if (type != "card") return std::unexpected(api::invalid("Only cards are taken here.", "type"));
  const auto method = payment_method_of(token);
  if (!method) {
    return std::unexpected(
        api::invalid("No such token: '" + token + "'", "card[token]", "resource_missing"));
  }
  const auto card = card_of_token(token).value();
  Text out;
  out << R"({"id":")" << *method << R"(","object":"payment_method","card":{"brand":")" << card.brand
      << R"(","last4":")" << card.last4 << R"("},"livemode":false,"type":"card"})";
  return out.take();
}

Api::Answer Api::create_intent(Form& form, Time now) {
  const auto amount = form.take_number("amount");
  if (!amount) return std::unexpected(api::of(amount.error()));
  if (!*amount) {
    return std::unexpected(
        api::invalid("Missing required param: amount.", "amount", "parameter_missing"));
  }
  const auto capture_method = form.take("capture_method").value_or("automatic");
  auto metadata = form.take_metadata("metadata");
  if (!metadata) return std::unexpected(api::of(metadata.error()));
  const auto order = std::ranges::find(*metadata, "order_id", &Metadatum::name);
  const auto order_id = order == metadata->end() ? Id{} : Id::parse(order->value).value_or(Id{});
  Session wanted{.order_id = order_id,
                 .amount = **amount,
                 .currency = form.take("currency").value_or(""),
                 .expires_at = now + authorization_lasts,
                 .terms = Terms{.kind = capture_method == "manual" ? Terms::Kind::manual_intent
                                                                   : Terms::Kind::automatic_intent,
                                .metadata = *std::move(metadata)}};
  const bool is_confirmed = form.take("confirm").value_or("false") == "true";
  for (const auto* ignored : {"description", "receipt_email", "payment_method_types", "off_session",
                              "automatic_payment_methods", "return_url"}) {
    form.ignore(ignored);
  }
  Form rest = form;
  take_card(rest);
  rest.ignore("expand");
  if (const auto error = api::check_all_taken(rest)) return std::unexpected(*error);
  if (is_confirmed) {  // all is checked before anything is done
    const auto card = take_card(rest = form);
    if (!card || !card_of_token(*card)) {
      return std::unexpected(api::invalid("No such PaymentMethod: '" + card.value_or("") + "'",
                                          "payment_method", "resource_missing"));
    }
  }
  const auto made = core_.open(std::move(wanted), "", now);
  if (!made) return std::unexpected(api::of(made.error()));
  if (is_confirmed) return confirm(made->session, form, now);
  return intent_object(*made, form.take_list("expand"));
}

Api::Answer Api::list_intents(Form& form, Time now) {
  const auto page = api::take_page(form);
  if (!page) return std::unexpected(page.error());
  const auto expand = api::take_expand_of_list(form);
  if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
  constexpr std::string_view url = "/v1/payment_intents";
  auto wanted = behind(*page, Session::id_in(page->after.value_or("")));
  std::vector<std::string> objects;
  while (true) {
    const auto sessions = book_.sessions(wanted);
    for (const auto& session : sessions) {
      wanted.go_on_behind(session);
      if (!session.is_intent()) continue;
      if (std::ssize(objects) == page->limit) return api::list(url, objects, true);
      objects.push_back(intent_object(core_.view(session.id, now).value(), expand));
    }
    if (std::ssize(sessions) < wanted.limit) return api::list(url, objects, false);
  }
}

Api::Answer Api::confirm(const Session& session, Form& form, Time now) {
  const auto token = take_card(form);
  const auto expand = form.take_list("expand");
  for (const auto* ignored : {"return_url", "off_session"}) form.ignore(ignored);
  if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
  const auto card = card_of_token(token.value_or(""));
  if (!card) {
    return std::unexpected(api::invalid("No such PaymentMethod: '" + token.value_or("") + "'",
                                        "payment_method", "resource_missing"));
  }
  const auto verdict = core_.pay(session, *card, now);
  const auto view = core_.view(session.id, now).value();
  switch (verdict) {
    case Verdict::charged:
    case Verdict::answer_lost:
      return intent_object(view, expand);
    case Verdict::declined:
      return std::unexpected(declined(*card, intent_object(view, {})));
    case Verdict::too_many_declines:
      return std::unexpected(unexpected_state("This PaymentIntent has had too many cards."));
    default:
      return std::unexpected(unexpected_state(
          "This PaymentIntent cannot be confirmed: it has been paid, or was canceled."));
  }
}

Api::Answer Api::capture(View& view, Form& form, Time now) {
  const auto amount = form.take_number("amount_to_capture");
  if (!amount) return std::unexpected(api::of(amount.error()));
  const auto expand = form.take_list("expand");
  if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
  const auto done = core_.capture(view, amount->value_or(view.standing.authorized), now);
  if (!done) {
    const bool is_state = done.error().kind == ErrorKind::conflict;
    return std::unexpected(
        is_state ? unexpected_state(done.error().detail)
                 : api::invalid(done.error().detail, "amount_to_capture", "amount_too_large"));
  }
  return intent_object(view, expand);
}

Api::Answer Api::cancel(View& view, Form& form, Time now) {
  form.ignore("cancellation_reason");
  const auto expand = form.take_list("expand");
  if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
  if (view.standing.status != Status::open || !core_.expire(view.session, now)) {
    return std::unexpected(unexpected_state(
        "You cannot cancel this PaymentIntent because it has succeeded or was canceled."));
  }
  view.standing.status = Status::expired;
  return intent_object(view, expand);
}

std::string Api::intent_object(const View& view, const std::vector<std::string>& expand) {
  const bool is_open = view.standing.status == Status::open && view.standing.authorized == 0;
  Text out;
  write_intent(view.session, view.standing, is_open ? last_card(view.session) : "", out,
               {.charge = api::contains(expand, "latest_charge")});
  return out.take();
}

// The last that was declined.
std::string Api::last_card(const Session& session) {
  std::string card;
  for (auto& entry : ledger_.entries(session.id)) {
    if (entry.kind == EntryKind::decline) card = std::move(entry.detail);
  }
  return card;
}

}  // namespace oms::simulated
