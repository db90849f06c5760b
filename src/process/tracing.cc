#include "process/tracing.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "base/mix.h"
#include "base/url.h"
#include "process/settings_load.h"

namespace oms::process {
namespace {

using Environment = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

// The one for traces goes before the one for all signals. Empty is not set, as the specification
// has it.
struct Variable {
  std::string name;
  std::string value;
};
Variable first_of(const Environment& environment, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    if (auto value = value_of(environment, name); !value.empty()) return {name, std::move(value)};
  }
  return {};
}

std::unexpected<Error> refuse(const Variable& variable, std::string_view wanted) {
  return fail(ErrorKind::invalid,
              fmt::format("{}={} will not do: write {}", variable.name, variable.value, wanted));
}

Result<std::int64_t> number(const Environment& environment, const char* name,
                            std::int64_t otherwise, std::int64_t least) {
  const auto variable = first_of(environment, {name});
  if (variable.value.empty()) return otherwise;
  const auto& text = variable.value;
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr std::int64_t most = 1'000'000'000;
  const bool is_good = read.ec == std::errc{} && read.ptr == text.data() + text.size() &&
                       value >= least && value <= most;
  if (is_good) return value;
  return refuse(variable, fmt::format("a whole number from {}", least));
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// In any case, as the specification has it.
bool is_true(std::string_view text) {
  return std::ranges::equal(text, std::string_view{"true"},
                            [](char a, char b) { return (a | 0x20) == b; });
}

// "key=value,key=value", percent-encoded. The values may be secrets.
Result<Pairs> pairs(const Variable& variable) {
  Pairs read;
  for (std::string_view rest = variable.value; !rest.empty();) {
    const auto end = std::min(rest.find(','), rest.size());
    const auto pair = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    auto value =
        equals == pair.npos ? std::nullopt : percent_decoded(trimmed(pair.substr(equals + 1)));
    if (!value || equals == 0) {
      return fail(ErrorKind::invalid, variable.name + " will not do: write key=value,key=value");
    }
    read.emplace_back(trimmed(pair.substr(0, equals)), *std::move(value));
  }
  return read;
}

Result<std::string> url_of(const Environment& environment) {
  const auto own = first_of(environment, {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"});
  auto variable = own;
  if (own.value.empty()) {
    variable = first_of(environment, {"OTEL_EXPORTER_OTLP_ENDPOINT"});
    if (variable.value.empty()) return std::string{};
  }
  auto url = variable.value;
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    return refuse(variable, "a URL such as http://127.0.0.1:4318");
  }
  if (!own.value.empty()) return url;
  while (url.ends_with('/')) url.pop_back();
  return url + "/v1/traces";
}

Result<void> check_protocol(const Environment& environment) {
  const auto variable =
      first_of(environment, {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"});
  if (variable.value.empty() || variable.value == "http/json") return {};
  return refuse(variable, "http/json, which collectors take at the same port as http/protobuf");
}

Result<void> read_sampler(const Environment& environment, otlp::Settings& settings) {
  constexpr double all = 4'294'967'296;  // 2^32, not money
  const auto variable = first_of(environment, {"OTEL_TRACES_SAMPLER"});
  auto name = variable.value.empty() ? std::string{"parentbased_always_on"} : variable.value;
  constexpr std::string_view by_parent = "parentbased_";
  settings.obeys_callers = name.starts_with(by_parent);
  if (settings.obeys_callers) name.erase(0, by_parent.size());
  if (name == "always_on") return {};
  if (name == "always_off") {
    settings.sampled_of_4_billion = 0;
    return {};
  }
  if (name != "traceidratio") {
    return refuse(variable,
                  "always_on, always_off, traceidratio, or one of these behind parentbased_");
  }
  const auto ratio = first_of(environment, {"OTEL_TRACES_SAMPLER_ARG"});
  if (ratio.value.empty()) return {};
  double share = 0;  // not money
  const auto* const end = ratio.value.data() + ratio.value.size();
  const auto read = std::from_chars(ratio.value.data(), end, share);
  const bool is_good = read.ec == std::errc{} && read.ptr == end && share >= 0 && share <= 1;
  if (!is_good) return refuse(ratio, "a number from 0 to 1");
  settings.sampled_of_4_billion = static_cast<std::uint64_t>(std::llround(share * all));
  return {};
}

Result<void> read_resource(const Environment& environment, otlp::Settings& settings) {
  OMS_TRY(settings.attributes, pairs(first_of(environment, {"OTEL_RESOURCE_ATTRIBUTES"})));
  std::erase_if(settings.attributes, [&](auto& attribute) {
    if (attribute.first != "service.name") return false;
    settings.service_name = std::move(attribute.second);
    return true;
  });
  auto name = first_of(environment, {"OTEL_SERVICE_NAME"});
  if (!name.value.empty()) settings.service_name = std::move(name.value);
  return {};
}

std::string line_of(const Span& span) {
  constexpr double ms = 1'000'000;  // nanoseconds, not money
  return fmt::format("{}, {:.2f} ms{}", span.name,
                     static_cast<double>(span.end_ns - span.begin_ns) / ms,  // not money
                     span.error.empty() ? "" : ": " + span.error);
}

}  // namespace

Result<std::optional<otlp::Settings>> otlp_settings(const std::vector<std::string>& environment) {
  if (is_true(value_of(environment, "OTEL_SDK_DISABLED"))) return std::nullopt;
  const auto exporter = first_of(environment, {"OTEL_TRACES_EXPORTER"});
  if (exporter.value == "none") return std::nullopt;
  if (!exporter.value.empty() && exporter.value != "otlp") return refuse(exporter, "otlp or none");
  otlp::Settings settings;
  OMS_TRY(settings.url, url_of(environment));
  if (settings.url.empty()) return std::nullopt;
  OMS_CHECK(check_protocol(environment));
  OMS_TRY(settings.headers, pairs(first_of(environment, {"OTEL_EXPORTER_OTLP_TRACES_HEADERS",
                                                         "OTEL_EXPORTER_OTLP_HEADERS"})));
  OMS_CHECK(read_sampler(environment, settings));
  OMS_CHECK(read_resource(environment, settings));
  OMS_TRY(const auto all_timeout, number(environment, "OTEL_EXPORTER_OTLP_TIMEOUT", 10'000, 1));
  OMS_TRY(const auto timeout,
          number(environment, "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", all_timeout, 1));
  OMS_TRY(const auto delay, number(environment, "OTEL_BSP_SCHEDULE_DELAY", 5'000, 1));
  OMS_TRY(const auto given_up, number(environment, "OTEL_BSP_EXPORT_TIMEOUT", 30'000, 1));
  OMS_TRY(const auto queue, number(environment, "OTEL_BSP_MAX_QUEUE_SIZE", 2'048, 1));
  OMS_TRY(const auto batch, number(environment, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512, 1));
  settings.call_timeout = std::chrono::milliseconds{timeout};
  settings.schedule_delay = std::chrono::milliseconds{delay};
  settings.export_timeout = std::chrono::milliseconds{given_up};
  settings.queue_max = static_cast<std::size_t>(queue);
  settings.batch_max = std::min(static_cast<std::size_t>(batch), settings.queue_max);
  return settings;
}

Result<std::unique_ptr<Tracing>> Tracing::open(const std::vector<std::string>& environment,
                                               std::string instance) {
  OMS_TRY(auto settings, otlp_settings(environment));
  auto tracing = std::unique_ptr<Tracing>(new Tracing);
  if (!settings) return tracing;
  settings->instance = std::move(instance);
  tracing->exporter_ = std::make_unique<OtlpExporter>(*std::move(settings), warns_of(process_log));
  return tracing;
}

bool Tracing::wants(const Trace& trace, const Id& order_id, std::string_view service) const {
  if (trace.trace_id == Trace{}.trace_id) return false;
  if (is_told(LogLevel::debug, service)) return true;
  return exporter_ && exporter_->wants(trace, order_id, service);
}

bool Tracing::is_sampled(const Trace& trace, const Id& order_id) const {
  return exporter_ && exporter_->is_sampled(trace, order_id);
}

std::int64_t Tracing::now_ns() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

SpanId Tracing::make_span_id() {
  if (exporter_) return exporter_->make_span_id();
  const auto number = mix(next_id_.fetch_add(1, std::memory_order_relaxed));
  SpanId id{};
  std::memcpy(id.data(), &number, sizeof number);
  return id;
}

void Tracing::add(Span span) {
  if (is_told(LogLevel::debug, span.service)) {
    tell(LogLevel::debug, span.service, line_of(span),
         {.trace = span.trace, .order_id = span.order_id});
  }
  if (exporter_ && exporter_->wants(span.trace, span.order_id, span.service)) {
    exporter_->add(std::move(span));
  }
}

std::optional<OtlpExporter::Counts> Tracing::counts() const {
  if (!exporter_) return {};
  return exporter_->counts();
}

}  // namespace oms::process
