#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/otlp/exporter.h"
#include "process/log.h"

namespace oms::process {

// What the OTEL_* variables say; none where no collector is named or OTEL_SDK_DISABLED is true.
// `environment` is as `environ`. Errors: invalid; they name the variable.
Result<std::optional<otlp::Settings>> otlp_settings(const std::vector<std::string>& environment);

// Where the spans of a process go: to a collector, if there is one, and to the log of a service
// that tells `debug`, a line each.
class Tracing final : public Tracer {
 public:
  // `instance` names the process. Errors: as above.
  static Result<std::unique_ptr<Tracing>> open(const std::vector<std::string>& environment,
                                               std::string instance);

  bool wants(const Trace& trace, const Id& order_id, std::string_view service) const override;
  bool is_sampled(const Trace& trace, const Id& order_id) const override;
  std::int64_t now_ns() const override;
  SpanId make_span_id() override;
  void add(Span span) override;

  // None without a collector.
  std::optional<OtlpExporter::Counts> counts() const;

 private:
  Tracing() = default;

  std::unique_ptr<OtlpExporter> exporter_;
  std::atomic<std::uint64_t> next_id_{1};
};

}  // namespace oms::process
