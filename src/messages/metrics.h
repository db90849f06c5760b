#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/describe.hpp>

// What processes count and measure, in the terms of the Prometheus exposition format. A histogram
// is its samples: "_bucket" by `le` and cumulative, "_sum", "_count".
namespace oms {

struct MetricLabel {
  std::string name;
  std::string value;
  friend bool operator==(const MetricLabel&, const MetricLabel&) = default;
};
BOOST_DESCRIBE_STRUCT(MetricLabel, (), (name, value))

struct MetricSample {
  std::string suffix;  // of the family's name: that of a histogram's sample, else empty
  std::vector<MetricLabel> labels;
  double value = 0;
};
BOOST_DESCRIBE_STRUCT(MetricSample, (), (suffix, labels, value))

enum class MetricType { counter, gauge, histogram };
BOOST_DESCRIBE_ENUM(MetricType, counter, gauge, histogram)

struct MetricFamily {
  std::string name;  // "oms_batches_total": units and suffixes as Prometheus has them
  std::string help;
  MetricType type = MetricType::counter;
  std::vector<MetricSample> samples;
};
BOOST_DESCRIBE_STRUCT(MetricFamily, (), (name, help, type, samples))

struct ProcessMetrics {
  std::string process;                // 10 hexadecimal digits: another at each start
  std::vector<std::string> services;  // in it: "orders"; of a gateway "gateway"
  std::vector<MetricFamily> families;
};
BOOST_DESCRIBE_STRUCT(ProcessMetrics, (), (process, services, families))

// What several processes come to: samples of the same name and labels are added up, but of gauges
// that tell a time or an age ("_timestamp_seconds", "_age_seconds") the greatest counts. In the
// order in which they come first.
std::vector<MetricFamily> merged(const std::vector<ProcessMetrics>& processes);

// As short as it can be and still be read as the same.
void write_number(double value, std::string& to);

// The text format, version 0.0.4.
std::string prometheus_text(const std::vector<MetricFamily>& families);

}  // namespace oms
