#include <algorithm>

#include "adapters/simulated/api.h"
#include "adapters/simulated/objects.h"

namespace oms::simulated {
namespace {

using Status = Standing::Status;

constexpr std::int64_t unit_amount_max = 99'999'999;
constexpr std::int64_t quantity_max = 999'999;
constexpr std::size_t lines_max = 100;
constexpr std::size_t reference_max = 200;
constexpr Duration shortest_life = std::chrono::minutes{30};
constexpr Duration longest_life = std::chrono::hours{24};

std::string_view status_of(const Core::View& view) {
  switch (view.standing.status) {
    case Status::complete:
      return "complete";
    case Status::expired:
      return "expired";
    case Status::open:
      break;
  }
  return "open";
}

// The lines as the page shows them, and what they come to.
struct Bill {
  std::vector<OrderLine> lines;
  MinorUnits amount = 0;
  std::string currency;
};

std::expected<OrderLine, ApiError> take_line(Form& form, const std::string& name, Bill& bill) {
  const auto price = name + "[price_data]";
  if (form.take(name + "[price]")) {
    return std::unexpected(
        api::invalid("No such price: this provider keeps none, so give price_data.",
                     name + "[price]", "resource_missing"));
  }
  OrderLine line{.product_name = form.take(price + "[product_data][name]").value_or("")};
  form.ignore(price + "[product_data]");
  const auto unit = form.take_number(price + "[unit_amount]");
  if (!unit) return std::unexpected(api::of(unit.error()));
  const auto quantity = form.take_number(name + "[quantity]");
  if (!quantity) return std::unexpected(api::of(quantity.error()));
  const auto currency = form.take(price + "[currency]").value_or("");
  if (line.product_name.empty() || !*unit || currency.empty()) {
    return std::unexpected(
        api::invalid("price_data needs currency, unit_amount and product_data[name].", price,
                     "parameter_missing"));
  }
  const auto count = quantity->value_or(1);
  if (**unit < 0 || **unit > unit_amount_max || count < 1 || count > quantity_max) {
    return std::unexpected(api::invalid("The amount or the quantity is out of range.", name));
  }
  if (!bill.currency.empty() && bill.currency != currency) {
    return std::unexpected(api::invalid("All lines must have one currency.", price));
  }
  line.quantity = static_cast<decltype(line.quantity)>(count);
  bill.currency = currency;
  bill.amount += **unit * count;
  return line;
}

std::expected<Bill, ApiError> take_bill(Form& form) {
  Bill bill;
  for (std::size_t i = 0;; ++i) {
    const auto name = "line_items[" + std::to_string(i) + "]";
    if (!form.has_below(name)) break;
    if (i == lines_max) {
      return std::unexpected(api::invalid("A session has at most 100 lines.", "line_items"));
    }
    auto line = take_line(form, name, bill);
    if (!line) return std::unexpected(std::move(line).error());
    bill.lines.push_back(*std::move(line));
  }
  if (bill.lines.empty()) {
    return std::unexpected(
        api::invalid("Missing required param: line_items.", "line_items", "parameter_missing"));
  }
  return bill;
}

std::expected<Terms, ApiError> take_terms(Form& form) {
  Terms terms{.reference = form.take("client_reference_id").value_or(""),
              .success_url = form.take("success_url").value_or(""),
              .cancel_url = form.take("cancel_url").value_or("")};
  if (terms.success_url.empty()) {
    return std::unexpected(
        api::invalid("Missing required param: success_url.", "success_url", "parameter_missing"));
  }
  if (terms.reference.size() > reference_max) {
    return std::unexpected(
        api::invalid("A reference has at most 200 characters.", "client_reference_id"));
  }
  auto metadata = form.take_metadata("metadata");
  if (!metadata) return std::unexpected(api::of(metadata.error()));
  terms.metadata = *std::move(metadata);
  auto of_payment = form.take_metadata("payment_intent_data[metadata]");
  if (!of_payment) return std::unexpected(api::of(of_payment.error()));
  terms.payment_metadata = *std::move(of_payment);
  return terms;
}

std::expected<Time, ApiError> take_expiry(Form& form, Time now) {
  const auto seconds = form.take_number("expires_at");
  if (!seconds) return std::unexpected(api::of(seconds.error()));
  if (!*seconds) return now + longest_life;
  const Time expires_at{**seconds * 1000};
  const Time this_second{now.unix_ms / 1000 * 1000};
  if (expires_at < this_second + shortest_life || expires_at > this_second + longest_life) {
    return std::unexpected(api::invalid(
        "The `expires_at` timestamp must be from 30 minutes to 24 hours after creation.",
        "expires_at"));
  }
  return expires_at;
}

Id order_of(const Terms& terms) {
  if (const auto id = Id::parse(terms.reference)) return *id;
  const auto named = std::ranges::find(terms.metadata, "order_id", &Metadatum::name);
  if (named == terms.metadata.end()) return {};
  return Id::parse(named->value).value_or(Id{});
}

}  // namespace

Api::Answer Api::on_sessions(ApiRequest& request, Time now) {
  const auto& path = request.path;
  const bool is_post = request.method == "POST";
  if (path.size() == 2) {
    return is_post ? create_session(request.form, now) : list_sessions(request.form, now);
  }
  const auto name = SessionName::parse(path[2]);
  auto view = name ? core_.view(*name, now) : std::nullopt;
  if (!view || view->session.is_intent()) {
    return std::unexpected(api::missing("checkout.session", path[2]));
  }
  const auto expand = request.form.take_list("expand");
  if (const auto error = api::check_all_taken(request.form)) return std::unexpected(*error);
  if (path.size() == 3 && !is_post) return session_object(*view, expand);
  if (path.size() == 4 && is_post && path[3] == "expire") return expire_session(*view, now);
  return std::unexpected(ApiError{.status = 404, .message = "Unrecognized request URL."});
}

Api::Answer Api::create_session(Form& form, Time now) {
  const auto mode = form.take("mode").value_or("");
  if (mode != "payment") {
    return std::unexpected(
        api::invalid("This provider takes the mode payment alone.", "mode", "parameter_missing"));
  }
  const auto bill = take_bill(form);
  if (!bill) return std::unexpected(bill.error());
  auto terms = take_terms(form);
  if (!terms) return std::unexpected(std::move(terms).error());
  const auto expires_at = take_expiry(form, now);
  if (!expires_at) return std::unexpected(expires_at.error());
  const auto expand = form.take_list("expand");
  for (const auto* ignored : {"payment_method_types", "customer_email", "locale", "ui_mode",
                              "submit_type", "customer_creation"}) {
    form.ignore(ignored);
  }
  if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
  const auto made = core_.open({.order_id = order_of(*terms),
                                .amount = bill->amount,
                                .currency = bill->currency,
                                .expires_at = *expires_at,
                                .terms = *terms},
                               describe(bill->lines), now);
  if (!made) return std::unexpected(api::of(made.error()));
  return session_object(*made, expand);
}

Api::Answer Api::expire_session(View& view, Time now) {
  if (view.standing.status != Status::open || !core_.expire(view.session, now)) {
    return std::unexpected(api::invalid(
        "Only Checkout Sessions with a status in [\"open\"] can be expired. This one is " +
        std::string{status_of(view)} + "."));
  }
  view.standing.status = Status::expired;
  return session_object(view, {});
}

std::string Api::session_object(const View& view, const std::vector<std::string>& expand) const {
  const bool with_charge = api::contains(expand, "payment_intent.latest_charge");
  Text out;
  write_session(
      view.session, view.standing, base_url_, out,
      {.intent = with_charge || api::contains(expand, "payment_intent"), .charge = with_charge});
  return out.take();
}

Api::Answer Api::list_sessions(Form& form, Time now) {
  const auto page = api::take_page(form);
  if (!page) return std::unexpected(page.error());
  const auto status = form.take("status");
  const auto intent = form.take("payment_intent");
  const auto expand = api::take_expand_of_list(form);
  if (const auto error = api::check_all_taken(form)) return std::unexpected(*error);
  constexpr std::string_view url = "/v1/checkout/sessions";
  if (intent) {
    const auto paid = find_paid(*intent, now);
    std::vector<std::string> objects;
    if (paid && !paid->session.is_intent()) objects.push_back(session_object(*paid, expand));
    return api::list(url, objects, false);
  }
  std::optional<Id> last;
  if (page->after) {
    const auto name = SessionName::parse(*page->after);
    if (!name) return std::unexpected(api::missing("checkout.session", *page->after));
    last = name->id;
  }
  auto wanted = behind(*page, last);
  std::vector<std::string> objects;
  while (true) {
    const auto sessions = book_.sessions(wanted);
    for (const auto& session : sessions) {
      wanted.go_on_behind(session);
      if (session.is_intent()) continue;
      const auto view = core_.view(session.id, now);
      if (!view || (status && *status != status_of(*view))) continue;
      if (std::ssize(objects) == page->limit) return api::list(url, objects, true);
      objects.push_back(session_object(*view, expand));
    }
    if (std::ssize(sessions) < wanted.limit) return api::list(url, objects, false);
  }
}

}  // namespace oms::simulated
