#include <boost/describe.hpp>

#include "cli/pages.h"
#include "cli/table.h"

// `oms audit`.
namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms audit
  oms audit --subject soup --all
  oms audit --from 2026-01-31T00:00:00Z --to 2026-02-01T00:00:00Z --json)";

struct Entry {
  std::string at;
  std::string who;
  std::string action;
  std::string subject;
  std::string reason;
  std::string outcome;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (at, who, action, subject, reason, outcome))
struct EntryPage {
  std::vector<Entry> entries;
  std::string next_cursor;
};
BOOST_DESCRIBE_STRUCT(EntryPage, (), (entries, next_cursor))

struct Filter {
  std::string who;
  std::string subject;
  std::string from;
  std::string to;
};

std::string query_of(const Filter& filter) {
  std::string query;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) query.append("&").append(name).append("=").append(encoded(value));
  };
  add("who", filter.who);
  add("subject", filter.subject);
  add("from", filter.from);
  add("to", filter.to);
  return query;
}

Exit audit(const ServerFlags& flags, const PageFlags& wanted, const Filter& filter) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto pages =
      read_pages<EntryPage>(*server, flags, wanted, "/api/admin/audit", query_of(filter));
  if (!pages) return tell(pages.error());
  if (flags.as_json) return Exit::ok;
  Table table{{"at", "who", "action", "subject", "outcome", "reason"}};
  for (const auto& page : *pages) {
    for (const auto& entry : page.entries) {
      const auto colour = entry.outcome == "done" ? Colour::plain : Colour::yellow;
      table.add({{printable(entry.at)},
                 {printable(entry.who)},
                 {printable(entry.action), Colour::bold},
                 {printable(entry.subject)},
                 {printable(entry.outcome), colour},
                 {printable(entry.reason)}});
    }
  }
  say(table.is_empty() ? "nothing is on record" : table.text());
  return Exit::ok;
}

}  // namespace

void add_audit(const Command& oms) {
  const auto command = oms.add("audit", "Show who did what, when and why");
  auto filter = std::make_shared<Filter>();
  command.option("--who", &filter->who, "only of them", {.shown = "NAME"});
  command.option("--subject", &filter->subject, "only about this order, item or file",
                 {.shown = "ID"});
  command.option("--from", &filter->from, "from then on, in UTC", {.shown = "TIME"});
  command.option("--to", &filter->to, "until then, in UTC", {.shown = "TIME"});
  const auto pages = add_page_flags(command);
  const auto flags = add_server_flags(command);
  command.footer(examples);
  command.runs([flags, pages, filter] { return audit(*flags, *pages, *filter); });
}

}  // namespace oms::cli
