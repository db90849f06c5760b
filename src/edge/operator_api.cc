#include "edge/operator_api.h"

#include <charconv>

#include "edge/etag.h"
#include "edge/idempotency.h"
#include "edge/operator_answers.h"
#include "edge/order_answers.h"
#include "edge/order_lists.h"
#include "edge/paging.h"
#include "edge/query_string.h"
#include "edge/requests.h"
#include "edge/status_parameter.h"
#include "edge/words.h"

namespace oms::edge {
namespace {

constexpr std::size_t list_usual = 20;
constexpr std::size_t looked_at_max = 400;  // for one page of those that were chosen

using RenderList = HttpResponse (*)(const Page&, ListTag);
using Render = std::function<HttpResponse(const Result<Record>&)>;

Result<Id> order_of(const Call& call) {
  if (const auto id = Id::parse(call.values[0])) return *id;
  return fail_no_such_order();
}

Submit submit(const Call& call, const Id& order_id, Payload payload, Render render) {
  return {.message = call.message(order_id, std::move(payload)),
          .is_urgent = true,
          .render = std::move(render)};
}

std::function<HttpResponse(const Page&)> listing(RenderList render, ListTag list) {
  return [render, list](const Page& page) { return render(page, list); };
}

template <class Message>
Result<Plan> handle(const Call& call, typename Message::Action action, Render render) {
  OMS_TRY(const Id id, order_of(call));
  return submit(call, id, Message{.action = action}, std::move(render));
}

Result<Plan> settle(const Call& call, SettleDeadLetter::Action action) {
  OMS_TRY(const Id order_id, order_of(call));
  const auto id = Id::parse(call.values[1]);
  if (!id) return fail(ErrorKind::not_found, "there is no such dead letter");
  return submit(call, order_id, SettleDeadLetter{.id = *id, .action = action}, settled_dead_letter);
}

// Work that waits is listed by its state, what came first at the top; without a state everything
// is, newest first.
template <class T, class Status>
Result<Plan> list_work(const Call& call, std::initializer_list<Status> open, RenderList render) {
  OMS_TRY(const auto parameters,
          read_parameters(call.request.query, {"status", "limit", "cursor"}));
  OMS_TRY(const auto status, status_parameter<Status>(parameters, open));
  const auto list = ListTag::of(call.request.path, status ? json::name_of(*status) : "");
  OMS_TRY(auto paging, read_paging_by_id(parameters, list_usual, list));
  Query query{.type = &type_of<T>(), .after = std::move(paging.after), .limit = paging.limit};
  if (status) {
    query.column = "status";
    query.value = json::name_of(*status);
    query.newest_first = false;
  }
  return List{.query = std::move(query), .render = listing(render, list)};
}

// The day's number that is asked for; empty: none is. The day is the shop's: today, if none is
// given.
Result<std::string> day_number_parameter(const Parameters& parameters, const Call& call) {
  const auto* text = parameters.find("orderNumber");
  const auto* day = parameters.find("day");
  if (text == nullptr && day == nullptr) return std::string{};
  if (text == nullptr) {
    return fail(ErrorKind::invalid, "a day alone finds no order: give its orderNumber, too");
  }
  std::int64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || number < 1) {
    return fail(ErrorKind::invalid, "the orderNumber '" + *text + "' is not a whole number from 1");
  }
  if (day != nullptr && !is_day(*day)) {
    return fail(ErrorKind::invalid, "the day '" + *day + "' is not a date such as 2026-01-31");
  }
  const auto today = local_day(call.settings.zone, call.now);
  return orders::day_number(day != nullptr ? *day : today, number);
}

ItemCondition condition_of(const HttpRequest& request) {
  ItemCondition condition;
  if (const auto tags = request.header("if-match"); !tags.empty()) {
    condition = {.must_exist = true, .versions = versions_of(tags)};
  }
  condition.must_be_new = request.header("if-none-match") == "*";
  return condition;
}

}  // namespace

Result<std::string_view> product_of(const Call& call) {
  if (is_name(call.values[0])) return call.values[0];
  return fail(ErrorKind::invalid, std::string{"a productID "}.append(name_rule));
}

Result<Plan> list_stock(const Call& call) {
  OMS_TRY(const auto parameters, read_parameters(call.request.query, {"limit", "cursor"}));
  const auto list = ListTag::of(call.request.path);
  OMS_TRY(auto paging, read_paging(parameters, page_max, list));
  return List{.query = {.type = &type_of<ItemView>(),
                        .newest_first = false,
                        .after = std::move(paging.after),
                        .limit = paging.limit},
              .render = listing(stock_list, list)};
}

Result<Plan> show_item(const Call& call) {
  OMS_TRY(const auto product, product_of(call));
  return Get{.keys = {key_of<ItemView>(product)},
             .render = [if_none_match = std::string{call.request.header("if-none-match")}](
                           const std::vector<Found>& found) {
               return shown_stock_item(found.front().record, if_none_match);
             }};
}

Result<Plan> set_item(const Call& call) {
  OMS_TRY(const auto product, product_of(call));
  OMS_TRY(auto item, read_item_body(call.request.body, product));
  item.condition = condition_of(call.request);
  return submit(call, Id{}, std::move(item), stock_item);
}

