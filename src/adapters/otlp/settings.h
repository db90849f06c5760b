#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace oms::otlp {

// What the OTEL_* variables say of traces (OpenTelemetry's "SDK Environment Variables" and "OTLP
// Exporter").
struct Settings {
  std::string url;  // of traces, whole: "http://127.0.0.1:4318/v1/traces"
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::chrono::milliseconds call_timeout{10'000};

  std::string service_name = {};  // of all spans; empty: each has the name of its service
  std::vector<std::pair<std::string, std::string>> attributes = {};  // of the resource
  std::string instance = {};                                         // service.instance.id

  // Of the traces that no caller has begun, how many of 2^32 are wanted.
  std::uint64_t sampled_of_4_billion = std::uint64_t{1} << 32;
  bool obeys_callers = true;  // whether a caller's trace is sampled is the caller's to say

  std::chrono::milliseconds schedule_delay{5'000};
  std::chrono::milliseconds export_timeout{30'000};  // of a batch, with all that is tried again
  std::size_t queue_max = 2'048;
  std::size_t batch_max = 512;
};

}  // namespace oms::otlp
