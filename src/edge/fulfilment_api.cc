#include "edge/fulfilment_api.h"

#include <algorithm>

#include "codec/json_write.h"
#include "edge/body.h"
#include "edge/card_number.h"
#include "edge/etag.h"
#include "edge/given_name.h"
#include "edge/idempotency.h"
#include "edge/order_answers.h"

namespace oms::edge {
namespace {

// As its clients write them. NOLINTNEXTLINE(readability-identifier-naming)
enum class Word { PENDING, EXECUTED, CANCELED };
BOOST_DESCRIBE_ENUM(Word, PENDING, EXECUTED, CANCELED)

// Its clients write "userId" where the others write "userID".
constexpr std::string_view name_of_member(std::string_view member) {
  if (member == "order_id") return "orderId";
  if (member == "user_id") return "userId";
  if (member == "product_id") return "productId";
  return {};
}

struct SupplyItem {
  static constexpr std::string_view json_name_of(std::string_view member) {
    return name_of_member(member);
  }
  JsonText product_id;
  Bounded<1, quantity_max> quantity;
};
BOOST_DESCRIBE_STRUCT(SupplyItem, (), (product_id, quantity))

struct SupplyBody {
  static constexpr std::string_view json_name_of(std::string_view member) {
    return name_of_member(member);
  }
  JsonText user_id;
  std::vector<SupplyItem> order_items;
};
BOOST_DESCRIBE_STRUCT(SupplyBody, (), (user_id, order_items))

struct ChangedItem {
  static constexpr std::string_view json_name_of(std::string_view member) {
    return name_of_member(member);
  }
  JsonText product_id;
  std::optional<Bounded<1, quantity_max>> quantity;
  std::optional<Word> status;
};
BOOST_DESCRIBE_STRUCT(ChangedItem, (), (product_id, quantity, status))

struct ChangeBody {
  std::optional<Word> status;
  std::vector<ChangedItem> order_items;
};
BOOST_DESCRIBE_STRUCT(ChangeBody, (), (status, order_items))

struct ShownItem {
  static constexpr std::string_view json_name_of(std::string_view member) {
    return name_of_member(member);
  }
  JsonText product_id;
  std::int64_t quantity = 0;
  Word status = Word::PENDING;
};
BOOST_DESCRIBE_STRUCT(ShownItem, (), (product_id, quantity, status))

struct ShownOrder {
  static constexpr std::string_view json_name_of(std::string_view member) {
    return name_of_member(member);
  }
  Id order_id;
  JsonText user_id;
  Word status = Word::PENDING;
  std::vector<ShownItem> order_items;
};
BOOST_DESCRIBE_STRUCT(ShownOrder, (), (order_id, user_id, status, order_items))

// What there is none of is null.
struct Answer {
  bool success = false;
  JsonText data;
  JsonText error;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (success, data, error))

Word word_of(LineStatus status) {
  switch (status) {
    case LineStatus::pending:
      return Word::PENDING;
    case LineStatus::executed:
      return Word::EXECUTED;
    case LineStatus::cancelled:
      break;
  }
  return Word::CANCELED;
}

Word word_of(OrderStatus status) {
  if (!is_final(status)) return Word::PENDING;
  return status == OrderStatus::completed ? Word::EXECUTED : Word::CANCELED;
}

template <class T>
JsonText text_of(const T& value) {
  JsonText written;
  write_json(value, written.text);
  return written;
}

HttpResponse written(const Answer& answer, int status) {
  HttpResponse response{.status = status};
  write_json(answer, response.body);
  return response;
}

HttpResponse shown(const OrderView& order, int status) {
  ShownOrder data{.order_id = order.id,
                  .user_id = given_name(order.customer_id),
                  .status = word_of(order.status)};
  for (const auto& line : order.lines) {
    data.order_items.push_back({.product_id = given_name(line.product_id),
                                .quantity = line.quantity,
                                .status = word_of(line.status)});
  }
  auto response = written({.success = true, .data = text_of(data)}, status);
  response.headers.emplace_back("ETag", etag_of(order.version));
  return response;
}

// The status and the words of the problem that other interfaces answer, in this one's form.
HttpResponse refused(const Error& error) {
  auto response = problem(error);
  auto words = error.detail;
  if (response.failure) words = "something went wrong on our side; it is noted";
  if (!error.pointer.empty()) words = error.pointer + ": " + words;
  const Answer answer{.error = text_of(words)};
  response.body.clear();
  write_json(answer, response.body);
  response.content_type = "application/json";
  return response;
}

// An error leads into the body as this interface has it.
Error as_sent(Error error) {
  constexpr std::string_view ours = "/items";
  constexpr std::string_view id = "/productID";
  if (error.pointer.starts_with(ours)) error.pointer.replace(0, ours.size(), "/orderItems");
  if (error.pointer.ends_with(id)) {
    error.pointer.replace(error.pointer.size() - id.size(), id.size(), "/productId");
  }
  return error;
}

Error no_order() {
  return {ErrorKind::not_found, "there is no such order"};
}

// What was archived is of no face any more.
HttpResponse rendered(const Result<Record>& result, int status) {
  if (!result && result.error().kind == ErrorKind::gone) return refused(no_order());
  if (!result) return refused(as_sent(result.error()));
  const auto* order = order_in(*result);
  if (order == nullptr) return unexpected_reply("order");
  auto response = shown(*order, status);
  if (status == 201) response.headers.emplace_back("Location", "/oms/orders/" + order->id.text());
  return response;
}

// The lines as they are; or why they are not as asked.
HttpResponse changed(const Result<Record>& result) {
  const auto* order = result ? order_in(*result) : nullptr;
  if (order == nullptr) return rendered(result, 200);
  if (const auto failure = failed_revision(*order)) return refused(*failure);
  return shown(*order, is_being_revised(*order) ? 202 : 200);
}

std::string pointer_to(std::size_t item, const char* field) {
  return "/orderItems/" + std::to_string(item) + "/" + field;
}

Result<Plan> try_place(const Call& call) {
  OMS_TRY(const auto body, read_body<SupplyBody>(call.request.body));
  PlaceOrder place{.saga = "supply", .face = Face::fulfilment};
  OMS_TRY(place.customer_id, read_given_name(body.user_id, "/userId"));
  OMS_CHECK(refuse_card_number(place.customer_id, "/userId"));
  OMS_CHECK(call.caller.check_name(place.customer_id, "/userId"));
  if (body.order_items.empty() || body.order_items.size() > lines_max) {
    return fail(ErrorKind::invalid, "an order has 1 to " + std::to_string(lines_max) + " items",
                "/orderItems");
  }
  for (const auto& item : body.order_items) {
    const auto pointer = pointer_to(place.lines.size(), "productId");
    OMS_TRY(auto product, read_given_name(item.product_id, pointer));
    place.lines.push_back({.product_id = std::move(product), .quantity = item.quantity.value});
  }
  OMS_TRY(auto once, once_of(call.request, call.settings.digest, place.customer_id));
  Submit submit{.message = call.message(call.fresh_id, std::move(place))};
  submit.message.fresh = true;
  submit.message.once = std::move(once);
  submit.render = [](const Result<Record>& result) { return rendered(result, 201); };
  submit.is_settled = [](const Record& record) {
    const auto* order = record.as<OrderView>();
    return order == nullptr || order->status != OrderStatus::pending;
  };
  return submit;
}

// None: it was not said. A line is not made to wait.
Result<std::optional<LineStatus>> wanted(const std::optional<Word>& word, std::string pointer) {
  if (!word) return std::nullopt;
  if (*word == Word::EXECUTED) return LineStatus::executed;
  if (*word == Word::CANCELED) return LineStatus::cancelled;
  return fail(ErrorKind::invalid, "must be EXECUTED or CANCELED", std::move(pointer));
}

Result<Plan> try_change(const Call& call) {
  const auto id = Id::parse(call.values[0]);
  if (!id) return std::unexpected{no_order()};
  OMS_TRY(const auto body, read_body<ChangeBody>(call.request.body));
  if (!body.status && body.order_items.empty()) {
    return fail(ErrorKind::invalid, "say what is to change: the status, orderItems, or both");
  }
  if (body.order_items.size() > lines_max) {
    return fail(ErrorKind::invalid, "an order has at most " + std::to_string(lines_max) + " items",
                "/orderItems");
  }
  if (body.status == Word::EXECUTED) {  // a whole order: the operator only
    OMS_CHECK(call.caller.check_scope("orders:operate", "/status"));
  }
  ReviseOrder revise{.customer_id = call.caller.only(),
                     .versions = versions_of(call.request.header("if-match")),
                     .face = Face::fulfilment};
  OMS_TRY(revise.all, wanted(body.status, "/status"));
  for (std::size_t i = 0; i < body.order_items.size(); ++i) {
    const auto& item = body.order_items[i];
    RevisedLine line;
    OMS_TRY(line.product_id, read_given_name(item.product_id, pointer_to(i, "productId")));
    OMS_TRY(const auto status, wanted(item.status, pointer_to(i, "status")));
    line.status = status.value_or(LineStatus::executed);
    if (item.quantity) line.quantity = item.quantity->value;
    revise.lines.push_back(std::move(line));
  }
  return Submit{.message = call.message(*id, std::move(revise)),
                .render = changed,
                .is_settled = [](const Record& record) {
                  const auto* order = record.as<OrderView>();
                  return order == nullptr || !order->revision ||
                         order->revision->status != ChangeStatus::under_way;
                }};
}

HttpResponse shown_to(const Caller& caller, const std::vector<Found>& found) {
  const auto* order = order_in(found.at(0).record);
  const bool is_theirs =
      order != nullptr && order->face == Face::fulfilment && caller.speaks_for(order->customer_id);
  return is_theirs ? shown(*order, 200) : refused(no_order());
}

Result<Plan> in_its_form(Result<Plan> plan) {
  if (plan) return plan;
  return refused(as_sent(plan.error()));
}

}  // namespace

Result<Plan> place_supply(const Call& call) {
  return in_its_form(try_place(call));
}

Result<Plan> show_supply(const Call& call) {
  const auto id = Id::parse(call.values[0]);
  if (!id) return refused(no_order());
  return Get{.keys = {key_of<OrderView>(*id)},
             .render = [caller = call.caller](const std::vector<Found>& found) {
               return shown_to(caller, found);
             }};
}

Result<Plan> change_supply(const Call& call) {
  return in_its_form(try_change(call));
}

}  // namespace oms::edge
