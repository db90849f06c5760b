#include <boost/describe.hpp>

#include <optional>

#include "base/currency.h"
#include "cli/client.h"
#include "cli/order_view.h"
#include "cli/stock.h"
#include "cli/table.h"
#include "codec/json_read.h"
#include "codec/json_text.h"
#include "codec/json_write.h"

namespace oms::cli {
namespace {

constexpr const char* list_examples = R"(Examples:
  oms stock list
  oms stock list --json | jq '.items[] | select(.available < 10)')";
constexpr const char* set_examples = R"(Examples:
  oms stock set 1 --on-hand 100
  oms stock set soup --name "Tomato soup" --price 4.50 --on-hand 20 --kind dish
A new item needs a name and a price, which is in the shop's currency: 4.50, or 450 of yen.)";
constexpr const char* restock_examples = R"(Examples:
  oms stock restock 1 50
  oms stock restock 1 50 --key delivery-4711     may be repeated: it is counted once
  oms stock restock 1 50 --reason 'delivery 4711')";

struct ItemPage {
  std::vector<ItemView> items;
  std::string next_cursor;
};
BOOST_DESCRIBE_STRUCT(ItemPage, (), (items, next_cursor))
struct ItemAnswer {
  ItemView item;
};
BOOST_DESCRIBE_STRUCT(ItemAnswer, (), (item))

// What `oms stock set` may change: only what is given is sent.
struct ItemChange {
  std::optional<std::string> name;
  std::optional<std::string> kind;
  std::optional<std::string> price_id;
  std::optional<MinorUnits> price;
  std::optional<std::int64_t> on_hand;
  std::optional<std::int64_t> low_at;
  std::optional<std::int64_t> preparation_ms;
  std::optional<std::string> currency;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(ItemChange, (),
                      (name, kind, price_id, price, on_hand, low_at, preparation_ms, currency,
                       reason))

std::string items_text(const std::vector<ItemView>& items) {
  Table table{{"item", "name", "kind", "price", "on hand", "reserved", "available"}};
  for (const auto& item : items) {
    const auto colour = item.available == 0             ? Colour::red
                        : item.available <= item.low_at ? Colour::yellow
                                                        : Colour::plain;
    table.add({{printable(item.product_id), Colour::bold},
               {printable(item.name)},
               {item.archived ? "archived" : printable(item.kind)},
               {money_text(item.price, item.currency)},
               {std::to_string(item.on_hand)},
               {std::to_string(item.reserved)},
               {std::to_string(item.available), colour}});
  }
  return table.text();
}

Exit unreadable(const Error& error) {
  return tell({Exit::failed, "the server's answer cannot be read: " + error.detail});
}

// Page by page; as JSON, one object a page.
Exit list(const ServerFlags& flags) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  std::vector<ItemView> items;
  std::string cursor;
  do {
    const auto body =
        server->get("/api/admin/stock" + (cursor.empty() ? "" : "?cursor=" + encoded(cursor)));
    if (!body) return tell(body.error());
    if (flags.as_json) say(*body);
    auto page = read_json<ItemPage>(*body, Reading::lenient);
    if (!page) return unreadable(page.error());
    items.insert(items.end(), page->items.begin(), page->items.end());
    cursor = page->next_cursor;
  } while (!cursor.empty());
  if (!flags.as_json) say(items_text(items));
  return Exit::ok;
}

// Sends a change of an item, and shows the item as it then stands.
Exit change(const ServerFlags& flags, std::string_view method, const std::string& path,
            const std::string& body, HttpClient::Headers headers = {}) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto answer = server->send(method, path, body, std::move(headers));
  if (!answer) return tell(answer.error());
  return show_item(flags, *answer);
}

// That of the item; a new one gets that of the others.
Outcome<std::string> currency_of(const Server& server, const std::string& id) {
  const auto known = server.get("/api/admin/stock/" + encoded(id));
  if (known) {
    const auto item = read_item(*known);
    return item ? Outcome<std::string>{item->currency} : std::unexpected(item.error());
  }
  if (known.error().exit != Exit::not_found) return std::unexpected(known.error());
  const auto others = server.get("/api/admin/stock?limit=1");
  if (!others) return std::unexpected(others.error());
  const auto page = read_json<ItemPage>(*others, Reading::lenient);
  if (page && !page->items.empty()) return page->items.front().currency;
  return std::unexpected(
      Failure{Exit::failed,
              "the shelf is empty, so --price has no currency: PUT the item's price "
              "in minor units to /api/admin/stock/" +
                  id + ", or give its --currency"});
}

