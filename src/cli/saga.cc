#include <boost/describe.hpp>

#include <optional>

#include "base/time.h"
#include "cli/pages.h"
#include "cli/table.h"
#include "codec/json_text.h"

// `oms saga`.
namespace oms::cli {
namespace {

constexpr const char* list_examples = R"(Examples:
  oms saga list
  oms saga list --phase undoing --all)";
constexpr const char* show_examples = R"(Examples:
  oms saga show 65f0c0de0123456789000001)";
constexpr const char* retry_examples = R"(Examples:
  oms saga retry 65f0c0de0123456789000001 --reason 'the provider is back')";
constexpr const char* skip_examples = R"(Examples:
  oms saga skip 65f0c0de0123456789000001 --step capture --reason 'captured, by the provider'
Skip only what you have looked up: the step counts as done, and nobody is asked.)";
constexpr const char* abort_examples = R"(Examples:
  oms saga abort 65f0c0de0123456789000001 --reason 'the customer called')";

struct RunView {
  std::string saga;
  std::int64_t version = 0;
  std::string step;
  std::string phase;
  std::int64_t attempt = 0;
  std::string reason;
  std::int64_t started_at = 0;
};
BOOST_DESCRIBE_STRUCT(RunView, (), (saga, version, step, phase, attempt, reason, started_at))
struct StepView {
  std::int64_t run = 0;
  std::string step;
  bool is_undo = false;
  std::int64_t attempts = 0;
  std::int64_t asked_at = 0;
  std::optional<std::int64_t> answered_at;
  std::string result;
  std::string reason;
  bool by_operator = false;
};
BOOST_DESCRIBE_STRUCT(StepView, (),
                      (run, step, is_undo, attempts, asked_at, answered_at, result, reason,
                       by_operator))
struct SagaView {
  std::string id;
  RunView main;
  std::optional<RunView> change;
  std::vector<StepView> timeline;
};
BOOST_DESCRIBE_STRUCT(SagaView, (), (id, main, change, timeline))
struct SagaPage {
  std::vector<SagaView> sagas;
  std::string next_cursor;
};
BOOST_DESCRIBE_STRUCT(SagaPage, (), (sagas, next_cursor))
struct SagaAnswer {
  SagaView saga;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(SagaAnswer, (), (saga, note))

std::string reason_text(const std::string& reason) {
  return reason == "none" ? "" : printable(reason);
}

Exit list(const ServerFlags& flags, const PageFlags& wanted, const std::string& phase) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto pages = read_pages<SagaPage>(*server, flags, wanted, "/api/admin/sagas",
                                          phase.empty() ? "" : "&phase=" + encoded(phase));
  if (!pages) return tell(pages.error());
  if (flags.as_json) return Exit::ok;
  Table table{{"order", "saga", "phase", "step", "attempt", "reason", "since"}};
  for (const auto& page : *pages) {
    for (const auto& saga : page.sagas) {
      const auto& run = saga.change ? *saga.change : saga.main;
      table.add({{printable(saga.id), Colour::bold},
                 {printable(run.saga)},
                 {printable(run.phase)},
                 {printable(run.step)},
                 {std::to_string(run.attempt)},
                 {reason_text(run.reason)},
                 {to_text(Time{run.started_at})}});
    }
  }
  say(table.is_empty() ? "there are no sagas" : table.text());
  return Exit::ok;
}

