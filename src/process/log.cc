#include "process/log.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>

#include "codec/json_names.h"
#include "messages/common.h"

namespace oms::process {
namespace {

constexpr std::size_t lines_max = 4096;

// Of all services: what is below it nobody tells.
std::atomic<LogLevel> lowest_level{LogLevel::info};

using Loggers = std::map<std::string, std::shared_ptr<spdlog::logger>, std::less<>>;

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      break;
  }
  return spdlog::level::off;
}

LogLevel level_of(spdlog::level::level_enum level) {
  for (const auto& [value, name] : json::enumerators<LogLevel>) {
    if (level_of(value) == level) return value;
  }
  return LogLevel::off;
}

std::optional<LogLevel> level_named(std::string_view text) {
  for (const auto& [level, name] : json::enumerators<LogLevel>) {
    if (name == text) return level;
  }
  return {};
}

std::string_view name_of(spdlog::level::level_enum level) {
  if (level == spdlog::level::critical) return "critical";
  return json::name_of(level_of(level));
}

// Where the text of a line ends and its subject begins is in the place for a source's line: a text
// cannot pretend to be a subject.
class Formatter final : public spdlog::formatter {
 public:
  explicit Formatter(LogForm form) : form_(form) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override {
    const std::string_view payload{message.payload.data(), message.payload.size()};
    const auto text_size =
        message.source.empty() ? payload.size() : static_cast<std::size_t>(message.source.line);
    const std::string_view service{message.logger_name.data(), message.logger_name.size()};
    line_.clear();
    const auto since_epoch =
        std::chrono::duration_cast<std::chrono::milliseconds>(message.time.time_since_epoch());
    const auto level = write_log_line(form_,
                                      {.unix_ms = since_epoch.count(),
                                       .level = name_of(message.level),
                                       .service = service.empty() ? process_log : service,
                                       .text = payload.substr(0, text_size),
                                       .subject = payload.substr(text_size)},
                                      line_);
    message.color_range_start = to.size() + level.begin;
    message.color_range_end = to.size() + level.end;
    line_ += '\n';
    to.append(line_.data(), line_.data() + line_.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<Formatter>(form_);
  }

 private:
  const LogForm form_;
  std::string line_;
};

// systemd says so, and which file it means: standard error may have been led elsewhere since.
bool is_journal() {
  const char* const journal = std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe)
  struct ::stat file{};
  if (journal == nullptr || ::fstat(STDERR_FILENO, &file) != 0) return false;
  return fmt::format("{}:{}", file.st_dev, file.st_ino) == journal;
}

LogForm form_of(const Settings& settings) {
  if (settings.log == "json") return LogForm::json;
  return is_journal() ? LogForm::journal : LogForm::text;
}

bool is_colour_wanted() {
  const char* const no = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe)
  return no == nullptr || *no == '\0';
}

std::vector<std::string_view> services_with_a_log() {
  std::vector<std::string_view> names{process_log, gateway_log};
  for (const auto& [service, name] : json::enumerators<ServiceName>) {
    const bool is_of_the_shop = service != ServiceName::world &&
                                service != ServiceName::dead_letters &&
                                service != ServiceName::replicas;
    if (is_of_the_shop) names.push_back(name);
  }
  return names;
}

using Sink = std::shared_ptr<spdlog::sinks::ansicolor_stderr_sink_mt>;

Sink make_sink(LogForm form) {
  auto sink = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>(
      is_colour_wanted() ? spdlog::color_mode::automatic : spdlog::color_mode::never);
  sink->set_formatter(std::make_unique<Formatter>(form));
  return sink;
}

std::shared_ptr<spdlog::logger> direct_logger(const std::string& name, const Sink& sink) {
  return std::make_shared<spdlog::logger>(name, sink);
}

// Their names stay as long as the process; how they write changes as the log opens and ends.
Loggers& loggers() {
  static Loggers all = [] {
    const auto sink = make_sink(LogForm::text);
    Loggers made;
    for (const auto name : services_with_a_log()) {
      made.emplace(name, direct_logger(std::string{name}, sink));
    }
    return made;
  }();
  return all;
}

template <class Make>
void replace_loggers(Make make) {
  for (auto& [name, logger] : loggers()) {
    const auto level = logger->level();
    logger = make(name);
    logger->set_level(level);
  }
  spdlog::set_default_logger(loggers().find(process_log)->second);
}

spdlog::logger& logger_of(std::string_view service) {
  const auto it = loggers().find(service);
  return it != loggers().end() ? *it->second : *loggers().find(process_log)->second;
}

