#include <charconv>
#include <optional>

#include "cli/order.h"
#include "codec/json_text.h"

// `oms order refund`.
namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms order refund 65f0c0de0123456789000001 --amount 450 --reason goodwill
  oms order refund 65f0c0de0123456789000001 --item 1=2 --reason 'two were cold'
  oms order refund 65f0c0de0123456789000001 --item 2=1 --returned --reason 'not wanted'
  oms order refund 65f0c0de0123456789000001 --all --reason 'sent to the wrong street' --key 17-1
Items are named by their place in the order, from 1. An amount is in minor units: cents.)";

struct Options {
  std::string order_id;
  bool is_all = false;
  std::optional<std::int64_t> amount;
  std::vector<std::string> items;  // "1=2"
  bool is_returned = false;
  std::string reason;
  std::optional<std::string> key;
};

bool read_number(std::string_view text, std::int64_t& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

// "1=2" is two of the order's first item; "1" is one of it.
Outcome<std::string> item_body(const std::string& text, bool is_returned) {
  const auto equals = text.find('=');
  std::int64_t line = 0;
  std::int64_t quantity = 1;
  const bool is_good = read_number(std::string_view{text}.substr(0, equals), line) &&
                       (equals == std::string::npos ||
                        read_number(std::string_view{text}.substr(equals + 1), quantity));
  if (!is_good) {
    return std::unexpected(Failure{
        Exit::usage, fmt::format("'{}' will not do: write ITEM=QUANTITY, such as 1=2", text)});
  }
  return fmt::format(R"({{"line":{},"quantity":{},"returned":{}}})", line, quantity, is_returned);
}

Outcome<std::string> compose_body(const Options& options) {
  const int ways =
      (options.is_all ? 1 : 0) + (options.amount ? 1 : 0) + (options.items.empty() ? 0 : 1);
  if (ways != 1) {
    return std::unexpected(
        Failure{Exit::usage, "say how much: --all, --amount or --item, and only one of them"});
  }
  std::string body = R"({"reason":)";
  write_json_string(options.reason, body);
  if (options.is_all) {
    body += fmt::format(R"(,"everything":true,"returned":{})", options.is_returned);
  }
  if (options.amount) body += fmt::format(R"(,"amount":{})", *options.amount);
  std::string items;
  for (const auto& text : options.items) {
    const auto item = item_body(text, options.is_returned);
    if (!item) return std::unexpected(item.error());
    items += (items.empty() ? "" : ",") + *item;
  }
  if (!items.empty()) body += R"(,"items":[)" + items + "]";
  return body + "}";
}

Exit refund(const ServerFlags& flags, const Options& options) {
  auto headers = key_header(options.key);
  if (!headers) return tell(headers.error());
  if (options.is_returned && options.amount) {
    return tell({Exit::usage, "--returned says that goods are on the shelf again: give --item"});
  }
  const auto body = compose_body(options);
  if (!body) return tell(body.error());
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto path = fmt::format("/api/admin/orders/{}/refunds", encoded(options.order_id));
  const auto answer = server->send("POST", path, *body, *std::move(headers));
  if (!answer) return tell(answer.error());
  return show(flags.as_json, *answer, read_order(*answer), &order_text);
}

}  // namespace

void add_order_refund(const Command& order) {
  const auto command = order.add("refund", "Give money back, all or some of it");
  auto options = std::make_shared<Options>();
  command.option("order", &options->order_id, "the order's id",
                 {.shown = "ORDER", .is_required = true});
  command.flag("--all", &options->is_all, "all that is left");
  command.option("--amount", &options->amount, "so much", {.shown = "CENTS"});
  command.option("--item", &options->items, "some of the order's n-th item",
                 {.shown = "ITEM=QUANTITY"});
  command.flag("--returned", &options->is_returned, "the goods are on the shelf again");
  command.option("--reason", &options->reason, "why, as the customer is shown it",
                 {.shown = "TEXT", .is_required = true});
  command.option("--key", &options->key, "an Idempotency-Key: the same key, the same refund",
                 {.shown = "KEY"});
  const auto flags = add_server_flags(command);
  command.footer(examples);
  command.runs([flags, options] { return refund(*flags, *options); });
}

}  // namespace oms::cli