Exit set(const ServerFlags& flags, const std::string& id, ItemChange item,
         const std::string& price) {
  if (!price.empty()) {
    const auto server = Server::find(flags);
    if (!server) return tell(server.error());
    const auto currency =
        item.currency ? Outcome<std::string>{*item.currency} : currency_of(*server, id);
    if (!currency) return tell(currency.error());
    const auto amount = parse_amount(price, *currency);
    if (!amount) return tell({Exit::usage, "--price: " + amount.error().detail});
    item.price = *amount;
  }
  std::string body;
  write_json(item, body);
  return change(flags, "PUT", "/api/admin/stock/" + encoded(id), body);
}

void add_list(const Command& stock) {
  const auto command = stock.add("list", "Show what is on the shelf");
  const auto flags = add_server_flags(command);
  command.footer(list_examples);
  command.runs([flags] { return list(*flags); });
}

void add_set(const Command& stock) {
  const auto command = stock.add("set", "Describe an item, new or known");
  auto id = std::make_shared<std::string>();
  auto item = std::make_shared<ItemChange>();
  command.option("item", id.get(), "its id", {.shown = "ITEM", .is_required = true});
  command.option("--on-hand", &item->on_hand, "how many there are, by stocktaking");
  command.option("--name", &item->name, "its name");
  auto price = std::make_shared<std::string>();
  command.option("--price", price.get(), "its price, such as 4.50", {.shown = "AMOUNT"});
  command.option("--currency", &item->currency, "of its price, such as eur", {.shown = "CODE"});
  command.option("--reason", &item->reason, "why there are so many, for the ledger",
                 {.shown = "TEXT"});
  command.option("--price-id", &item->price_id, "its price's id at the payment provider");
  command.option("--kind", &item->kind, "what it is", {.words = {"dish", "goods"}});
  command.option("--low-at", &item->low_at, "from this number down its stock is low");
  command.option("--preparation-ms", &item->preparation_ms, "how long the kitchen needs");
  const auto flags = add_server_flags(command);
  command.footer(set_examples);
  command.runs([flags, id, item, price] { return set(*flags, *id, *item, *price); });
}

void add_restock(const Command& stock) {
  const auto command = stock.add("restock", "Add what was delivered to the shelf");
  auto id = std::make_shared<std::string>();
  auto quantity = std::make_shared<std::int64_t>(0);
  command.option("item", id.get(), "its id", {.shown = "ITEM", .is_required = true});
  command.option("quantity", quantity.get(), "how many", {.is_required = true});
  auto key = std::make_shared<std::optional<std::string>>();
  command.option("--key", key.get(), "the Idempotency-Key: with the same one it is counted once",
                 {.shown = "KEY"});
  auto reason = std::make_shared<std::string>();
  command.option("--reason", reason.get(), "where they come from, for the ledger",
                 {.shown = "TEXT"});
  const auto flags = add_server_flags(command);
  command.footer(restock_examples);
  command.runs([flags, id, quantity, key, reason] {
    auto headers = key_header(*key);
    if (!headers) return tell(headers.error());
    std::string body = fmt::format(R"({{"quantity":{})", *quantity);
    if (!reason->empty()) {
      body += R"(,"reason":)";
      write_json_string(*reason, body);
    }
    return change(*flags, "POST", fmt::format("/api/admin/stock/{}/restock", encoded(*id)),
                  body + "}", *std::move(headers));
  });
}

}  // namespace

Outcome<ItemView> read_item(std::string_view body) {
  auto answer = read_json<ItemAnswer>(body, Reading::lenient);
  if (answer) return std::move(answer->item);
  return std::unexpected(
      Failure{Exit::failed, "the server's answer cannot be read: " + answer.error().detail});
}

Exit show_item(const ServerFlags& flags, const std::string& body) {
  if (flags.as_json) {
    say(body);
    return Exit::ok;
  }
  auto item = read_item(body);
  if (!item) return tell(item.error());
  say(items_text({*std::move(item)}));
  return Exit::ok;
}

void add_stock(const Command& oms) {
  const auto stock = oms.add("stock", "Show and change what is on the shelf");
  add_list(stock);
  add_set(stock);
  add_restock(stock);
  add_stock_adjust(stock);
  add_stock_movements(stock);
}

}  // namespace oms::cli
