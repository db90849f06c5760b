#include "process/provider_server.h"

#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/terminal.h"
#include "process/duration_text.h"

namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms provider --webhook http://127.0.0.1:8080/webhook
  oms provider --listen 127.0.0.1:0 --data /tmp/p --simulated-timeouts 5
  curl -sS http://127.0.0.1:12111/v1/events -H 'Authorization: Bearer sk_test_1'

It speaks Stripe's API (any key that begins with sk_test_), shows payment pages that take test
cards, and signs its webhooks with the secret in DIR/webhook.secret. No money moves here.)";

void greet(const process::ProviderStarted& started) {
  say(fmt::format("{} {}", painted(Colour::bold, "The payment provider is ready:"), started.url));
  say(fmt::format("  the API        {}/v1/   Authorization: Bearer sk_test_...", started.url));
  say(fmt::format("  webhooks       signed with the secret in {}", started.secret_path));
}

Exit run(const process::ProviderOptions& options) {
  const auto served = process::run_provider(options, greet);
  if (served) return Exit::ok;
  complain("{}", printable(served.error().detail));
  return Exit::failed;
}

}  // namespace

void add_provider(const Command& oms) {
  const auto command = oms.add("provider", "Serve the simulated payment provider by itself");
  auto options = std::make_shared<process::ProviderOptions>();
  constexpr std::string_view faults = "Faults on demand";
  const Range percent{0, 100};
  const auto set_data = [options](const std::string& folder) { options->data = folder; };
  command.option("--listen", &options->listen, "address and port; port 0: any free one",
                 {.shown = "HOST:PORT", .shows_default = true});
  command.option("--data", set_data, "the folder of its ledger and secret [provider]",
                 {.shown = "DIR"});
  command.option("--base-url", &options->base_url, "of the payment pages [where it listens]",
                 {.shown = "URL"});
  command.option("--webhook", &options->webhooks, "who is told of events; may be repeated",
                 {.shown = "URL"});
  auto& provider = options->provider;
  command.option("--simulated-duplicates", &provider.duplicate_percent,
                 "webhooks that are sent twice",
                 {.shown = "PERCENT", .group = faults, .range = percent});
  command.option("--simulated-timeouts", &provider.time_out_percent, "calls whose answer is lost",
                 {.shown = "PERCENT", .group = faults, .range = percent});
  command.option("--simulated-seed", &provider.seed,
                 "the same faults in every run with the same seed",
                 {.shown = "N", .group = faults});
  struct Spans {
    std::string delay;
    std::string latency;
  };
  auto spans = std::make_shared<Spans>();
  command.option("--simulated-delay", &spans->delay, "delay of every webhook",
                 {.shown = "DURATION", .group = faults});
  command.option("--simulated-latency", &spans->latency, "delay of every answer of the API",
                 {.shown = "DURATION", .group = faults});
  command.footer(examples);
  command.runs([options, spans] {
    const auto read = [](const char* name, const std::string& text, Duration& field) {
      if (text.empty()) return true;
      const auto span = process::parse_duration(text);
      if (span) field = *span;
      if (!span) complain("{}: '{}' is no duration; write 500ms or 3s", name, printable(text));
      return span.has_value();
    };
    if (!read("--simulated-delay", spans->delay, options->provider.delay) ||
        !read("--simulated-latency", spans->latency, options->latency)) {
      return Exit::usage;
    }
    return run(*options);
  });
}

}  // namespace oms::cli
