#include <algorithm>

#include "adapters/simulated/api.h"
#include "adapters/simulated/events.h"
#include "adapters/simulated/objects.h"

namespace oms::simulated {
namespace {

// A refund is named after what asked for it, unless that was the provider.
std::string name_of(const Entry& refund) {
  return refund.key.starts_with("re_") ? refund.key : "re_" + refund.key;
}

ApiBook::Place place_of(const Event& event) {
  return {event.entry.at, event.session.id, event.entry.number};
}

}  // namespace

Api::Answer Api::on_refunds(ApiRequest& request, Time now) {
  const auto& path = request.path;
  auto& form = request.form;
  const bool is_post = request.method == "POST";
  if (path.size() == 1) return is_post ? create_refund(form, now) : list_refunds(form, now);
  const auto found = book_.entry_named(path[1]);
  const bool is_refund = found && found->entry.kind == EntryKind::refund;
  if (!is_refund || path.size() != 2 || is_post || name_of(found->entry) != path[1]) {
    return std::unexpected(api::missing("refund", path[1]));
  }
  const auto expand = form.take_list("expand");
  if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
  return refund_object(found->session, found->entry, api::contains(expand, "charge"));
}

Api::Answer Api::create_refund(Form& form, Time now) {
  const auto intent = form.take("payment_intent");
  const auto charge = form.take("charge");
  const auto amount = form.take_number("amount");
  if (!amount) return std::unexpected(api::of(amount.error()));
  const auto metadata = form.take_metadata("metadata");
  if (!metadata) return std::unexpected(api::of(metadata.error()));
  const auto expand = form.take_list("expand");
  form.ignore("reason");
  if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
  if (intent.has_value() == charge.has_value()) {
    return std::unexpected(api::invalid("Give either a payment_intent or a charge.",
                                        "payment_intent", "parameter_missing"));
  }
  const auto& name = intent ? *intent : *charge;
  auto view = find_paid(name, now);
  if (!view) return std::unexpected(api::missing(intent ? "payment_intent" : "charge", name));
  const auto left = view->standing.left();
  if (view->standing.captured > 0 && left <= 0) {
    return std::unexpected(
        api::invalid("Charge has already been refunded.", {}, "charge_already_refunded"));
  }
  const auto number = view->standing.next_number;
  const auto done = core_.refund(*view,
                                 {.amount = amount->value_or(left),
                                  .key = view->session.id.text() + "_" + std::to_string(number),
                                  .metadata = write_metadata(*metadata),
                                  .is_named = true},
                                 now);
  if (!done) {
    return std::unexpected(api::invalid(done.error().detail, "amount", "amount_too_large"));
  }
  const auto entry = book_.entry_named(view->session.id.text() + "_" + std::to_string(number));
  return refund_object(view->session, entry.value().entry, api::contains(expand, "charge"));
}

std::string Api::refund_object(const Session& session, const Entry& refund, bool is_whole) {
  RefundFacts facts{.name = name_of(refund),
                    .amount = refund.amount,
                    .created_at = refund.at,
                    .metadata = refund.detail};
  for (const auto& entry : ledger_.entries(session.id)) {
    if (entry.key != facts.name) continue;
    if (entry.kind == EntryKind::refund_pending) facts.status = "pending";
    if (entry.kind == EntryKind::refund_succeeded) facts.status = "succeeded";
    if (entry.kind == EntryKind::refund_failed) facts.status = "failed";
  }
  const auto standing = ledger_.standing(session.id);
  Text out;
  write_refund(session, facts, is_whole ? &standing : nullptr, out);
  return out.take();
}

Api::Answer Api::list_refunds(Form& form, Time now) {
  const auto page = api::take_page(form);
  if (!page) return std::unexpected(page.error());
  auto of = form.take("payment_intent");
  if (!of) of = form.take("charge");
  if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
  const auto paid = of ? find_paid(*of, now) : std::nullopt;
  constexpr std::string_view url = "/v1/refunds";
  if (of && !paid) return api::list(url, {}, false);
  ApiBook::EntriesWanted wanted{.since = page->since};
  if (page->after) {
    const auto last = book_.entry_named(*page->after);
    if (!last) return std::unexpected(api::missing("refund", *page->after));
    wanted.below = place_of(*last);
  }
  if (paid) wanted.since = std::max(wanted.since, paid->session.created_at);
  std::vector<std::string> objects;
  while (true) {
    const auto events = book_.entries(wanted);
    for (const auto& event : events) {
      wanted.below = place_of(event);
      const bool is_other = paid && event.session.id != paid->session.id;
      if (event.entry.kind != EntryKind::refund || is_other || event.entry.at >= page->until) {
        continue;
      }
      if (std::ssize(objects) == page->limit) return api::list(url, objects, true);
      objects.push_back(refund_object(event.session, event.entry, false));
    }
    if (std::ssize(events) < wanted.limit) return api::list(url, objects, false);
  }
}

Api::Answer Api::on_charges(ApiRequest& request, Time now) {
  const auto& path = request.path;
  auto& form = request.form;
  if (request.method != "GET" || path.size() > 2) {
    return std::unexpected(ApiError{.status = 404, .message = "Unrecognized request URL."});
  }
  const auto object = [](const View& view) {
    Text out;
    write_charge(view.session, view.standing, out);
    return out.take();
  };
  const auto has_charge = [](const View& view) {
    return view.standing.captured > 0 || view.standing.authorized > 0;
  };
  if (path.size() == 2) {
    const auto view = find_paid(path[1], now);
    if (!view || !has_charge(*view)) return std::unexpected(api::missing("charge", path[1]));
    return object(*view);
  }
  const auto page = api::take_page(form);
  if (!page) return std::unexpected(page.error());
  const auto intent = form.take("payment_intent");
  if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
  constexpr std::string_view url = "/v1/charges";
  std::vector<std::string> objects;
  if (intent) {
    const auto view = find_paid(*intent, now);
    if (view && has_charge(*view)) objects.push_back(object(*view));
    return api::list(url, objects, false);
  }
  auto wanted = behind(*page, Session::id_in(page->after.value_or("")));
  while (true) {
    const auto sessions = book_.sessions(wanted);
    for (const auto& session : sessions) {
      wanted.go_on_behind(session);
      const auto view = core_.view(session.id, now).value();
      if (!has_charge(view)) continue;
      if (std::ssize(objects) == page->limit) return api::list(url, objects, true);
      objects.push_back(object(view));
    }
    if (std::ssize(sessions) < wanted.limit) return api::list(url, objects, false);
  }
}

Api::Answer Api::on_events(ApiRequest& request, Time /*now*/) {
  const auto& path = request.path;
  auto& form = request.form;
  if (request.method != "GET" || path.size() > 2) {
    return std::unexpected(ApiError{.status = 404, .message = "Unrecognized request URL."});
  }
  if (path.size() == 2) {
    const auto event = book_.entry_named(path[1]);
    if (!event) return std::unexpected(api::missing("event", path[1]));
    return write_event(*event);
  }
  const auto page = api::take_page(form);
  if (!page) return std::unexpected(page.error());
  auto types = form.take_list("types");
  if (auto type = form.take("type")) types.push_back(*std::move(type));
  if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
  ApiBook::EntriesWanted wanted{.since = page->since};
  if (page->after) {
    const auto last = book_.entry_named(*page->after);
    if (!last) return std::unexpected(api::missing("event", *page->after));
    wanted.below = place_of(*last);
  }
  std::vector<std::string> objects;
  while (true) {
    const auto events = book_.entries(wanted);
    for (const auto& event : events) {
      wanted.below = place_of(event);
      const bool is_wanted = types.empty() || api::contains(types, type_of(event));
      if (!is_wanted || event.entry.at >= page->until) continue;
      if (std::ssize(objects) == page->limit) return api::list("/v1/events", objects, true);
      objects.push_back(write_event(event));
    }
    if (std::ssize(events) < wanted.limit) return api::list("/v1/events", objects, false);
  }
}

}  // namespace oms::simulated
