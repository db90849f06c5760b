#include "edge/customer_api.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "codec/json_text.h"
#include "edge/body.h"
#include "edge/card_body.h"
#include "edge/card_number.h"
#include "edge/etag.h"
#include "edge/idempotency.h"
#include "edge/order_answers.h"
#include "edge/order_body.h"
#include "edge/order_lists.h"
#include "edge/paging.h"
#include "edge/query_string.h"
#include "edge/views.h"
#include "edge/words.h"

namespace oms::edge {
namespace {

constexpr std::size_t orders_usual = 20;
constexpr std::size_t looked_at_max = 200;  // for one page of those that were chosen
constexpr std::size_t menu_max = 1000;      // what a store gives in one page

Result<std::string_view> customer_of(const Call& call) {
  const auto customer = call.values[0];
  if (!is_name(customer)) {
    return fail(ErrorKind::invalid, std::string{"a customerID "}.append(name_rule));
  }
  OMS_CHECK(refuse_card_number(customer, {}));
  return customer;
}

std::string order_path(const OrderView& order) {
  std::string path = "/api/customers/";
  percent_encode(order.customer_id, "", path);
  path.append("/orders/").append(order.id.text());
  return path;
}

// With a pointer into the body as it was sent.
HttpResponse refused(Error error, const SentLines& sent) {
  error.pointer = sent.pointer_in(error.pointer);
  return problem(error);
}

// The order's id is the record's: a repeated request shows the order that its first one made.
HttpResponse placed(const Result<Record>& result, std::string_view base_url,
                    const SentLines& sent) {
  if (!result) return refused(result.error(), sent);
  const auto* order = order_in(*result);
  if (order == nullptr) return unexpected_reply("order");
  HttpResponse response{.status = 201};
  response.headers.reserve(2);
  response.headers.emplace_back("Location", order_path(*order));
  response.headers.emplace_back("ETag", etag_of(order->version));
  auto& body = response.body;
  body = R"({"order":)";
  write_order(*order, body);
  body += R"(,"redirectToURL":)";
  write_json_string(follow_url(*order, base_url), body);
  body += '}';
  return response;
}

HttpResponse shown(const OrderView& order, std::string_view if_none_match) {
  HttpResponse response{
      .headers = {{"ETag", etag_of(order.version)}, {"Cache-Control", "private, no-cache"}}};
  if (matches_etag(if_none_match, response.headers.front().second)) {
    response.status = 304;
    return response;
  }
  response.body = order_json(order);
  return response;
}

HttpResponse shown_to(std::string_view customer, const std::vector<Found>& found,
                      std::string_view if_none_match) {
  const auto* order = order_in(found.at(0).record);
  const bool is_theirs =
      order != nullptr && order->customer_id == customer && order->face == Face::customers;
  if (is_theirs) return shown(*order, if_none_match);
  if (order == nullptr && found.size() > 1) {
    if (auto gone = archived_order(found[1].record, customer)) return *std::move(gone);
  }
  return no_such_order();
}

// By kind, then by name.
HttpResponse menu(const Page& page) {
  std::vector<const ItemView*> items;
  items.reserve(page.records.size());
  for (const auto& found : page.records) {
    const auto* item = found.record.as<ItemView>();
    if (item != nullptr && !item->archived) items.push_back(item);
  }
  std::ranges::sort(
      items, {}, [](const ItemView* item) { return std::tie(item->kind, item->name, item->id); });
  std::string body = R"({"items":[)";
  for (const auto* item : items) {
    if (body.back() == '}') body += ',';
    write_menu_item(*item, body);
  }
  body += "]}";
  return json_response(std::move(body));
}

// The version after which the client wants to hear more; none if it says nothing sensible.
std::optional<std::int64_t> last_event(const HttpRequest& request) {
  const auto text = request.header("last-event-id");
  const char* const end = text.data() + text.size();
  std::int64_t version = 0;
  const auto read = std::from_chars(text.data(), end, version);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end || version < 0) return std::nullopt;
  return version;
}

}  // namespace

