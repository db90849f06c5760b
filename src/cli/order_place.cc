#include <charconv>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "cli/order.h"
#include "codec/json_text.h"
#include "codec/json_write.h"
#include "messages/orders.h"

namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms order place --customer c1 1=2 margherita=1
  oms order place --customer c1 1=2 --email c1@example.com --watch
  oms order place --customer c1 1=2 --address "12 High Street" --city London --note "Ring twice"
  oms order place --customer c1 --json-body '[{"productID":"1","quantity":2}]'
  oms order place --customer c1 --json-body @order.json --key 2026-01-01-lunch
Exit codes: 0 the order is accepted, and with --watch completed; 1 it is cancelled, because an
item is out of stock, say; 2 to 5 as everywhere: misused, refused, not found, no server.)";

struct Options {
  std::string customer_id;
  std::vector<std::string> items;  // "1=2"
  std::string body;
  std::optional<std::string> key;
  std::string name;
  std::string email;
  std::string phone_number;
  std::string address;
  std::string postal_code;
  std::string city;
  std::string country;
  std::string fulfilment;
  std::string note;
  bool is_watched = false;
};

std::unexpected<Failure> misused(std::string words) {
  return std::unexpected(Failure{Exit::usage, std::move(words)});
}

// "1=2" is two of item 1; "1" is one of it. An id may have = in it: the last one counts.
Outcome<RequestedLine> read_item(const std::string& text) {
  const auto equals = text.rfind('=');
  RequestedLine line{.product_id = text.substr(0, equals), .quantity = 1};
  if (equals != std::string::npos) {
    const auto digits = std::string_view{text}.substr(equals + 1);
    const auto end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, line.quantity);
    if (read.ec != std::errc{} || read.ptr != end || digits.empty()) {
      return misused(fmt::format("'{}' will not do: write ITEM=QUANTITY, such as 1=2", text));
    }
  }
  if (line.product_id.empty())
    return misused(fmt::format("'{}' names no item: write ITEM=QUANTITY, such as 1=2", text));
  return line;
}

// The text itself, or the file after @; "-" is standard input.
Outcome<std::string> read_body(const std::string& given) {
  const auto all_of = [](std::istream& in) {
    return std::string{std::istreambuf_iterator<char>{in}, {}};
  };
  if (given == "-") return all_of(std::cin);
  if (!given.starts_with('@')) return given;
  const auto path = given.substr(1);
  std::ifstream file{path};
  // A folder can be opened, but not read.
  if (!file || std::filesystem::is_directory(path)) {
    return std::unexpected(Failure{Exit::not_found, "cannot read " + path});
  }
  return all_of(file);
}

void add_member(std::string_view name, const std::string& value, std::string& out) {
  if (value.empty()) return;
  if (out.back() != '{') out += ',';
  write_json_string(name, out);
  out += ':';
  write_json_string(value, out);
}

// The object of an address; empty: there is none.
std::string compose_address(const Options& options) {
  std::string address = "{";
  add_member("postalCode", options.postal_code, address);
  add_member("city", options.city, address);
  add_member("country", options.country, address);
  if (!options.address.empty()) {
    if (address.size() > 1) address += ',';
    address += R"("lines":[)";
    write_json_string(options.address, address);
    address += ']';
  }
  return address.size() > 1 ? address + "}" : std::string{};
}

// Appends the members of a person to the body.
void add_customer(const Options& options, std::string& body) {
  std::string customer = "{";
  add_member("name", options.name, customer);
  add_member("email", options.email, customer);
  add_member("phoneNumber", options.phone_number, customer);
  if (const auto address = compose_address(options); !address.empty()) {
    if (customer.size() > 1) customer += ',';
    customer += R"("address":)" + address;
  }
  if (customer.size() > 1) body += R"(,"customer":)" + customer + "}";
}

Outcome<std::string> compose_body(const Options& options) {
  if (!options.body.empty()) {
    if (options.items.empty()) return read_body(options.body);
    return misused("give the items, or --json-body, but not both");
  }
  if (options.items.empty()) return misused("give what is wanted, such as 1=2, or --json-body");
  std::vector<RequestedLine> lines;
  for (const auto& item : options.items) {
    auto line = read_item(item);
    if (!line) return std::unexpected(std::move(line).error());
    lines.push_back(*std::move(line));
  }
  std::string body = R"({"items":)";
  write_json(lines, body);
  add_customer(options, body);
  add_member("fulfilment", options.fulfilment, body);
  add_member("note", options.note, body);
  return body + "}";
}

Exit place(const ServerFlags& flags, const Options& options) {
  auto headers = key_header(options.key);
  if (!headers) return tell(headers.error());
  const auto body = compose_body(options);
  if (!body) return tell(body.error());
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto path = fmt::format("/api/customers/{}/orders", encoded(options.customer_id));
  const auto answer = server->send("POST", path, *body, *std::move(headers));
  if (!answer) return tell(answer.error());
  const auto order = read_wrapped_order(*answer);
  const auto shown = show(flags.as_json, *answer, order, &order_text);
  if (shown != Exit::ok || !order) return shown;
  if (order->status == "cancelled") return Exit::failed;
  if (!options.is_watched) return Exit::ok;
  return watch_order(*server, {order->order_id, options.customer_id}, flags.as_json, *order);
}

}  // namespace

void add_order_place(const Command& order) {
  const auto command = order.add("place", "Place an order");
  auto options = std::make_shared<Options>();
  command.option("-c,--customer", &options->customer_id, "who orders",
                 {.shown = "CUSTOMER", .is_required = true});
  command.option("items", &options->items, "what, and how many of it", {.shown = "ITEM=QUANTITY"});
  command.option("--json-body", &options->body, "the request as JSON; @FILE, or - for the input",
                 {.shown = "JSON"});
  command.option("--key", &options->key, "an Idempotency-Key: the same key, the same order",
                 {.shown = "KEY"});
  command.option("--name", &options->name, "the customer's name");
  command.option("--email", &options->email, "where to tell them of their order");
  command.option("--phone", &options->phone_number, "where to tell them by SMS");
  command.option("--address", &options->address, "where to bring it: the street and the house",
                 {.shown = "LINE"});
  command.option("--postal-code", &options->postal_code, "of that address", {.shown = "CODE"});
  command.option("--city", &options->city, "of that address");
  command.option("--country", &options->country, "of that address");
  command.option("--fulfilment", &options->fulfilment,
                 "how they get it; unless it is said: brought to an address, or else picked up",
                 {.words = {"delivery", "pickup"}});
  command.option("--note", &options->note, "what the customer wishes", {.shown = "TEXT"});
  command.flag("-w,--watch", &options->is_watched, "then follow it until it is over");
  const auto flags = add_server_flags(command);
  command.footer(examples);
  command.runs([flags, options] { return place(*flags, *options); });
}

}  // namespace oms::cli
