#include "process/serve.h"
#include "process/log.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/setting_flags.h"
#include "cli/terminal.h"

namespace oms::cli {
namespace {

constexpr const char* footer = R"(Roles, and where each is found unless the settings say otherwise:
  gateway        HTTP 127.0.0.1:8080, what customers and operators call
  orders         gRPC 127.0.0.1:2000, with the coordinator, who shares its home
  payments       gRPC 127.0.0.1:2001, and 127.0.0.1:8081/webhook for the payment provider
  stock          gRPC 127.0.0.1:2002
  kitchen        gRPC 127.0.0.1:2003
  delivery       gRPC 127.0.0.1:2005
  notifications  gRPC 127.0.0.1:2006
Each answers /livez, /readyz and /metrics 1000 ports above its gRPC, the gateway at 9080.

Each home keeps its things in a folder of its own, ./data/<role>. {service} in --data and --store
stands for the home's name. Several processes may share a PostgreSQL store; a SQLite file belongs to
one.

Examples:
  export OMS_BROKER=amqp://127.0.0.1
  oms provider --webhook http://127.0.0.1:8081/webhook
  OMS_STRIPE_KEY=sk_test_1 OMS_STRIPE_WEBHOOK_SECRET=$(cat provider/webhook.secret) \
    oms serve payments --payments stripe --stripe-url http://127.0.0.1:12111
  oms serve orders
  oms serve stock --store 'postgres://oms@127.0.0.1/oms_{service}'
  OMS_OPERATOR_TOKEN=... oms serve gateway

Every flag is also a variable (--grpc-listen: OMS_GRPC_LISTEN) and a key of the TOML file
(grpc_listen = "..."). A URL with a password is better off in a variable, for others see flags.)";

// Where programs read the log, all that is said is in it.
void note_start(const process::Serving& serving) {
  std::string places;
  for (const auto& [what, where] : serving.places) {
    if (!places.empty()) places += ", ";
    places.append(what).append(" at ").append(where);
  }
  process::tell(LogLevel::info, process_log, "ready: " + serving.name + ": " + places);
}

void greet(const process::Serving& serving) {
  say(fmt::format("{} {}", painted(Colour::bold, "OMS serves:"), serving.name));
  for (const auto& [what, where] : serving.places) say(fmt::format("  {:<21} {}", what, where));
}

Exit run(const std::vector<std::string>& words, const process::Loaded& loaded) {
  const auto roles = process::read_roles(words);
  if (!roles) {
    complain("{}", printable(roles.error().detail));
    return Exit::usage;
  }
  auto settings = loaded.settings;
  if (!loaded.origins.contains("data")) settings.data = settings.data / "{service}";
  const auto served =
      process::run_serve(*roles, settings, settings.log == "json" ? note_start : greet);
  if (served) return Exit::ok;
  complain("{}", printable(served.error().detail));
  return served.error().kind == ErrorKind::invalid ? Exit::usage : Exit::failed;
}

}  // namespace

void add_serve(const Command& oms) {
  const auto command =
      oms.add("serve", "Start some of the services in this process, or the gateway");
  auto words = std::make_shared<std::vector<std::string>>();
  auto sources = std::make_shared<process::Sources>();
  command.option("role", words.get(),
                 "what this process is; `oms serve --help` tells which there are",
                 {.shown = "ROLE", .is_required = true});
  add_all_setting_flags(command, *sources);
  command.footer(footer);
  command.runs([words, sources] {
    return with_settings(*sources,
                         [words](const process::Loaded& loaded) { return run(*words, loaded); });
  });
}

}  // namespace oms::cli
