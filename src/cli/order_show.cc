#include "cli/order.h"
#include "codec/json_names.h"
#include "messages/common.h"

// `oms order get`, `list` and `cancel`.
namespace oms::cli {
namespace {

constexpr const char* get_examples = R"(Examples:
  oms order get 65f0c0de0123456789000001 --customer c1
  oms order get 65f0c0de0123456789000001 --json    the operator sees the payment and the saga too)";

constexpr const char* list_examples = R"(Examples:
  oms order list --customer c1
  oms order list --status preparing --limit 100
  oms order list --number 17
  oms order list --number 17 --day 2026-01-31)";

constexpr const char* cancel_examples = R"(Examples:
  oms order cancel 65f0c0de0123456789000001 --customer c1
Once the kitchen has started it is too late: that is refused (exit code 3).)";

std::vector<std::string> statuses() {
  std::vector<std::string> names;
  for (const auto& [status, name] : json::enumerators<OrderStatus>) names.emplace_back(name);
  return names;
}

struct ListOptions {
  std::string customer_id;
  std::string status;
  std::optional<std::int64_t> number;
  std::string day;
  std::string after;
  int limit = 20;
};

Exit get(const ServerFlags& flags, const OrderName& name) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto body = server->get(path_of(name));
  if (!body) return tell(body.error());
  const bool is_operator = name.customer_id.empty();
  const auto order = is_operator ? read_wrapped_order(*body) : read_order(*body);
  return show(flags.as_json, *body, order, &order_text);
}

Exit cancel(const ServerFlags& flags, const OrderName& name) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto body = server->send("POST", path_of(name) + "/cancel", "");
  if (!body) return tell(body.error());
  return show(flags.as_json, *body, read_order(*body), &order_text);
}

Exit list(const ServerFlags& flags, const ListOptions& options) {
  const bool is_operator = options.customer_id.empty();
  if (!is_operator && !options.status.empty()) {
    return tell({Exit::usage, "--status is for the operator: leave --customer out"});
  }
  if (!is_operator && options.number) {
    return tell({Exit::usage, "--number is for the operator: leave --customer out"});
  }
  if (!options.day.empty() && !options.number) {
    return tell({Exit::usage, "--day says on which day an order had its number: give --number"});
  }
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  auto path = is_operator ? std::string{"/api/admin/orders"}
                          : fmt::format("/api/customers/{}/orders", encoded(options.customer_id));
  path += fmt::format("?limit={}", options.limit);
  if (!options.status.empty()) path += "&status=" + encoded(options.status);
  if (options.number) path += fmt::format("&orderNumber={}", *options.number);
  if (!options.day.empty()) path += "&day=" + encoded(options.day);
  if (!options.after.empty()) path += "&cursor=" + encoded(options.after);
  const auto body = server->get(path);
  if (!body) return tell(body.error());
  return show(flags.as_json, *body, read_orders(*body), &orders_text);
}

}  // namespace

void add_order_get(const Command& order) {
  add_order_command(order, {"get", "Show an order", get_examples, &get});
}

void add_order_cancel(const Command& order) {
  add_order_command(order, {"cancel", "Cancel an order", cancel_examples, &cancel});
}

void add_order_list(const Command& order) {
  const auto command = order.add("list", "List orders, newest first");
  auto options = std::make_shared<ListOptions>();
  command.option("-c,--customer", &options->customer_id, "whose; without it everybody's",
                 {.shown = "CUSTOMER"});
  command.option("--status", &options->status, "only orders that stand there",
                 {.words = statuses()});
  command.option("--number", &options->number, "only the order of that number",
                 {.shown = "NUMBER"});
  command.option("--day", &options->day, "the number's day, if it is not today", {.shown = "DAY"});
  command.option("--limit", &options->limit, "how many", {.range = Range{1, 100}});
  command.option("--after", &options->after, "go on where the last page ended",
                 {.shown = "CURSOR"});
  const auto flags = add_server_flags(command);
  command.footer(list_examples);
  command.runs([flags, options] { return list(*flags, *options); });
}

}  // namespace oms::cli
