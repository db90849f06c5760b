#pragma once

#include <string>
#include <string_view>

#include "base/id.h"
#include "messages/log_levels.h"
#include "messages/trace.h"

// How a line of the log is written. Whatever bytes a text holds, a line stays one line of UTF-8.
namespace oms::process {

// What a line is about, where that is known. Nobody's name, address or number is among it.
struct LogSubject {
  Trace trace = {};
  Id order_id = {};
  Id failure_id = {};  // which a problem's `instance` shows to its caller
};

struct LogLine {
  std::int64_t unix_ms = 0;
  std::string_view level;    // "warn"
  std::string_view service;  // "payments"
  std::string_view text;
  std::string_view subject;  // by `subject_text`
};

enum class LogForm {
  text,     // for people: "2026-01-31 12:00:00.000 warn  payments  ..."
  json,     // an object: time, level, service, message, trace_id, span_id, order_id, failure
  journal,  // of systemd: "<4>payments: ...", whose own stamp it gets
};

// "order_id=65a0... failure=65a1...": empty where nothing is known.
std::string subject_text(const LogSubject& subject);

// Adds the line to `to`, without a line's end. Where `level` stands in it: [begin, end) of `to`;
// nowhere: both are 0.
struct LevelAt {
  std::size_t begin = 0;
  std::size_t end = 0;
};
LevelAt write_log_line(LogForm form, const LogLine& line, std::string& to);

// Control characters and bytes that are no UTF-8 become "?".
std::string one_line(std::string_view text);

}  // namespace oms::process