// Unlike the operator's other commands this one adds up, so it is worth an Idempotency-Key.
Result<Plan> restock(const Call& call) {
  OMS_TRY(const auto product, product_of(call));
  OMS_TRY(auto once, once_of(call.request, call.settings.digest, call.who()));
  OMS_TRY(auto item, read_restock_body(call.request.body, product));
  item.condition = condition_of(call.request);
  auto plan = submit(call, Id{}, std::move(item), stock_item);
  plan.message.once = std::move(once);
  return plan;
}

// What is not sold any more. The books keep it.
Result<Plan> archive_item(const Call& call) {
  OMS_TRY(const auto product, product_of(call));
  ArchiveItem item{.product_id = std::string{product}, .condition = condition_of(call.request)};
  return submit(call, Id{}, std::move(item), stock_item);
}

Result<Plan> list_all_orders(const Call& call) {
  OMS_TRY(const auto parameters,
          read_parameters(call.request.query,
                          {"status", "from", "to", "orderNumber", "day", "limit", "cursor"}));
  OMS_TRY(const auto choice, read_choice(parameters));
  OMS_TRY(auto day_number, day_number_parameter(parameters, call));
  const auto tag = tag_of(call.request.path, parameters);
  OMS_TRY(const auto paging, read_paging_by_id(parameters, list_usual, tag));
  Query query{.type = &type_of<OrderView>()};
  if (!day_number.empty()) {
    query.column = "day_number";
    query.value = std::move(day_number);
  }
  return list_of_orders(std::move(query), choice, paging, looked_at_max);
}

Result<Plan> follow_all_orders(const Call& call) {
  OMS_TRY(const auto parameters, read_parameters(call.request.query, {"status"}));
  OMS_TRY(auto statuses, statuses_parameter(parameters));
  return Follow{.only = std::move(statuses), .until = call.caller.identity.expires_at};
}

Result<Plan> show_whole_order(const Call& call) {
  OMS_TRY(const Id id, order_of(call));
  return Get{.keys = keys_of_whole_order(id), .render = whole_order, .is_last_instead = true};
}

Result<Plan> cancel_any_order(const Call& call) {
  OMS_TRY(const Id id, order_of(call));
  CancelOrder cancel{.versions = versions_of(call.request.header("if-match"))};
  return submit(call, id, std::move(cancel), cancellation);
}

// A caller who repeats it without an Idempotency-Key refunds twice.
Result<Plan> refund_order(const Call& call) {
  OMS_TRY(const Id id, order_of(call));
  OMS_TRY(auto once, once_of(call.request, call.settings.digest, call.who()));
  OMS_TRY(auto refund, read_refund_body(call.request.body));
  auto plan = submit(call, id, std::move(refund), refund_begun);
  plan.message.once = std::move(once);
  return plan;
}

Result<Plan> list_tickets(const Call& call) {
  using enum kitchen::TicketStatus;
  return list_work<TicketView>(call, {waiting, held, preparing}, ticket_list);
}

Result<Plan> accept_ticket(const Call& call) {
  return handle<HandleTicket>(call, HandleTicket::Action::accept, ticket);
}

Result<Plan> reject_ticket(const Call& call) {
  return handle<HandleTicket>(call, HandleTicket::Action::reject, ticket);
}

Result<Plan> ready_ticket(const Call& call) {
  return handle<HandleTicket>(call, HandleTicket::Action::ready, ticket);
}

// The customer has come for it. To the operator it is the ticket that is handed over.
Result<Plan> collect_ticket(const Call& call) {
  return handle<HandleDelivery>(call, HandleDelivery::Action::collect, delivery);
}

Result<Plan> list_deliveries(const Call& call) {
  using enum delivery::DeliveryStatus;
  return list_work<DeliveryView>(call, {assigned, on_the_way, waiting}, delivery_list);
}

Result<Plan> dispatch_delivery(const Call& call) {
  return handle<HandleDelivery>(call, HandleDelivery::Action::dispatch, delivery);
}

Result<Plan> deliver_delivery(const Call& call) {
  return handle<HandleDelivery>(call, HandleDelivery::Action::deliver, delivery);
}

Result<Plan> fail_delivery(const Call& call) {
  return handle<HandleDelivery>(call, HandleDelivery::Action::fail, delivery);
}

Result<Plan> list_dead_letters(const Call& call) {
  OMS_TRY(const auto parameters, read_parameters(call.request.query, {"limit", "cursor"}));
  const auto list = ListTag::of(call.request.path);
  OMS_TRY(auto paging, read_paging_by_id(parameters, page_max, list));
  return List{.query = {.type = &type_of<DeadLetterView>(),
                        .after = std::move(paging.after),
                        .limit = paging.limit},
              .render = listing(dead_letter_list, list)};
}

Result<Plan> replay_dead_letter(const Call& call) {
  return settle(call, SettleDeadLetter::Action::replay);
}

Result<Plan> drop_dead_letter(const Call& call) {
  return settle(call, SettleDeadLetter::Action::drop);
}

Result<Plan> back_up(const Call& call) {
  OMS_TRY(auto path, read_backup_path(call.request.body));
  NoteAction note{.action = "BackUp", .subject = path};
  return BackUp{.note = call.message(Id{}, std::move(note)), .path = std::move(path)};
}

}  // namespace oms::edge
