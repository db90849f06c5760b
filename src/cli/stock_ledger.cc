#include <boost/describe.hpp>

#include "cli/pages.h"
#include "cli/stock.h"
#include "cli/table.h"
#include "codec/json_text.h"

// `oms stock movements` and `adjust`.
namespace oms::cli {
namespace {

constexpr const char* movements_examples = R"(Examples:
  oms stock movements soup
  oms stock movements soup --all --json
Lines without a number are what orders have moved since the last one: they may still grow.)";
constexpr const char* adjust_examples = R"(Examples:
  oms stock adjust soup --to 12 --reason 'counted'
  oms stock adjust soup --by=-3 --reason 'three broke'
What is sold meanwhile is not undone: the change is made to what was seen, or again.)";

struct Movement {
  std::string kind;
  std::int64_t number = 0;
  std::int64_t change = 0;
  std::int64_t quantity = 0;
  std::int64_t on_hand = 0;
  std::string at;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Movement, (), (kind, number, change, quantity, on_hand, at, reason))
struct MovementPage {
  std::vector<Movement> movements;
  std::string next_cursor;
};
BOOST_DESCRIBE_STRUCT(MovementPage, (), (movements, next_cursor))

std::string path_of(const std::string& id) {
  return "/api/admin/stock/" + encoded(id);
}

Exit movements(const ServerFlags& flags, const PageFlags& wanted, const std::string& id) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto pages = read_pages<MovementPage>(*server, flags, wanted, path_of(id) + "/movements");
  if (!pages) return tell(pages.error());
  if (flags.as_json) return Exit::ok;
  Table table{{"line", "at", "movement", "quantity", "change", "on hand", "reason"}};
  for (const auto& page : *pages) {
    for (const auto& movement : page.movements) {
      const auto number = movement.number == 0 ? std::string{} : std::to_string(movement.number);
      const auto colour = movement.change < 0 ? Colour::red : Colour::plain;
      table.add({{number},
                 {printable(movement.at)},
                 {printable(movement.kind), Colour::bold},
                 {std::to_string(movement.quantity)},
                 {std::to_string(movement.change), colour},
                 {std::to_string(movement.on_hand)},
                 {printable(movement.reason)}});
    }
  }
  say(table.text());
  return Exit::ok;
}

struct Adjustment {
  std::string id;
  std::optional<std::int64_t> to;
  std::optional<std::int64_t> by;
  std::string reason;
};

// One attempt: to what the item has now, if nothing moves it meanwhile.
Outcome<std::string> try_adjust(const Server& server, const Adjustment& wanted) {
  const auto body = server.get(path_of(wanted.id));
  if (!body) return std::unexpected(body.error());
  const auto seen = read_item(*body);
  if (!seen) return std::unexpected(seen.error());
  std::string change = fmt::format(R"({{"onHand":{},"reason":)",
                                   wanted.to ? *wanted.to : seen->on_hand + *wanted.by);
  write_json_string(wanted.reason, change);
  return server.send("PUT", path_of(wanted.id), change + "}",
                     {{"If-Match", fmt::format("\"{}\"", seen->version)}});
}

Exit adjust(const ServerFlags& flags, const Adjustment& wanted) {
  if (wanted.to.has_value() == wanted.by.has_value()) {
    return tell({Exit::usage, "say how many there are, --to, or how many more or less, --by"});
  }
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  constexpr int attempts = 10;
  auto answer = try_adjust(*server, wanted);
  for (int i = 1; i < attempts && !answer && answer.error().status == 412; ++i) {
    answer = try_adjust(*server, wanted);
  }
  if (!answer) return tell(answer.error());
  return show_item(flags, *answer);
}

}  // namespace

void add_stock_movements(const Command& stock) {
  const auto command = stock.add("movements", "Show an item's ledger, newest first");
  auto id = std::make_shared<std::string>();
  command.option("item", id.get(), "its id", {.shown = "ITEM", .is_required = true});
  const auto pages = add_page_flags(command);
  const auto flags = add_server_flags(command);
  command.footer(movements_examples);
  command.runs([flags, pages, id] { return movements(*flags, *pages, *id); });
}

void add_stock_adjust(const Command& stock) {
  const auto command = stock.add("adjust", "Correct how many there are, and say why");
  auto wanted = std::make_shared<Adjustment>();
  command.option("item", &wanted->id, "its id", {.shown = "ITEM", .is_required = true});
  command.option("--to", &wanted->to, "how many there are");
  command.option("--by", &wanted->by, "how many more, or less than 0: --by=-3");
  command.option("--reason", &wanted->reason, "why, for the ledger",
                 {.shown = "TEXT", .is_required = true});
  const auto flags = add_server_flags(command);
  command.footer(adjust_examples);
  command.runs([flags, wanted] { return adjust(*flags, *wanted); });
}

}  // namespace oms::cli
