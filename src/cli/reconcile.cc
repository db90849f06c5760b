#include <fmt/format.h>
#include <boost/describe.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cli/client.h"
#include "cli/terminal.h"
#include "codec/json_read.h"
#include "codec/json_text.h"

// `oms reconcile`.
namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms reconcile                          compare, and explain each difference
  oms reconcile --repair --reason 'webhooks were down over lunch'
  oms reconcile --since 2026-01-31T00:00:00Z --json | jq '.reconciliation.findings'
  oms reconcile --last                   what the last run has found, without another
A difference is one only if it stands in two looks. Repaired is what the services can settle by
their own rules; where money differs a person must look, and the explanation says how.
Exit codes: 0 no differences, or all repaired; 7 there are some.)";

constexpr std::chrono::milliseconds pause_between_polls{200};
constexpr const char* path = "/api/admin/reconciliation";

struct FindingView {
  std::string order_id;
  std::string kind;
  std::string explanation;
  bool repaired = false;
};
BOOST_DESCRIBE_STRUCT(FindingView, (), (order_id, kind, explanation, repaired))
struct RunView {
  std::string state;
  std::string since;
  int look = 0;
  int percent = 0;
  std::int64_t orders = 0;
  std::int64_t charges = 0;
  std::int64_t differences = 0;
  std::int64_t unlisted = 0;
  std::string failure;
  std::vector<FindingView> findings;
};
BOOST_DESCRIBE_STRUCT(RunView, (),
                      (state, since, look, percent, orders, charges, differences, unlisted, failure,
                       findings))
struct RunAnswer {
  RunView reconciliation;
};
BOOST_DESCRIBE_STRUCT(RunAnswer, (), (reconciliation))

struct Wanted {
  bool must_repair = false;
  bool is_last = false;
  std::string since;
};

Outcome<RunView> read_run(const std::string& body) {
  auto answer = read_json<RunAnswer>(body, Reading::lenient);
  if (answer) return std::move(answer->reconciliation);
  return std::unexpected(
      Failure{Exit::failed, "the server's answer cannot be read: " + answer.error().detail});
}

std::string body_of(const Wanted& wanted) {
  auto body = fmt::format(R"({{"repair":{})", wanted.must_repair);
  if (!wanted.since.empty()) {
    body += R"(,"since":)";
    write_json_string(wanted.since, body);
  }
  return body + "}";
}

void show_progress(const RunView& run) {
  if (!is_terminal(stderr)) return;
  fmt::print(stderr, "\rlook {}: {:3} %, {} orders, {} charges ", run.look, run.percent, run.orders,
             run.charges);
}

void end_progress() {
  if (is_terminal(stderr)) fmt::print(stderr, "\r{:60}\r", "");
}

// The server's last word about the run, as it came.
Outcome<std::string> await_end(const Server& server) {
  for (;;) {
    auto body = server.get(path);
    if (!body) return body;
    const auto run = read_run(*body);
    if (!run) return std::unexpected(run.error());
    if (run->state != "running") return body;
    show_progress(*run);
    std::this_thread::sleep_for(pause_between_polls);
  }
}

std::string text_of(const RunView& run) {
  auto text =
      fmt::format("compared {} orders since {} with {} charges at the provider: ", run.orders,
                  printable(run.since), run.charges);
  text += run.differences == 0   ? "no difference is left"
          : run.differences == 1 ? "1 difference"
                                 : fmt::format("{} differences", run.differences);
  for (const auto& finding : run.findings) {
    const auto kind = finding.repaired
                          ? painted(Colour::green, "repaired " + printable(finding.kind))
                          : painted(Colour::yellow, printable(finding.kind));
    text += fmt::format("\n{}: {}", kind, printable(finding.explanation));
  }
  if (run.unlisted > 0) text += fmt::format("\nand {} more", run.unlisted);
  return text;
}

Exit exit_of(const RunView& run) {
  if (run.state == "failed") {
    return tell({Exit::failed, "it has not come to its end: " + run.failure});
  }
  return run.differences == 0 ? Exit::ok : Exit::differs;
}

Exit reconcile(const ServerFlags& flags, const Wanted& wanted, const std::string& reason) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  if (!wanted.is_last) {
    const auto begun = server->send("POST", path, body_of(wanted), reason_header(reason));
    if (!begun) return tell(begun.error());
  }
  const auto body = wanted.is_last ? server->get(path) : await_end(*server);
  end_progress();
  if (!body) return tell(body.error());
  const auto run = read_run(*body);
  if (!run) return tell(run.error());
  if (flags.as_json) {
    say(*body);
  } else if (run->state == "never") {
    say("nothing has been compared since the server's start");
  } else {
    say(text_of(*run));
  }
  return exit_of(*run);
}

}  // namespace

void add_reconcile(const Command& oms) {
  const auto command =
      oms.add("reconcile", "Compare orders, stock and payments with the provider's books");
  auto wanted = std::make_shared<Wanted>();
  command.flag("--repair", &wanted->must_repair, "repair what is safe to repair");
  command.flag("--last", &wanted->is_last, "show the last run, and begin none");
  command.option("--since", &wanted->since, "of orders from then on, in UTC [three days ago]",
                 {.shown = "TIME"});
  const auto reason = add_reason(command);
  const auto flags = add_server_flags(command);
  command.footer(examples);
  command.runs([flags, wanted, reason] { return reconcile(*flags, *wanted, *reason); });
}

}  // namespace oms::cli
