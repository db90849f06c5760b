#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tools/bench/tally.h"

namespace oms::bench {

// What a run has found: for people as tables and charts, for programs as one JSON object.
class Report {
 public:
  explicit Report(std::string title) : title_(std::move(title)) {}

  enum class Chart { none, durations, both };  // both: durations, and the rate over time

  // A line of the table; `chart` draws it too.
  void add(Tally tally, Chart chart = Chart::none);
  // A number by its name in the JSON, and the sentence that tells it to people.
  void number(std::string name, double value, std::string sentence = {});
  void say(std::string sentence) { sentences_.push_back(std::move(sentence)); }
  // What must not be: the run has failed.
  void fault(std::string sentence);

  bool has_failed() const;
  std::string text() const;
  std::string json() const;

 private:
  struct Line {
    Tally tally;
    Chart chart;
  };
  std::string title_;
  std::vector<Line> lines_;
  std::vector<std::pair<std::string, double>> numbers_;
  std::vector<std::string> sentences_;
  std::vector<std::string> faults_;
};

}  // namespace oms::bench
