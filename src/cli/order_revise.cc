#include <charconv>

#include "cli/order.h"
#include "codec/json_text.h"

// `oms order revise` and `history`.
namespace oms::cli {
namespace {

constexpr const char* revise_examples = R"(Examples:
  oms order revise 65f0c0de0123456789000001 --customer c1 --item 1=3 --item soup=1
  oms order revise 65f0c0de0123456789000001 --customer c1 --note 'no onions'
The items are the whole new list: what is not named is taken off. It is changed only as it was when
it was read; --version says which version that is.)";

constexpr const char* history_examples = R"(Examples:
  oms order history 65f0c0de0123456789000001 --customer c1)";

struct Options {
  OrderName name;
  std::vector<std::string> items;  // "soup=2"
  std::string note;
  std::optional<std::int64_t> version;
};

// "1=2" is two of item 1; "1" is one of it. An id may have = in it: the last one counts.
Outcome<std::string> item_body(const std::string& text) {
  const auto equals = text.rfind('=');
  std::int64_t quantity = 1;
  bool is_good = equals != 0 && !text.empty();
  if (equals != std::string::npos) {
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + equals + 1, end, quantity);
    is_good = is_good && read.ec == std::errc{} && read.ptr == end;
  }
  if (!is_good) {
    return std::unexpected(Failure{
        Exit::usage, fmt::format("'{}' will not do: write ITEM=QUANTITY, such as 1=2", text)});
  }
  std::string body = R"({"productID":)";
  write_json_string(text.substr(0, equals), body);
  return body + fmt::format(R"(,"quantity":{}}})", quantity);
}

Outcome<std::string> compose_body(const Options& options) {
  if (options.items.empty() && options.note.empty()) {
    return std::unexpected(Failure{Exit::usage, "say what is to change: --item or --note"});
  }
  std::string body;
  for (const auto& text : options.items) {
    const auto item = item_body(text);
    if (!item) return std::unexpected(item.error());
    body += (body.empty() ? R"({"items":[)" : ",") + *item;
  }
  if (!body.empty()) body += "]";
  if (!options.note.empty()) {
    body += body.empty() ? R"({"note":)" : R"(,"note":)";
    write_json_string(options.note, body);
  }
  return body + "}";
}

Exit revise(const ServerFlags& flags, const Options& options) {
  const auto body = compose_body(options);
  if (!body) return tell(body.error());
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto path = path_of(options.name);
  auto version = options.version;
  if (!version) {
    const auto seen = server->get(path);
    if (!seen) return tell(seen.error());
    const auto order = read_order(*seen);
    if (!order) return tell(order.error());
    version = order->version;
  }
  const auto answer =
      server->send("PATCH", path, *body, {{"If-Match", fmt::format("\"{}\"", *version)}});
  if (!answer) return tell(answer.error());
  return show(flags.as_json, *answer, read_order(*answer), &order_text);
}

std::string history_text(const OrderView& order) {
  std::string text;
  for (const auto& step : order.history) text += step_text(step) + "\n";
  return text;
}

Exit history(const ServerFlags& flags, const OrderName& name) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto body = server->get(path_of(name));
  if (!body) return tell(body.error());
  const auto order = name.customer_id.empty() ? read_wrapped_order(*body) : read_order(*body);
  return show(flags.as_json, *body, order, &history_text);
}

}  // namespace

void add_order_revise(const Command& order) {
  const auto command = order.add("revise", "Change an order before its preparation begins");
  auto options = std::make_shared<Options>();
  command.option("order", &options->name.order_id, "the order's id",
                 {.shown = "ORDER", .is_required = true});
  command.option("-c,--customer", &options->name.customer_id, "whose order it is",
                 {.shown = "CUSTOMER", .is_required = true});
  command.option("--item", &options->items, "so many of an item", {.shown = "ITEM=QUANTITY"});
  command.option("--note", &options->note, "a wish, for the order as a whole", {.shown = "TEXT"});
  command.option("--version", &options->version, "the version that is to be changed");
  const auto flags = add_server_flags(command);
  command.footer(revise_examples);
  command.runs([flags, options] { return revise(*flags, *options); });
}

void add_order_history(const Command& order) {
  add_order_command(order, {.name = "history",
                            .what = "Show each status that an order has had",
                            .examples = history_examples,
                            .run = history});
}

}  // namespace oms::cli
