#include "tools/simulate/report.h"

#include <fmt/format.h>

#include "cli/table.h"
#include "cli/terminal.h"
#include "codec/json_write.h"
#include "process/version.h"

namespace oms::simulate {

struct JsonCount {
  std::string name;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(JsonCount, (), (name, count))

struct JsonFailure {
  std::int64_t seed = 0;
  std::string rule;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(JsonFailure, (), (seed, rule, detail))

struct JsonMark {
  std::string fault;
  std::string step;
  std::int64_t count = 0;
  bool can_meet = true;
};
BOOST_DESCRIBE_STRUCT(JsonMark, (), (fault, step, count, can_meet))

struct JsonTotals {
  bool ok = false;
  std::string revision;
  std::int64_t seeds = 0;
  std::int64_t took_ms = 0;
  std::int64_t simulated_ms = 0;
  std::int64_t orders = 0;
  std::int64_t completed = 0;
  std::vector<JsonCount> cancelled;
  std::int64_t charged = 0;
  std::int64_t refunded = 0;
  std::int64_t commits = 0;
  std::int64_t crashes = 0;
  std::int64_t calls = 0;
  std::vector<JsonMark> marks;
  std::vector<JsonFailure> broken;
};
BOOST_DESCRIBE_STRUCT(JsonTotals, (),
                      (ok, revision, seeds, took_ms, simulated_ms, orders, completed, cancelled,
                       charged, refunded, commits, crashes, calls, marks, broken))

namespace {

using cli::Colour;
using cli::painted;

std::string_view name_of(Fault fault) {
  return boost::describe::enum_to_string(fault, "");
}

template <class Visit>
void for_each_fault(Visit visit) {
  for (std::size_t i = 0; i < fault_count; ++i) visit(static_cast<Fault>(i));
}

template <class Visit>
void for_each_reason(const Endings& endings, Visit visit) {
  for (std::size_t i = 0; i < reason_count; ++i) {
    if (endings.cancelled.at(i) == 0) continue;
    visit(json::name_of(static_cast<Reason>(i)), endings.cancelled.at(i));
  }
}

// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

std::size_t faults_met(const Marks& marks) {
  std::size_t met = 0;
  for_each_fault([&](Fault fault) {
    bool is_met = false;
    for (const auto& place : Marks::places()) is_met = is_met || marks.at(fault, place) > 0;
    if (is_met) ++met;
  });
  return met;
}

std::string clock_text(Duration since) {
  const auto ms = since.count();
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

}  // namespace

std::string totals_text(const Totals& totals, Duration took) {
  const auto& endings = totals.endings;
  const auto seconds = std::max<double>(static_cast<double>(took.count()) / 1000, 0.001);
  cli::Table table{{"", ""}};
  const auto add = [&](std::string what, const std::string& figure) {
    table.add({{figure}, {std::move(what)}});
  };
  add("seeds", grouped(totals.runs));
  add("orders accepted", grouped(endings.orders));
  add("completed", grouped(endings.completed));
  for_each_reason(endings, [&](std::string_view reason, std::uint64_t count) {
    add(fmt::format("cancelled: {}", reason), grouped(count));
  });
  add("charged by the provider", grouped(endings.charged));
  add("of these refunded", grouped(endings.paid_back));
  add("commits", grouped(totals.commits));
  add("calls to the outside", grouped(totals.calls));
  add("crashes", grouped(totals.crashes));
  add("kinds of faults met", fmt::format("{} of {}", faults_met(totals.marks), fault_count));
  auto out = table.text();
  out += fmt::format(
      "\n{:.1f} s, {:.0f} orders a second; {:.0f} hours simulated. After the last fault all came "
      "to rest within {}.\n",
      seconds, static_cast<double>(endings.orders) / seconds,
      static_cast<double>(totals.simulated.count()) / 3'600'000, clock_text(totals.longest_rest));
  out += totals.failures.empty()
             ? painted(Colour::green, "\nEvery promise was kept.")
             : painted(Colour::red, fmt::format("\n{} of {} seeds broke a promise.",
                                                totals.failures.size(), totals.runs));
  return out;
}

std::string totals_json(const Totals& totals, Duration took) {
  const auto& endings = totals.endings;
  JsonTotals report{.ok = totals.failures.empty(),
                    .revision = std::string{process::revision()},
                    .seeds = number(totals.runs),
                    .took_ms = took.count(),
                    .simulated_ms = totals.simulated.count(),
                    .orders = number(endings.orders),
                    .completed = number(endings.completed),
                    .charged = number(endings.charged),
                    .refunded = number(endings.paid_back),
                    .commits = number(totals.commits),
                    .crashes = number(totals.crashes),
                    .calls = number(totals.calls)};
  for_each_reason(endings, [&](std::string_view reason, std::uint64_t count) {
    report.cancelled.push_back({.name = std::string{reason}, .count = number(count)});
  });
  for_each_fault([&](Fault fault) {
    for (const auto& place : Marks::places()) {
      report.marks.push_back({.fault = std::string{name_of(fault)},
                              .step = Marks::name_of(place),
                              .count = number(totals.marks.at(fault, place)),
                              .can_meet = Marks::can_meet(fault, place)});
    }
  });
  for (const auto& [seed, violation] : totals.failures) {
    report.broken.push_back(
        {.seed = number(seed), .rule = violation.rule, .detail = violation.detail});
  }
  std::string out;
  write_json(report, out);
  return out;
}

std::string marks_text(const Marks& marks) {
  std::vector<std::string> headings{"fault"};
  for (const auto& place : Marks::places()) headings.push_back(Marks::name_of(place));
  cli::Table table{headings};
  for_each_fault([&](Fault fault) {
    std::vector<cli::Cell> row{{std::string{name_of(fault)}}};
    for (const auto& place : Marks::places()) {
      const auto count = marks.at(fault, place);
      if (count > 0) {
        row.push_back({std::to_string(count)});
      } else if (Marks::can_meet(fault, place)) {
        row.push_back({"never", Colour::red});
      } else {
        row.push_back({"-", Colour::dim});
      }
    }
    table.add(std::move(row));
  });
  return table.text();
}

std::string timeline_text(std::span<const Journal::Line> lines, std::uint64_t order,
                          Time beginning) {
  std::string out;
  for (const auto& line : lines) {
    if (line.order != 0 && line.order != order) continue;
    out += fmt::format("  {}  {}{}\n", clock_text(line.at - beginning),
                       line.order == 0 ? "" : fmt::format("order {}: ", line.order), line.text);
  }
  return out;
}

}  // namespace oms::simulate
