#include <map>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include "cli/client.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "codec/json_read.h"
#include "codec/json_text.h"
#include "messages/log_levels.h"

// `oms log-level`.
namespace oms::cli {
namespace {

constexpr const char* path = "/api/admin/log-levels";
constexpr const char* examples = R"(Examples:
  oms log-level                                how much each service's log tells
  oms log-level payments=debug gateway=warn    until their processes end
Levels are debug, info, warn, error and off.)";

struct ServiceLevels {
  std::optional<std::string> process;
  std::optional<std::string> gateway;
  std::optional<std::string> orders;
  std::optional<std::string> coordinator;
  std::optional<std::string> stock;
  std::optional<std::string> payments;
  std::optional<std::string> kitchen;
  std::optional<std::string> delivery;
  std::optional<std::string> notifications;
};
BOOST_DESCRIBE_STRUCT(ServiceLevels, (),
                      (process, gateway, orders, coordinator, stock, payments, kitchen, delivery,
                       notifications))

struct Answer {
  ServiceLevels levels;
  std::vector<std::string> unreached;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (levels, unreached))

// Empty where a word is no SERVICE=LEVEL.
std::string body_of(const std::vector<std::string>& words) {
  std::string body = "{";
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) return {};
    if (body.size() > 1) body += ',';
    write_json_string(word.substr(0, equals), body);
    body += ':';
    write_json_string(word.substr(equals + 1), body);
  }
  return body + '}';
}

Exit show(const ServerFlags& flags, const std::string& body) {
  if (flags.as_json) {
    say(body);
    return Exit::ok;
  }
  const auto answer = read_json<Answer>(body, Reading::lenient);
  if (!answer) {
    return tell({Exit::failed, "the server's answer cannot be read: " + answer.error().detail});
  }
  Table table{{"service", "level"}};
  using Members = boost::describe::describe_members<ServiceLevels, boost::describe::mod_public>;
  boost::mp11::mp_for_each<Members>([&](auto member) {
    const auto& level = answer->levels.*member.pointer;
    if (level) table.add({{member.name}, {printable(*level), Colour::bold}});
  });
  say(table.text());
  for (const auto& address : answer->unreached) {
    warn("no answer from " + printable(address) + ": its log is as it was");
  }
  return answer->unreached.empty() ? Exit::ok : Exit::failed;
}

Exit run(const ServerFlags& flags, const std::vector<std::string>& words,
         const std::string& reason) {
  const auto wanted = body_of(words);
  if (wanted.empty()) return tell({Exit::usage, "write SERVICE=LEVEL, such as payments=debug"});
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto body = words.empty() ? server->get(path)
                                  : server->send("PATCH", path, wanted, reason_header(reason));
  return body ? show(flags, *body) : tell(body.error());
}

}  // namespace

void add_log_level(const Command& oms) {
  const auto command = oms.add("log-level", "Show or change how much the logs tell");
  auto words = std::make_shared<std::vector<std::string>>();
  command.option("level", words.get(), "a service's new level", {.shown = "SERVICE=LEVEL"});
  const auto reason = add_reason(command);
  const auto flags = add_server_flags(command);
  command.footer(examples);
  command.runs([flags, words, reason] { return run(*flags, *words, *reason); });
}

}  // namespace oms::cli
