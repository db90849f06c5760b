#include <array>
#include <map>
#include <string_view>

#include "adapters/otlp/exporter.h"
#include "codec/json_text.h"

// OTLP/JSON: lower camel case, ids in hex, 64-bit numbers as text, enumerations as numbers.
namespace oms::otlp {
namespace {

class Object {
 public:
  explicit Object(std::string& to) : to_(to) { to_ += '{'; }
  void name(std::string_view name) {
    if (to_.back() != '{') to_ += ',';
    to_.append("\"").append(name).append("\":");
  }
  void text(std::string_view key, std::string_view value) {
    name(key);
    write_json_string(value, to_);
  }
  void number(std::string_view key, int value) {
    name(key);
    to_ += std::to_string(value);
  }
  void end() { to_ += '}'; }

 private:
  std::string& to_;
};

void comma_unless_first(std::string& to) {
  if (to.back() != '[') to += ',';
}

void write_attribute(std::string_view key, const SpanValue& value, std::string& to) {
  comma_unless_first(to);
  Object object{to};
  object.text("key", key);
  object.name("value");
  Object any{to};
  if (const auto* text = std::get_if<std::string>(&value)) {
    any.text("stringValue", *text);
  } else {
    any.text("intValue", std::to_string(std::get<std::int64_t>(value)));
  }
  any.end();
  object.end();
}

template <std::size_t size>
std::string hex(const std::array<std::uint8_t, size>& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

void write_link(const Trace& link, std::string& to) {
  Object object{to};
  object.text("traceId", hex(link.trace_id));
  object.text("spanId", hex(link.span_id));
  object.end();
}

void write_span(const Span& span, std::string& to) {
  constexpr int status_error = 2;
  comma_unless_first(to);
  Object object{to};
  object.text("traceId", hex(span.trace.trace_id));
  object.text("spanId", hex(span.trace.span_id));
  if (span.parent != SpanId{}) object.text("parentSpanId", hex(span.parent));
  object.text("name", span.name);
  object.number("kind", static_cast<int>(span.kind));
  object.text("startTimeUnixNano", std::to_string(span.begin_ns));
  object.text("endTimeUnixNano", std::to_string(std::max(span.begin_ns, span.end_ns)));
  object.name("attributes");
  to += '[';
  write_attribute("oms.service", span.service, to);
  for (const auto& [key, value] : span.attributes) write_attribute(key, value, to);
  if (!span.error.empty()) write_attribute("error.type", span.error, to);
  to += ']';
  if (span.link) {
    object.name("links");
    to += '[';
    write_link(*span.link, to);
    to += ']';
  }
  if (!span.error.empty()) {
    object.name("status");
    Object status{to};
    status.number("code", status_error);
    status.end();
  }
  object.end();
}

void write_resource(const Settings& settings, const std::string& service, std::string& to) {
  Object resource{to};
  resource.name("attributes");
  to += '[';
  write_attribute("service.name", service, to);
  if (settings.service_name.empty()) write_attribute("service.namespace", "oms", to);
  write_attribute("service.instance.id", settings.instance, to);
  write_attribute("telemetry.sdk.name", "oms", to);
  write_attribute("telemetry.sdk.language", "cpp", to);
  for (const auto& [key, value] : settings.attributes) write_attribute(key, value, to);
  to += ']';
  resource.end();
}

}  // namespace

std::string to_json(const Settings& settings, const std::vector<Span>& spans) {
  std::map<std::string, std::vector<const Span*>> by_service;
  for (const auto& span : spans) {
    const auto& name = settings.service_name.empty() ? span.service : settings.service_name;
    by_service[name].push_back(&span);
  }
  std::string body = R"({"resourceSpans":[)";
  for (const auto& [service, own] : by_service) {
    comma_unless_first(body);
    Object group{body};
    group.name("resource");
    write_resource(settings, service, body);
    group.name("scopeSpans");
    body += R"([{"scope":{"name":"oms"},"spans":[)";
    for (const auto* span : own) write_span(*span, body);
    body += "]}]";
    group.end();
  }
  return body + "]}";
}

}  // namespace oms::otlp
