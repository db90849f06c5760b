#include "tools/bench/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/table.h"
#include "codec/json_text.h"
#include "tools/bench/chart.h"

namespace oms::bench {
namespace {

std::string answers_text(const Tally& tally) {
  std::string text;
  for (std::size_t status = 0; status < Tally::statuses; ++status) {
    const auto count = tally.by_status()[status];
    if (count == 0 || status < 100) continue;
    text += fmt::format("{}{} × {}", text.empty() ? "" : ", ", count, status);
  }
  if (tally.lost() > 0) text += fmt::format("{}{} lost", text.empty() ? "" : ", ", tally.lost());
  return text;
}

std::string as_json_text(std::string_view text) {
  std::string out;
  write_json_string(text, out);
  return out;
}

std::string tally_json(const Tally& tally) {
  const auto& durations = tally.durations();
  const auto ms = [&](double share) {
    return static_cast<double>(durations.quantile(share)) / 1e6;
  };
  std::string statuses;
  for (std::size_t status = 100; status < Tally::statuses; ++status) {
    const auto count = tally.by_status()[status];
    if (count == 0) continue;
    statuses += fmt::format("{}\"{}\":{}", statuses.empty() ? "" : ",", status, count);
  }
  return fmt::format(
      R"({{"what":{},"count":{},"seconds":{:.3f},"rate":{:.1f},"sustained":{:.1f},"p50_ms":{:.4f},)"
      R"("p90_ms":{:.4f},"p99_ms":{:.4f},"p999_ms":{:.4f},"max_ms":{:.4f},"statuses":{{{}}},)"
      R"("lost":{},"unexpected":{},"each_second":[{}]}})",
      as_json_text(tally.name()), durations.count(), tally.seconds(), tally.rate(),
      tally.sustained(), ms(0.5), ms(0.9), ms(0.99), ms(0.999),
      static_cast<double>(durations.max()) / 1e6, statuses, tally.lost(), tally.unexpected(),
      fmt::join(tally.each_second(), ","));
}

}  // namespace

void Report::add(Tally tally, Chart chart) {
  lines_.push_back({std::move(tally), chart});
}

void Report::number(std::string name, double value, std::string sentence) {
  numbers_.emplace_back(std::move(name), value);
  if (!sentence.empty()) say(std::move(sentence));
}

void Report::fault(std::string sentence) {
  faults_.push_back(std::move(sentence));
}

bool Report::has_failed() const {
  return !faults_.empty() ||
         std::ranges::any_of(lines_, [](const auto& l) { return l.tally.unexpected() > 0; });
}

std::string Report::text() const {
  std::string text = cli::painted(cli::Colour::bold, title_) + "\n\n";
  cli::Table table{
      {"", "each second", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms", "answers"}};
  for (const auto& [tally, chart] : lines_) {
    const auto& durations = tally.durations();
    if (tally.total() == 0 && tally.lost() == 0) continue;
    table.add(
        {{tally.name(), cli::Colour::bold},
         {count_text(tally.rate())},
         {ms_text(durations.quantile(0.5))},
         {ms_text(durations.quantile(0.9))},
         {ms_text(durations.quantile(0.99))},
         {ms_text(durations.quantile(0.999))},
         {ms_text(durations.max())},
         {answers_text(tally), tally.unexpected() > 0 ? cli::Colour::red : cli::Colour::plain}});
  }
  if (!table.is_empty()) text += table.text();
  for (const auto& [tally, chart] : lines_) {
    if (chart == Chart::none || tally.durations().count() == 0) continue;
    text +=
        "\n" + cli::painted(cli::Colour::bold, tally.name()) + "\n" + bars_of(tally.durations());
    const auto each_second = tally.each_second();
    if (chart == Chart::both && !each_second.empty())
      text += "  second by second  " + sparkline_of(each_second) + "\n";
  }
  if (!sentences_.empty()) text += '\n';
  for (const auto& sentence : sentences_) text += sentence + "\n";
  for (const auto& fault : faults_)
    text += cli::painted(cli::Colour::red, "FAULT: " + fault) + "\n";
  return text;
}

std::string Report::json() const {
  std::vector<std::string> lines;
  for (const auto& line : lines_) lines.push_back(tally_json(line.tally));
  std::vector<std::string> numbers;
  for (const auto& [name, value] : numbers_) {
    numbers.push_back(fmt::format("{}:{:.6g}", as_json_text(name), value));
  }
  std::vector<std::string> faults;
  for (const auto& fault : faults_) faults.push_back(as_json_text(fault));
  return fmt::format(R"({{"title":{},"measured":[{}],"numbers":{{{}}},"faults":[{}],"ok":{}}})",
                     as_json_text(title_), fmt::join(lines, ","), fmt::join(numbers, ","),
                     fmt::join(faults, ","), !has_failed());
}

}  // namespace oms::bench
