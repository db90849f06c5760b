#include "messages/metrics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <string_view>

#include "codec/json_names.h"

namespace oms {
namespace {

bool is_greatest(const MetricFamily& family) {
  const std::string_view name = family.name;
  return family.type == MetricType::gauge &&
         (name.ends_with("_timestamp_seconds") || name.ends_with("_age_seconds") ||
          family.name.ends_with("_start_time_seconds"));
}

std::string key_of(const MetricSample& sample) {
  auto key = sample.suffix;
  for (const auto& [name, value] : sample.labels) {
    key.append("\n").append(name).append("\n").append(value);
  }
  return key;
}

void escape(std::string_view text, bool is_label, std::string& to) {
  for (const char c : text) {
    if (c == '\n') {
      to += "\\n";
    } else if (c == '\\' || (is_label && c == '"')) {
      to.append("\\").push_back(c);
    } else {
      to += c;
    }
  }
}

void write(const MetricFamily& family, const MetricSample& sample, std::string& to) {
  to.append(family.name).append(sample.suffix);
  char before = '{';
  for (const auto& [name, value] : sample.labels) {
    to += before;
    to.append(name).append("=\"");
    escape(value, true, to);
    to += '"';
    before = ',';
  }
  if (!sample.labels.empty()) to += '}';
  to += ' ';
  write_number(sample.value, to);
  to += '\n';
}

}  // namespace

void write_number(double value, std::string& to) {  // not money
  std::array<char, 32> digits{};
  const bool is_whole = std::abs(value) < 1e15 && value == std::floor(value);
  auto* const end = digits.data() + digits.size();
  const auto written = is_whole
                           ? std::to_chars(digits.data(), end, static_cast<std::int64_t>(value))
                           : std::to_chars(digits.data(), end, value);
  to.append(digits.data(), written.ptr);
}

std::vector<MetricFamily> merged(const std::vector<ProcessMetrics>& processes) {
  struct Known {
    std::size_t at = 0;  // in `all`
    std::map<std::string, std::size_t> samples = {};
  };
  std::vector<MetricFamily> all;
  std::map<std::string, Known> known;
  for (const auto& process : processes) {
    for (const auto& family : process.families) {
      const auto [it, is_new] = known.try_emplace(family.name, Known{.at = all.size()});
      if (is_new) {
        all.push_back({.name = family.name, .help = family.help, .type = family.type});
      }
      auto& into = all[it->second.at];
      for (const auto& sample : family.samples) {
        const auto [place, is_first] =
            it->second.samples.try_emplace(key_of(sample), into.samples.size());
        if (is_first) {
          into.samples.push_back(sample);
          continue;
        }
        auto& sum = into.samples[place->second].value;
        sum = is_greatest(into) ? std::max(sum, sample.value) : sum + sample.value;
      }
    }
  }
  return all;
}

std::string prometheus_text(const std::vector<MetricFamily>& families) {
  std::string text;
  for (const auto& family : families) {
    text.append("# HELP ").append(family.name).append(" ");
    escape(family.help, false, text);
    text.append("\n# TYPE ").append(family.name).append(" ");
    text.append(json::name_of(family.type)).append("\n");
    for (const auto& sample : family.samples) write(family, sample, text);
  }
  return text;
}

}  // namespace oms
