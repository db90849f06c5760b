#include <algorithm>

#include "codec/json_write.h"
#include "edge/body.h"
#include "edge/card_body.h"
#include "edge/card_number.h"
#include "edge/coordinator_api.h"
#include "edge/etag.h"
#include "edge/given_name.h"
#include "edge/idempotency.h"
#include "edge/order_answers.h"
#include "edge/query_string.h"
#include "edge/words.h"
#include "messages/stock.h"

namespace oms::edge {
namespace {

// As its clients write them. NOLINTNEXTLINE(readability-identifier-naming)
enum class Word { Pending, Confirm, Cancel };
BOOST_DESCRIBE_ENUM(Word, Pending, Confirm, Cancel)

// Its clients write "customerId" where the others write "customerID".
constexpr std::string_view name_of_member(std::string_view member) {
  if (member == "customer_id") return "customerId";
  if (member == "product_id") return "productId";
  if (member == "created_at") return "created_at";
  return {};
}

struct CheckoutItem {
  static constexpr std::string_view json_name_of(std::string_view member) {
    return name_of_member(member);
  }
  JsonText product_id;
  JsonText quantity;
  std::optional<Bounded<0, price_max>> price;
};
BOOST_DESCRIBE_STRUCT(CheckoutItem, (), (product_id, quantity, price))

struct CheckoutBody {
  static constexpr std::string_view json_name_of(std::string_view member) {
    return name_of_member(member);
  }
  JsonText customer_id;
  std::vector<CheckoutItem> items;
  std::optional<std::string> payment_token;
};
BOOST_DESCRIBE_STRUCT(CheckoutBody, (), (customer_id, items, payment_token))

struct ChangeBody {
  Word status = Word::Pending;
};
BOOST_DESCRIBE_STRUCT(ChangeBody, (), (status))

struct ShownItem {
  static constexpr std::string_view json_name_of(std::string_view member) {
    return name_of_member(member);
  }
  JsonText product_id;
  std::int64_t quantity = 0;
  MinorUnits price = 0;
};
BOOST_DESCRIBE_STRUCT(ShownItem, (), (product_id, quantity, price))

struct ShownOrder {
  static constexpr std::string_view json_name_of(std::string_view member) {
    return name_of_member(member);
  }
  Id id;
  JsonText customer_id;
  Word status = Word::Pending;
  std::vector<ShownItem> items;
  std::string created_at;
};
BOOST_DESCRIBE_STRUCT(ShownOrder, (), (id, customer_id, status, items, created_at))

Word word_of(OrderStatus status) {
  if (!is_final(status)) return Word::Pending;
  return status == OrderStatus::completed ? Word::Confirm : Word::Cancel;
}

HttpResponse shown_as(Word word, const OrderView& order) {
  ShownOrder data{.id = order.id,
                  .customer_id = given_name(order.customer_id),
                  .status = word,
                  .created_at = to_text(order.created_at)};
  for (const auto& line : order.lines) {
    data.items.push_back({.product_id = given_name(line.product_id),
                          .quantity = line.quantity,
                          .price = line.unit_price});
  }
  HttpResponse response;
  write_json(data, response.body);
  return response;
}

HttpResponse shown(const OrderView& order) {
  auto response = shown_as(word_of(order.status), order);
  response.headers.emplace_back("ETag", etag_of(order.version));
  return response;
}

// An error leads into the body as this face has it.
Error as_sent(Error error) {
  constexpr std::string_view id = "/productID";
  if (error.pointer.ends_with(id)) {
    error.pointer.replace(error.pointer.size() - id.size(), id.size(), "/productId");
  }
  return error;
}

// As it was taken: these clients ask what has become of it, however soon that is known.
HttpResponse placed(const Result<Record>& result, const std::string& prefix) {
  if (!result) return problem(as_sent(result.error()));
  const auto* order = order_in(*result);
  if (order == nullptr) return unexpected_reply("order");
  auto response = shown_as(Word::Pending, *order);
  response.status = 201;
  response.headers.emplace_back("Location", prefix + "/orders/" + order->id.text());
  return response;
}

// This interface knows no archive.
HttpResponse cancelled(const Result<Record>& result) {
  if (!result && result.error().kind == ErrorKind::gone) return no_such_order();
  const bool is_late = !result && result.error().kind == ErrorKind::conflict;
  if (is_late) {
    return problem(Error{ErrorKind::conflict,
                         "the order is confirmed: it can no longer be cancelled", "/status"});
  }
  if (!result) return problem(result.error());
  const auto* order = order_in(*result);
  return order != nullptr ? shown(*order) : unexpected_reply("order");
}

// The order, if it was placed through this face and is the caller's; else null.
const OrderView* own_order(const std::vector<Found>& found, const Caller& caller) {
  const auto* order = order_in(found.at(0).record);
  const bool is_theirs =
      order != nullptr && order->face == Face::coordinator && caller.speaks_for(order->customer_id);
  return is_theirs ? order : nullptr;
}

HttpResponse shown_if_its_own(const std::vector<Found>& found, const Caller& caller) {
  const auto* order = own_order(found, caller);
  return order != nullptr ? shown(*order) : no_such_order();
}

// Only the shop itself confirms an order, and none goes back: that is no change, or not possible.
HttpResponse shown_if_it_is(Word word, const std::vector<Found>& found, const Caller& caller,
                            const std::vector<std::int64_t>& versions) {
  const auto* order = own_order(found, caller);
  if (order == nullptr) return no_such_order();
  if (!versions.empty() && std::ranges::find(versions, order->version) == versions.end()) {
    return problem(Error{ErrorKind::stale, "the order has changed: it is at version " +
                                               std::to_string(order->version) +
                                               " now; read it again"});
  }
  if (word_of(order->status) == word) return shown(*order);
  return problem(
      Error{ErrorKind::conflict,
            word == Word::Confirm
                ? "an order is confirmed by itself once its goods and its money are there"
                : "the order is through: it is not pending again",
            "/status"});
}

Result<RequestedLine> line_of(const CheckoutItem& item, std::size_t index) {
  const auto pointer = "/items/" + std::to_string(index);
  RequestedLine line;
  OMS_TRY(line.product_id, read_given_name(item.product_id, pointer + "/productId"));
  OMS_TRY(line.quantity, read_given_quantity(item.quantity, pointer + "/quantity"));
  if (item.price) line.expected_price = item.price->value;
  return line;
}

}  // namespace

Result<Plan> place_checkout(const Call& call) {
  OMS_CHECK(read_parameters(call.request.query, {}));
  OMS_TRY(auto body, read_body<CheckoutBody>(call.request.body));
  PlaceOrder place{.saga = "checkout", .face = Face::coordinator, .method = PaymentMethod::account};
  OMS_TRY(place.customer_id, read_given_name(body.customer_id, "/customerId"));
  OMS_CHECK(refuse_card_number(place.customer_id, "/customerId"));
  OMS_CHECK(call.caller.check_name(place.customer_id, "/customerId"));
  if (body.items.empty() || body.items.size() > lines_max) {
    return fail(ErrorKind::invalid, "an order has 1 to " + std::to_string(lines_max) + " items",
                "/items");
  }
  for (const auto& item : body.items) {
    OMS_TRY(auto line, line_of(item, place.lines.size()));
    place.lines.push_back(std::move(line));
  }
  if (body.payment_token) {
    OMS_CHECK(check_token(*body.payment_token));
    place.method = PaymentMethod::card;
    place.payment_token = *std::move(body.payment_token);
  }
  OMS_TRY(auto once, once_of(call.request, call.settings.digest, place.customer_id));
  Submit submit{.message = call.message(call.fresh_id, std::move(place))};
  submit.message.fresh = true;
  submit.message.once = std::move(once);
  submit.render = [&prefix = call.settings.coordinator_prefix](const Result<Record>& result) {
    return placed(result, prefix);
  };
  return submit;
}

Result<Plan> show_checkout(const Call& call) {
  const auto id = Id::parse(call.values[0]);
  if (!id) return fail_no_such_order();
  return Get{.keys = {key_of<OrderView>(*id)},
             .render = [caller = call.caller](const std::vector<Found>& found) {
               return shown_if_its_own(found, caller);
             }};
}

Result<Plan> change_checkout(const Call& call) {
  const auto id = Id::parse(call.values[0]);
  if (!id) return fail_no_such_order();
  OMS_TRY(const auto body, read_body<ChangeBody>(call.request.body));
  auto versions = versions_of(call.request.header("if-match"));
  if (body.status != Word::Cancel) {
    return Get{.keys = {key_of<OrderView>(*id)},
               .render = [word = body.status, caller = call.caller,
                          versions = std::move(versions)](const std::vector<Found>& found) {
                 return shown_if_it_is(word, found, caller, versions);
               }};
  }
  CancelOrder cancel{.customer_id = call.caller.only(),
                     .versions = std::move(versions),
                     .face = Face::coordinator};
  return Submit{
      .message = call.message(*id, std::move(cancel)), .is_urgent = true, .render = cancelled};
}

}  // namespace oms::edge
