#include "process/log_format.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/time.h"
#include "codec/json_text.h"
#include "codec/utf8.h"

namespace oms::process {
namespace {

// The priorities of syslog, which journald reads at the head of a line (sd-daemon(3)).
int priority(std::string_view level) {
  constexpr std::array<std::pair<std::string_view, int>, 4> known{
      {{"critical", 2}, {"error", 3}, {"warn", 4}, {"info", 6}}};
  const auto* const it = std::ranges::find(known, level, &std::pair<std::string_view, int>::first);
  return it != known.end() ? it->second : 7;
}

void write_member(std::string_view name, std::string_view value, std::string& to) {
  to.append(",\"").append(name).append("\":");
  write_json_string(value, to);
}

void write_json_line(const LogLine& line, std::string& to) {
  to += R"({"time":")";
  to += to_text(Time{line.unix_ms});
  to += '"';
  write_member("level", line.level, to);
  write_member("service", line.service, to);
  write_member("message", one_line(line.text), to);
  for (auto rest = line.subject; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto pair = rest.substr(0, end);
    const auto equals = pair.find('=');
    write_member(pair.substr(0, equals), pair.substr(equals + 1), to);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  to += '}';
}

LevelAt write_text_line(const LogLine& line, std::string& to) {
  const auto seconds = static_cast<std::time_t>(line.unix_ms / 1000);
  fmt::format_to(std::back_inserter(to), "{:%Y-%m-%d %H:%M:%S}.{:03} ", fmt::localtime(seconds),
                 line.unix_ms % 1000);
  const auto begin = to.size();
  fmt::format_to(std::back_inserter(to), "{:<5}", line.level);
  const auto end = begin + line.level.size();
  fmt::format_to(std::back_inserter(to), " {}: {}", line.service, one_line(line.text));
  if (!line.subject.empty()) to.append("  ").append(line.subject);
  return {.begin = begin, .end = end};
}

template <std::size_t size>
std::string hex(const std::array<std::uint8_t, size>& bytes) {
  std::string text;
  for (const auto byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

void add(std::string_view name, std::string_view value, std::string& to) {
  if (!to.empty()) to += ' ';
  to.append(name).append("=").append(value);
}

}  // namespace

std::string subject_text(const LogSubject& subject) {
  std::string text;
  if (subject.trace.trace_id != Trace{}.trace_id) {
    add("trace_id", hex(subject.trace.trace_id), text);
    if (subject.trace.span_id != Trace{}.span_id) add("span_id", hex(subject.trace.span_id), text);
  }
  if (subject.order_id != Id{}) add("order_id", subject.order_id.text(), text);
  if (subject.failure_id != Id{}) add("failure", subject.failure_id.text(), text);
  return text;
}

LevelAt write_log_line(LogForm form, const LogLine& line, std::string& to) {
  if (form == LogForm::text) return write_text_line(line, to);
  if (form == LogForm::json) {
    write_json_line(line, to);
    return {};
  }
  fmt::format_to(std::back_inserter(to), "<{}>{}: {}", priority(line.level), line.service,
                 one_line(line.text));
  if (!line.subject.empty()) to.append("  ").append(line.subject);
  return {};
}

std::string one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (const char *at = text.data(), *end = at + text.size(); at != end;) {
    const auto size = utf8_length(at, end);
    const bool is_control = static_cast<unsigned char>(*at) < 0x20 || *at == 0x7f;
    size == 0 || is_control ? line.append("?") : line.append(at, size);
    at += std::max<std::size_t>(size, 1);
  }
  return line;
}

}  // namespace oms::process
