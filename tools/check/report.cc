#include "tools/check/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe.hpp>
#include <limits>

#include "cli/order_view.h"
#include "cli/table.h"
#include "codec/json_write.h"

namespace oms::check {

struct JsonViolation {
  std::string where;
  std::string what;
};
BOOST_DESCRIBE_STRUCT(JsonViolation, (), (where, what))

struct JsonRule {
  std::string name;
  std::int64_t looked_at = 0;
  std::int64_t broken = 0;
  std::vector<JsonViolation> examples;
};
BOOST_DESCRIBE_STRUCT(JsonRule, (), (name, looked_at, broken, examples))

struct JsonMoney {
  std::string currency;
  MinorUnits captured = 0;
  MinorUnits refunded = 0;
  MinorUnits owed = 0;
  MinorUnits provider = 0;
};
BOOST_DESCRIBE_STRUCT(JsonMoney, (), (currency, captured, refunded, owed, provider))

BOOST_DESCRIBE_STRUCT(Counts, (),
                      (orders, archived, tidied, live, waiting, behind, sessions, keys,
                       dead_letters))

struct JsonReport {
  bool ok = false;
  bool has_ledger = false;
  Counts counts;
  std::vector<JsonMoney> money;
  std::vector<JsonRule> invariants;
};
BOOST_DESCRIBE_STRUCT(JsonReport, (), (ok, has_ledger, counts, money, invariants))

namespace {

using cli::Colour;
using cli::painted;
using cli::printable;

// A sum that no amount can tell is told as the largest that one can.
MinorUnits shown(Wide sum) {
  using Limits = std::numeric_limits<MinorUnits>;
  return static_cast<MinorUnits>(std::clamp(sum, Wide{Limits::min()}, Wide{Limits::max()}));
}

bool is_asked(const Auditor& auditor, Rule rule) {
  const auto& circumstances = auditor.circumstances();
  if (rule == Rule::nothing_under_way) return circumstances.must_be_quiescent;
  return rule != Rule::ledger_agrees || circumstances.has_ledger;
}

template <class Visit>
void for_each_rule(const Auditor& auditor, Visit visit) {
  for (std::size_t i = 0; i < rule_count; ++i) {
    const auto rule = static_cast<Rule>(i);
    if (is_asked(auditor, rule)) visit(text_of(rule), auditor.findings().of(rule));
  }
}

std::string rules_table(const Auditor& auditor) {
  cli::Table table{{"", "checked", "broken", "what must hold"}};
  for_each_rule(auditor, [&](const RuleText& text, const Findings::Tally& tally) {
    const bool holds = tally.broken == 0;
    table.add({{holds ? "ok" : "BROKEN", holds ? Colour::green : Colour::red},
               {std::to_string(tally.looked_at)},
               {std::to_string(tally.broken), holds ? Colour::dim : Colour::red},
               {std::string{text.words}}});
  });
  return table.text();
}

std::string examples_text(const Auditor& auditor) {
  std::string out;
  for_each_rule(auditor, [&](const RuleText& text, const Findings::Tally& tally) {
    if (tally.broken == 0) return;
    out += fmt::format("\n{}: {}\n", painted(Colour::red, text.name), text.words);
    for (const auto& [where, what] : tally.examples) {
      out += fmt::format("  {}  {}\n", printable(where), printable(what));
    }
    const auto more = tally.broken - static_cast<std::int64_t>(tally.examples.size());
    if (more > 0) out += fmt::format("  and {} more\n", more);
  });
  return out;
}

std::string money_text(const Auditor& auditor) {
  std::string out;
  for (const auto& [currency, money] : auditor.money().by_currency()) {
    out += fmt::format("money: {} captured, {} refunded; the paid orders come to {}",
                       cli::money_text(shown(money.captured), currency),
                       cli::money_text(shown(money.refunded), currency),
                       cli::money_text(shown(money.owed), currency));
    if (auditor.circumstances().has_ledger) {
      out +=
          fmt::format("; the provider keeps {}", cli::money_text(shown(money.provider), currency));
    }
    out += '\n';
  }
  return out;
}

std::string counts_text(const Auditor& auditor) {
  const auto& counts = auditor.counts();
  auto out = fmt::format("{} orders, {} under way, {} of these wait for their customer to pay\n",
                         counts.orders, counts.live, counts.waiting);
  if (auditor.circumstances().has_ledger) {
    out += fmt::format("{} sessions in the provider's ledger, {} payments yet to hear of it\n",
                       counts.sessions, counts.behind);
  } else {
    out += "the provider's ledger was not read\n";
  }
  if (counts.keys > 0) out += fmt::format("{} idempotency keys\n", counts.keys);
  if (counts.archived > 0) out += fmt::format("{} archived orders\n", counts.archived);
  if (counts.tidied > 0) {
    out += fmt::format(
        "{} finished orders without their details: what was sold and returned is "
        "only checked to be no less\n",
        counts.tidied);
  }
  if (counts.dead_letters > 0) {
    out += painted(Colour::yellow,
                   fmt::format("{} dead letters wait for the operator", counts.dead_letters)) +
           "\n";
  }
  return out;
}

}  // namespace

std::string report_text(const Auditor& auditor) {
  const auto broken = auditor.findings().broken();
  auto out = rules_table(auditor) + "\n" + counts_text(auditor) + money_text(auditor) +
             examples_text(auditor);
  out += broken == 0 ? painted(Colour::green, "\nAll invariants hold.")
                     : painted(Colour::red, fmt::format("\n{} violations.", broken));
  return out;
}

std::string report_json(const Auditor& auditor) {
  JsonReport report{.ok = auditor.findings().broken() == 0,
                    .has_ledger = auditor.circumstances().has_ledger,
                    .counts = auditor.counts()};
  for (const auto& [currency, money] : auditor.money().by_currency()) {
    report.money.push_back({.currency = currency,
                            .captured = shown(money.captured),
                            .refunded = shown(money.refunded),
                            .owed = shown(money.owed),
                            .provider = shown(money.provider)});
  }
  for_each_rule(auditor, [&](const RuleText& text, const Findings::Tally& tally) {
    JsonRule rule{
        .name = std::string{text.name}, .looked_at = tally.looked_at, .broken = tally.broken};
    for (const auto& [where, what] : tally.examples) rule.examples.push_back({where, what});
    report.invariants.push_back(std::move(rule));
  });
  std::string out;
  write_json(report, out);
  return out;
}

}  // namespace oms::check