std::string saga_text(const SagaAnswer& answer) {
  const auto& saga = answer.saga;
  auto text = fmt::format("order     {}\n", printable(saga.id));
  const auto add = [&](std::string_view name, const RunView& run) {
    text += fmt::format("{:<9} {} {}: {} {}\n", name, printable(run.saga), run.version,
                        printable(run.phase), printable(run.step));
  };
  add("saga", saga.main);
  if (saga.change) add("change", *saga.change);
  Table table{{"run", "step", "asked", "answered", "attempts", "result", "reason"}};
  for (const auto& step : saga.timeline) {
    const auto result = step.answered_at ? printable(step.result) : std::string{"open"};
    table.add({{std::to_string(step.run)},
               {(step.is_undo ? "undo " : "") + printable(step.step), Colour::bold},
               {to_text(Time{step.asked_at})},
               {step.answered_at ? to_text(Time{*step.answered_at}) : ""},
               {std::to_string(step.attempts)},
               {result + (step.by_operator ? " (operator)" : "")},
               {reason_text(step.reason)}});
  }
  text += table.text();
  if (!answer.note.empty()) text += printable(answer.note) + "\n";
  return text;
}

Exit told(const ServerFlags& flags, const Outcome<std::string>& body) {
  if (!body) return tell(body.error());
  if (flags.as_json) {
    say(*body);
    return Exit::ok;
  }
  const auto answer = read_json<SagaAnswer>(*body, Reading::lenient);
  if (!answer) {
    return tell({Exit::failed, "the server's answer cannot be read: " + answer.error().detail});
  }
  say(saga_text(*answer));
  return Exit::ok;
}

std::string path_of(const std::string& order_id) {
  return "/api/admin/sagas/" + encoded(order_id);
}

// Which step is meant, as the request's body has it. Empty: the one that it is at.
struct StepFlags {
  std::string step;
  std::string run;
  std::string body() const {
    std::string body;
    if (!run.empty()) body = R"("run":)" + run;
    if (!step.empty()) {
      body.append(body.empty() ? "" : ",").append(R"("step":)");
      write_json_string(step, body);
    }
    return body.empty() ? body : "{" + body + "}";
  }
};

std::shared_ptr<std::string> add_id(const Command& command) {
  auto id = std::make_shared<std::string>();
  command.option("order", id.get(), "the order's id", {.shown = "ORDER", .is_required = true});
  return id;
}

void add_action(const Command& sagas, std::string_view action, std::string_view what,
                const char* examples) {
  const auto command = sagas.add(action, what);
  const auto id = add_id(command);
  auto meant = std::make_shared<StepFlags>();
  command.option("--step", &meant->step, "at which it must be",
                 {.shown = "STEP", .is_required = action == "skip"});
  command.option("--run", &meant->run, "0: of the order's life, N: of its n-th change",
                 {.shown = "N"});
  const auto reason = add_reason(command);
  const auto flags = add_server_flags(command);
  command.footer(examples);
  command.runs([flags, id, meant, reason, action = std::string{action}] {
    const auto server = Server::find(*flags);
    if (!server) return tell(server.error());
    return told(*flags, server->send("POST", path_of(*id) + "/" + action, meant->body(),
                                     reason_header(*reason)));
  });
}

}  // namespace

void add_saga(const Command& oms) {
  const auto sagas = oms.add("saga", "Show how far orders are, and help those that are stuck");
  const auto all = sagas.add("list", "Show sagas, live ones first");
  auto phase = std::make_shared<std::string>();
  all.option("--phase", phase.get(), "only of this phase",
             {.words = {"doing", "undoing", "completed", "cancelled"}});
  const auto pages = add_page_flags(all);
  const auto flags = add_server_flags(all);
  all.footer(list_examples);
  all.runs([flags, pages, phase] { return list(*flags, *pages, *phase); });

  const auto one = sagas.add("show", "Show one with its timeline");
  const auto id = add_id(one);
  const auto one_flags = add_server_flags(one);
  one.footer(show_examples);
  one.runs([one_flags, id] {
    const auto server = Server::find(*one_flags);
    return server ? told(*one_flags, server->get(path_of(*id))) : tell(server.error());
  });

  add_action(sagas, "retry", "Ask again now", retry_examples);
  add_action(sagas, "skip", "Take the step in doubt as done", skip_examples);
  add_action(sagas, "abort", "Undo it all, also behind the pivot", abort_examples);
}

}  // namespace oms::cli