Result<Plan> place_order(const Call& call) {
  OMS_TRY(const auto customer, customer_of(call));
  OMS_TRY(auto once, once_of(call.request, call.settings.digest));
  OMS_TRY(auto body, read_order_body(call.request.body, customer));
  Submit submit{.message = call.message(call.fresh_id, std::move(body.place))};
  submit.message.fresh = true;
  submit.message.once = std::move(once);
  submit.render = [settings = &call.settings,
                   sent = std::move(body.sent)](const Result<Record>& result) {
    return placed(result, settings->base_url, sent);
  };
  return submit;
}

Result<Plan> list_orders(const Call& call) {
  OMS_TRY(const auto customer, customer_of(call));
  OMS_TRY(const auto parameters,
          read_parameters(call.request.query, {"status", "from", "to", "limit", "cursor"}));
  OMS_TRY(auto choice, read_choice(parameters));
  choice.face = Face::customers;
  const auto list = tag_of(call.request.path, parameters);
  OMS_TRY(const auto paging, read_paging_by_id(parameters, orders_usual, list));
  return list_of_orders(
      {.type = &type_of<OrderView>(), .column = "customer_id", .value = std::string{customer}},
      choice, paging, looked_at_max);
}

Result<Plan> show_order(const Call& call) {
  const auto id = Id::parse(call.values[1]);
  if (!id) return fail_no_such_order();
  return Get{
      .keys = keys_of_order(*id),
      .render =
          [customer = std::string{call.values[0]},
           if_none_match = std::string{call.request.header("if-none-match")}](
              const std::vector<Found>& found) { return shown_to(customer, found, if_none_match); },
      .is_last_instead = true};
}

// Without If-Match a change could undo another that the caller has not seen.
Result<Plan> revise_order(const Call& call) {
  OMS_TRY(const auto customer, customer_of(call));
  const auto id = Id::parse(call.values[1]);
  if (!id) return fail_no_such_order();
  const auto tags = call.request.header("if-match");
  if (tags.empty()) {
    return problem(precondition_required,
                   "say which version you change: send its ETag in If-Match");
  }
  OMS_TRY(auto body, read_revision_body(call.request.body, customer));
  body.revise.versions = versions_of(tags);
  return Submit{
      .message = call.message(*id, body.revise),
      .render = [asked = body.revise, sent = std::move(body.sent)](const Result<Record>& result) {
        return result ? revision(result, asked) : refused(result.error(), sent);
      }};
}

Result<Plan> follow_order(const Call& call) {
  const auto id = Id::parse(call.values[1]);
  if (!id) return fail_no_such_order();
  return Follow{.order_id = id,
                .customer_id = std::string{call.values[0]},
                .after = last_event(call.request),
                .until = call.caller.identity.expires_at};
}

Result<Plan> cancel_order(const Call& call) {
  OMS_TRY(const auto customer, customer_of(call));
  const auto id = Id::parse(call.values[1]);
  if (!id) return fail_no_such_order();
  CancelOrder cancel{.customer_id = std::string{customer},
                     .versions = versions_of(call.request.header("if-match"))};
  return Submit{
      .message = call.message(*id, std::move(cancel)), .is_urgent = true, .render = cancellation};
}

Result<Plan> show_menu(const Call&) {
  return List{.query = {.type = &type_of<ItemView>(), .newest_first = false, .limit = menu_max},
              .render = menu};
}

// The card goes to the provider's tokenizer and nowhere else; the dispatcher wipes the body.
Result<Plan> make_payment_token(const Call& call) {
  OMS_TRY(const auto card, read_body<CardBody>(call.request.body));
  OMS_TRY(const auto token, token_of(card, call.settings.tokenize, ""));
  std::string body = R"({"token":)";
  write_json_string(token, body);
  auto response = json_response(body + "}", 201);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Result<Plan> take_webhook(const Call& call) {
  return Webhook{.signature = std::string{call.request.header("stripe-signature")},
                 .body = call.request.body};
}

}  // namespace oms::edge
