#include <boost/describe.hpp>

#include "base/time.h"
#include "cli/pages.h"
#include "cli/table.h"
#include "codec/json_kinds.h"
#include "codec/json_write.h"

// `oms dead-letters`.
namespace oms::cli {
namespace {

constexpr const char* list_examples = R"(Examples:
  oms dead-letters list
  oms dead-letters list --json | jq -r '.deadLetters[].reason')";
constexpr const char* show_examples = R"(Examples:
  oms dead-letters show 65f0c0de0123456789000001)";
constexpr const char* replay_examples = R"(Examples:
  oms dead-letters replay 65f0c0de0123456789000001 --reason 'the item is there again'
The message is decided again. If that fails again, the letter comes back.)";
constexpr const char* drop_examples = R"(Examples:
  oms dead-letters drop 65f0c0de0123456789000001 --reason 'was settled by hand')";

constexpr std::string_view desk = "/api/admin/dead-letters";

struct Said {
  std::string type;
  JsonText data;
};
BOOST_DESCRIBE_STRUCT(Said, (), (type, data))
struct Letter {
  std::string id;
  std::string order_id;
  std::string reason;
  Said payload;
  std::int64_t at = 0;
  bool is_final = false;
};
BOOST_DESCRIBE_STRUCT(Letter, (), (id, order_id, reason, payload, at, is_final))
struct LetterPage {
  std::vector<Letter> dead_letters;
  std::string next_cursor;
};
BOOST_DESCRIBE_STRUCT(LetterPage, (), (dead_letters, next_cursor))

Exit list(const ServerFlags& flags, const PageFlags& wanted) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto pages = read_pages<LetterPage>(*server, flags, wanted, std::string{desk});
  if (!pages) return tell(pages.error());
  if (flags.as_json) return Exit::ok;
  Table table{{"letter", "at", "order", "message", "reason"}};
  for (const auto& page : *pages) {
    for (const auto& letter : page.dead_letters) {
      table.add({{printable(letter.id), Colour::bold},
                 {to_text(Time{letter.at})},
                 {printable(letter.order_id)},
                 {printable(letter.payload.type)},
                 {printable(letter.reason)}});
    }
  }
  say(table.is_empty() ? "there are no dead letters" : table.text());
  return Exit::ok;
}

// There are few, so they are looked through.
Outcome<Letter> find_letter(const Server& server, const std::string& id) {
  const auto pages = read_pages<LetterPage>(server, {}, {.is_all = true}, std::string{desk});
  if (!pages) return std::unexpected(pages.error());
  for (const auto& page : *pages) {
    for (const auto& letter : page.dead_letters) {
      if (letter.id == id) return letter;
    }
  }
  return std::unexpected(Failure{Exit::not_found, "there is no dead letter " + printable(id)});
}

Exit show(const ServerFlags& flags, const std::string& id) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto letter = find_letter(*server, id);
  if (!letter) return tell(letter.error());
  if (flags.as_json) {
    std::string body;
    write_json(*letter, body);
    say(body);
    return Exit::ok;
  }
  say(fmt::format("letter    {}\nat        {}\norder     {}\nreason    {}\nmessage   {} {}\n{}",
                  printable(letter->id), to_text(Time{letter->at}), printable(letter->order_id),
                  printable(letter->reason), printable(letter->payload.type),
                  printable(letter->payload.data.text),
                  letter->is_final ? "It cannot be replayed, only dropped.\n" : ""));
  return Exit::ok;
}

Exit settle(const ServerFlags& flags, const std::string& id, std::string_view action,
            const std::string& reason) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto letter = find_letter(*server, id);
  if (!letter) return tell(letter.error());
  const auto answer = server->send("POST",
                                   fmt::format("/api/admin/orders/{}/dead-letters/{}/{}",
                                               encoded(letter->order_id), encoded(id), action),
                                   "", reason_header(reason));
  if (!answer) return tell(answer.error());
  if (flags.as_json) say(*answer);
  return Exit::ok;
}

std::shared_ptr<std::string> add_letter(const Command& command) {
  auto id = std::make_shared<std::string>();
  command.option("letter", id.get(), "its id", {.shown = "LETTER", .is_required = true});
  return id;
}

void add_settle(const Command& letters, std::string_view action, std::string_view what,
                const char* examples) {
  const auto command = letters.add(action, what);
  const auto id = add_letter(command);
  const auto reason = add_reason(command);
  const auto flags = add_server_flags(command);
  command.footer(examples);
  command.runs([flags, id, reason, action = std::string{action}] {
    return settle(*flags, *id, action, *reason);
  });
}

}  // namespace

void add_dead_letters(const Command& oms) {
  const auto letters = oms.add("dead-letters", "Show and settle what no rule could decide");
  const auto all = letters.add("list", "Show all, newest first");
  const auto pages = add_page_flags(all);
  const auto flags = add_server_flags(all);
  all.footer(list_examples);
  all.runs([flags, pages] { return list(*flags, *pages); });

  const auto one = letters.add("show", "Show one with its message");
  const auto id = add_letter(one);
  const auto one_flags = add_server_flags(one);
  one.footer(show_examples);
  one.runs([one_flags, id] { return show(*one_flags, *id); });

  add_settle(letters, "replay", "Decide its message again", replay_examples);
  add_settle(letters, "drop", "Forget it", drop_examples);
}

}  // namespace oms::cli
