#include "edge/metrics_api.h"

#include <cmath>

#include "codec/json_names.h"
#include "codec/json_text.h"

namespace oms::edge {
namespace {

template <class Items, class Write>
void write_array(std::string_view name, const Items& items, std::string& body, Write write) {
  body.append("\"").append(name).append("\":[");
  for (bool is_first = true; const auto& item : items) {
    if (!is_first) body += ',';
    is_first = false;
    write(item);
  }
  body += ']';
}

void write_process(const ProcessMetrics& process, std::string& body) {
  body += R"({"process":)";
  write_json_string(process.process, body);
  body += ',';
  write_array("services", process.services, body,
              [&](const std::string& name) { write_json_string(name, body); });
  body += '}';
}

void write_sample(const MetricFamily& family, const MetricSample& sample, std::string& body) {
  body += R"({"name":)";
  write_json_string(family.name + sample.suffix, body);
  body += R"(,"labels":{)";
  for (bool is_first = true; const auto& [name, value] : sample.labels) {
    if (!is_first) body += ',';
    is_first = false;
    write_json_string(name, body);
    body += ':';
    write_json_string(value, body);
  }
  body += R"(},"value":)";
  write_number(std::isfinite(sample.value) ? sample.value : 0, body);
  body += '}';
}

void write_family(const MetricFamily& family, std::string& body) {
  body += R"({"name":)";
  write_json_string(family.name, body);
  body.append(R"(,"type":")").append(json::name_of(family.type)).append(R"(","help":)");
  write_json_string(family.help, body);
  body += ',';
  write_array("samples", family.samples, body,
              [&](const MetricSample& sample) { write_sample(family, sample, body); });
  body += '}';
}

}  // namespace

Result<Plan> show_metrics(const Call&) {
  return ShowMetrics{};
}

HttpResponse metrics(const GatheredMetrics& gathered) {
  std::string body = "{";
  write_array("processes", gathered.processes, body,
              [&](const ProcessMetrics& process) { write_process(process, body); });
  body += ',';
  write_array("unreached", gathered.unreached, body,
              [&](const std::string& address) { write_json_string(address, body); });
  body += ',';
  write_array("metrics", merged(gathered.processes), body,
              [&](const MetricFamily& family) { write_family(family, body); });
  body += '}';
  return json_response(std::move(body));
}

}  // namespace oms::edge
