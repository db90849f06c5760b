#include "edge/event_chain_api.h"

#include <algorithm>
#include <utility>

#include "codec/json_write.h"
#include "edge/body.h"
#include "edge/card_body.h"
#include "edge/contact.h"
#include "edge/given_name.h"
#include "edge/idempotency.h"
#include "edge/order_answers.h"
#include "edge/paging.h"
#include "edge/query_string.h"

namespace oms::edge {
namespace {

constexpr std::string_view card_field = "paymentDetails";
constexpr std::size_t orders_usual = 20;
constexpr std::size_t customer_digits = 32;  // 128 bits

struct ChainedItem {
  JsonText id;
  JsonText quantity;
};
BOOST_DESCRIBE_STRUCT(ChainedItem, (), (id, quantity))

struct ChainedBody {
  PersonBody customer;
  std::vector<ChainedItem> items;
  // One of the two.
  std::optional<CardBody> payment_details;
  std::optional<std::string> payment_token;
};
BOOST_DESCRIBE_STRUCT(ChainedBody, (), (customer, items, payment_details, payment_token))

struct ShownCustomer {
  std::string name;
  std::string email;
  std::string phone_number;
};
BOOST_DESCRIBE_STRUCT(ShownCustomer, (), (name, email, phone_number))

struct ShownItem {
  JsonText id;
  std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(ShownItem, (), (id, quantity))

struct ShownOrder {
  Id id;
  OrderStatus status = OrderStatus::pending;
  ShownCustomer customer;
  std::vector<ShownItem> items;
  MinorUnits total = 0;
  std::string currency;
  std::string created_at;
};
BOOST_DESCRIBE_STRUCT(ShownOrder, (), (id, status, customer, items, total, currency, created_at))

std::string order_text(const OrderView& order) {
  const auto& customer = order.customer;
  ShownOrder shown{
      .id = order.id,
      .status = order.status,
      .customer = {.name = customer.name,
                   .email = customer.email,
                   .phone_number =
                       customer.phone_typed.empty() ? customer.phone_number : customer.phone_typed},
      .total = order.total,
      .currency = order.currency,
      .created_at = to_text(order.created_at)};
  for (const auto& line : order.lines) {
    shown.items.push_back({.id = given_name(line.product_id), .quantity = line.quantity});
  }
  std::string text;
  write_json(shown, text);
  return text;
}

// An error leads into the body as this face has it.
Error as_sent(Error error) {
  constexpr std::string_view id = "/productID";
  if (error.pointer.ends_with(id)) {
    error.pointer.replace(error.pointer.size() - id.size(), id.size(), "/id");
  }
  return error;
}

HttpResponse placed(const Result<Record>& result) {
  if (!result) return problem(as_sent(result.error()));
  const auto* order = order_in(*result);
  return order != nullptr ? json_response(order_text(*order), 201) : unexpected_reply("order");
}

// `only`: the customer whose orders these are; empty: anyone's.
HttpResponse listed(const Page& page, const Paging& paging, std::string_view only) {
  std::string body = "[";
  for (const auto& found : page.records) {
    const auto* order = order_in(found.record);
    if (order == nullptr || order->face != Face::event_chain) continue;
    if (!only.empty() && order->customer_id != only) continue;
    if (body.size() > 1) body += ',';
    body += order_text(*order);
  }
  body += ']';
  auto response = json_response(std::move(body));
  link_next(page, paging, "/order", response);
  return response;
}

// The body but for the card, whose few digits could be found out from a digest of them.
std::string without_card(std::string_view body) {
  std::string rest;
  json::Cursor in{body};
  const char* from = body.data();
  bool more = false;
  for (bool good = in.open('{', more); good && more; good = in.next('{', more)) {
    std::string_view key;
    if (!in.read_key(key)) break;
    const bool is_card = key == card_field;
    const char* const value = in.place();
    if (!in.skip_value()) break;
    if (is_card) rest.append(from, value);
    if (is_card) from = in.place();
  }
  return rest.append(from, body.data() + body.size());
}

Result<Contact> contact_of(const PersonBody& person, std::string_view phone_country) {
  OMS_TRY(auto contact, read_contact(person, phone_country));
  if (contact.is_empty()) {
    return fail(ErrorKind::invalid, "the customer needs an email address or a phone number",
                "/customer");
  }
  return contact;
}

std::string customer_id_of(const Contact& contact, const GatewaySettings& settings) {
  std::string text = contact.email.empty() ? contact.phone_number : contact.email;
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return settings.digest("/order\n" + text).substr(0, customer_digits);
}

Result<std::vector<RequestedLine>> lines_of(const std::vector<ChainedItem>& items) {
  if (items.empty() || items.size() > lines_max) {
    return fail(ErrorKind::invalid, "an order has 1 to " + std::to_string(lines_max) + " items",
                "/items");
  }
  std::vector<RequestedLine> lines;
  for (const auto& item : items) {
    const auto pointer = "/items/" + std::to_string(lines.size());
    RequestedLine line;
    OMS_TRY(line.product_id, read_given_name(item.id, pointer + "/id"));
    OMS_TRY(line.quantity, read_given_quantity(item.quantity, pointer + "/quantity"));
    lines.push_back(std::move(line));
  }
  return lines;
}

// A provider that takes no card numbers from others has made the token itself.
Result<std::string> card_token_in(const ChainedBody& body, const Tokenize& tokenize) {
  if (!body.payment_token) {
    if (body.payment_details) return token_of(*body.payment_details, tokenize, "/paymentDetails");
    return fail(ErrorKind::invalid, "an order is paid by paymentDetails or a paymentToken",
                "/paymentDetails");
  }
  if (body.payment_details) {
    return fail(ErrorKind::invalid, "an order has paymentDetails or a paymentToken, and not both",
                "/paymentToken");
  }
  OMS_CHECK(check_token(*body.payment_token));
  return *body.payment_token;
}

}  // namespace

Result<Plan> place_chained(const Call& call) {
  const auto& settings = call.settings;
  OMS_CHECK(read_parameters(call.request.query, {}));
  OMS_TRY(const auto body, read_body<ChainedBody>(call.request.body));
  PlaceOrder place{.saga = "prepaid", .face = Face::event_chain, .method = PaymentMethod::card};
  OMS_TRY(place.customer, contact_of(body.customer, settings.phone_country));
  place.customer_id = call.caller.identity.subject.empty()
                          ? customer_id_of(place.customer, settings)
                          : call.caller.identity.subject;
  OMS_TRY(place.lines, lines_of(body.items));
  OMS_TRY(auto once, once_of(call.request, settings.digest, place.customer_id,
                             without_card(call.request.body)));
  OMS_TRY(place.payment_token, card_token_in(body, settings.tokenize));
  Submit submit{.message = call.message(call.fresh_id, std::move(place)), .render = placed};
  submit.message.fresh = true;
  submit.message.once = std::move(once);
  return submit;
}

Result<Plan> list_chained(const Call& call) {
  OMS_TRY(const auto parameters, read_parameters(call.request.query, {"limit", "cursor"}));
  OMS_TRY(const auto paging, read_paging_by_id(parameters, orders_usual, ListTag::of("/order")));
  auto only = call.caller.only();
  return List{.query = {.type = &type_of<OrderView>(),
                        .column = only.empty() ? "event_chain" : "customer_id",
                        .value = only.empty() ? "yes" : only,
                        .after = paging.after,
                        .limit = paging.limit},
              .render = [paging, only](const Page& page) { return listed(page, paging, only); }};
}

}  // namespace oms::edge
