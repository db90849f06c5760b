#include "edge/order_lists.h"

#include <algorithm>
#include <array>

#include "edge/call.h"
#include "edge/order_answers.h"
#include "edge/status_parameter.h"
#include "edge/views.h"

namespace oms::edge {
namespace {

constexpr std::array choosing{"status", "from", "to", "orderNumber", "day"};

// Between an order's id, which the edge has made, and its acceptance.
constexpr Duration acceptance = std::chrono::seconds{10};

struct Look {
  std::size_t seen = 0;
  std::size_t taken = 0;
  bool is_past = false;  // of what is wanted, nothing follows
};

// Shows those that are taken, until there are `limit`.
template <class Show>
Look look_through(const Page& page, const OrderChoice& choice, std::size_t limit, Show show) {
  const Id first = choice.from ? first_id_of(*choice.from - acceptance) : Id{};
  Look look;
  for (; look.seen < page.records.size() && look.taken < limit && !look.is_past; ++look.seen) {
    const auto* order = order_in(page.records[look.seen].record);
    if (order == nullptr) continue;
    look.is_past = order->id < first;
    if (!choice.takes(*order)) continue;
    ++look.taken;
    show(*order);
  }
  return look;
}

HttpResponse chosen(const Page& page, const OrderChoice& choice, const Paging& paging) {
  std::string body = R"({"orders":[)";
  const auto look = look_through(page, choice, paging.limit, [&](const OrderView& order) {
    if (!body.ends_with('[')) body += ',';
    write_order(order, body);
  });
  body += ']';
  Page looked_at{.more = !look.is_past && (page.more || look.seen < page.records.size())};
  if (look.seen > 0) looked_at.records.push_back(page.records[look.seen - 1]);
  close_list(looked_at, paging.list, body);
  return json_response(std::move(body));
}

// Most orders are completed, and are looked for among all.
void find_by_status(const OrderChoice& choice, Query& query) {
  if (!choice.status || choice.status == OrderStatus::completed) return;
  const bool is_cancelled = choice.status == OrderStatus::cancelled;
  query.column = is_cancelled ? "status" : "live";
  query.value = is_cancelled ? "cancelled" : "yes";
}

}  // namespace

bool OrderChoice::takes(const OrderView& order) const {
  return (!face || order.face == *face) && (!status || order.status == *status) &&
         (!from || order.created_at >= *from) && (!to || order.created_at < *to);
}

Result<OrderChoice> read_choice(const Parameters& parameters) {
  OrderChoice choice;
  OMS_TRY(choice.status, status_parameter<OrderStatus>(parameters));
  OMS_TRY(choice.from, time_parameter(parameters, "from"));
  OMS_TRY(choice.to, time_parameter(parameters, "to"));
  if (choice.from && choice.to && *choice.from >= *choice.to) {
    return fail(ErrorKind::invalid, "the parameter 'to' is a time after 'from'");
  }
  return choice;
}

ListTag tag_of(std::string_view path, const Parameters& parameters) {
  std::string choice;
  for (const char* name : choosing) {
    const auto* value = parameters.find(name);
    if (value == nullptr) continue;
    choice.append(name).append(1, '=').append(*value).append(1, '\n');
  }
  return ListTag::of(path, choice);
}

List list_of_orders(Query query, const OrderChoice& choice, const Paging& paging,
                    std::size_t looked_at) {
  query.after = paging.after;
  if (query.after.empty() && choice.to) query.after = first_id_of(*choice.to + acceptance).text();
  query.limit = paging.limit;
  if (query.column.empty()) find_by_status(choice, query);
  List list{.query = std::move(query),
            .render = [choice, paging](const Page& page) { return chosen(page, choice, paging); }};
  if (!choice.is_some()) return list;
  list.look_on = [choice, paging, looked_at](const Page& page) {
    const auto look = look_through(page, choice, paging.limit, [](const OrderView&) {});
    return look.is_past ? 0 : look_on(page, look.taken, paging.limit, looked_at);
  };
  return list;
}

}  // namespace oms::edge
