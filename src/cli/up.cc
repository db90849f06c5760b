#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/setting_flags.h"
#include "cli/terminal.h"
#include "process/log.h"
#include "process/server.h"

namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms up                                    a shop on http://127.0.0.1:8080, kept in ./data
  oms up --kitchen-time 3s --delivery-time 0
  oms up --kitchen manual --delivery manual      an operator does it, on /operator.html
  OMS_DATA=/var/lib/oms oms up              every flag is a variable too
  oms up --listen 0.0.0.0:8080 --allow-remote --base-url http://shop.example:8080

Every flag is also a variable (--kitchen-time: OMS_KITCHEN_TIME) and a key of the TOML file
(kitchen_time = "3s"). A flag beats a variable, which beats the file.)";

// Where programs read the log, all that is said is in it.
void note_start(const process::Started& started) {
  process::tell(LogLevel::info, process_log, "ready: " + started.url);
}

void greet(const process::Started& started) {
  say(fmt::format("{} {}", painted(Colour::bold, "OMS is ready:"), started.url));
  say(fmt::format("  the shop       {}/", started.url));
  say(fmt::format("  the operator   {}/operator.html   token: {}", started.url,
                  started.token_path));
  if (!started.order_url.empty()) say(fmt::format("  /order, too    {}/order", started.order_url));
  say(fmt::format("  on the menu    {} items", started.items));
  say(fmt::format(
      "  to try         curl -sS {}/api/customers/c1/orders "
      "--json '{{\"items\":[{{\"productID\":\"1\",\"quantity\":2}}],\"fulfilment\":\"delivery\"}}'",
      started.url));
  say(painted(Colour::dim, "  Ctrl-C ends it; nothing that was accepted is lost."));
}

Exit run(const process::Loaded& loaded) {
  const auto served =
      process::run_server(loaded.settings, loaded.settings.log == "json" ? note_start : greet);
  if (served) return Exit::ok;
  complain("{}", printable(served.error().detail));
  return served.error().kind == ErrorKind::invalid ? Exit::usage : Exit::failed;
}

}  // namespace

void add_up(const Command& oms) {
  const auto command = oms.add("up", "Start everything in this process");
  auto sources = std::make_shared<process::Sources>();
  add_all_setting_flags(command, *sources);
  command.footer(examples);
  command.runs([sources] { return with_settings(*sources, run); });
}

}  // namespace oms::cli