Tell telling(LogLevel level, std::string_view service) {
  return [level, service = std::string{service}](const std::string& text) {
    tell(level, service, text);
  };
}

std::unexpected<Error> refuse_level(std::string_view text, std::string_view why) {
  std::string levels;
  for (const auto& [level, name] : json::enumerators<LogLevel>) {
    if (!levels.empty()) levels += ", ";
    levels += name;
  }
  return fail(ErrorKind::invalid, fmt::format("\"{}\" {}; levels are {}, as in warn,payments=debug",
                                              text, why, levels));
}

std::string known_services() {
  return fmt::format("{}", fmt::join(services_with_a_log(), ", "));
}

}  // namespace

Result<Log> Log::open(const Settings& settings) {
  OMS_TRY(const auto levels, read_log_levels(settings.log_level));
  const auto form = form_of(settings);
  spdlog::init_thread_pool(lines_max, 1);
  replace_loggers([sink = make_sink(form)](const std::string& name) {
    return std::make_shared<spdlog::async_logger>(name, sink, spdlog::thread_pool(),
                                                  spdlog::async_overflow_policy::overrun_oldest);
  });
  OMS_CHECK(set_log_levels(levels));
  return Log{form};
}

Log::~Log() {
  if (!is_open_) return;
  replace_loggers(
      [sink = make_sink(form_)](const std::string& name) { return direct_logger(name, sink); });
  spdlog::details::registry::instance().set_tp(nullptr);  // its end writes what waits
}

void tell(LogLevel level, std::string_view service, std::string_view text,
          const LogSubject& subject) {
  auto& logger = logger_of(service);
  const auto at = level_of(level);
  if (!logger.should_log(at)) return;
  auto payload = std::string{text};
  const auto text_size = static_cast<int>(payload.size());
  payload += subject_text(subject);
  logger.log(spdlog::source_loc{"", text_size, ""}, at, spdlog::string_view_t{payload});
}

bool is_told(LogLevel level, std::string_view service) {
  if (level < lowest_level.load(std::memory_order_relaxed)) return false;
  return logger_of(service).should_log(level_of(level));
}

Tell warns_of(std::string_view service) {
  return telling(LogLevel::warn, service);
}

Tell errors_of(std::string_view service) {
  return telling(LogLevel::error, service);
}

Result<LogLevels> read_log_levels(std::string_view text) {
  LogLevels read;
  auto rest = LogLevel::info;
  for (auto left = text; !left.empty();) {
    const auto end = std::min(left.find(','), left.size());
    const auto part = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    const auto equals = part.find('=');
    const bool is_for_all = equals == std::string_view::npos;
    const auto level = level_named(is_for_all ? part : part.substr(equals + 1));
    if (!level) return refuse_level(part, "is no level");
    if (is_for_all) {
      rest = *level;
      continue;
    }
    read.levels.push_back({.service = std::string{part.substr(0, equals)}, .level = *level});
  }
  for (const auto& named : read.levels) {
    if (!loggers().contains(named.service)) {
      return refuse_level(named.service, "has no log (" + known_services() + ")");
    }
  }
  for (const auto service : services_with_a_log()) {
    const bool is_named =
        std::ranges::find(read.levels, service, &ServiceLogLevel::service) != read.levels.end();
    if (!is_named) read.levels.push_back({.service = std::string{service}, .level = rest});
  }
  return read;
}

LogLevels log_levels() {
  LogLevels all;
  for (const auto service : services_with_a_log()) {
    all.levels.push_back(
        {.service = std::string{service}, .level = level_of(logger_of(service).level())});
  }
  return all;
}

Result<void> set_log_levels(const LogLevels& levels) {
  for (const auto& [service, level] : levels.levels) {
    if (!loggers().contains(service)) {
      return fail(ErrorKind::invalid,
                  fmt::format("{} has no log; those that have: {}", service, known_services()));
    }
  }
  for (const auto& [service, level] : levels.levels) logger_of(service).set_level(level_of(level));
  auto lowest = LogLevel::off;
  for (const auto& [name, logger] : loggers()) lowest = std::min(lowest, level_of(logger->level()));
  lowest_level.store(lowest, std::memory_order_relaxed);
  return {};
}

std::uint64_t dropped_log_lines() {
  const auto pool = spdlog::thread_pool();
  return pool ? pool->overrun_counter() : 0;
}

}  // namespace oms::process
