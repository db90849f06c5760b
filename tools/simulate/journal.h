#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tools/simulate/fingerprint.h"

namespace oms::simulate {

// What has happened in a run. The trace hash is always kept; the lines only when somebody wants to
// read them, because writing them takes longer than the run.
class Journal {
 public:
  struct Line {
    Time at;
    std::uint64_t order;  // its number in the scenario; 0: it concerns all
    std::string text;
  };

  explicit Journal(bool is_kept) : is_kept_(is_kept) {}

  // `tell` makes the line's text.
  template <class Tell>
  void note(Time at, std::uint64_t order, std::string_view what, Tell&& tell) {
    trace_.add(at);
    trace_.add(order);
    trace_.add(what);
    if (is_kept_) lines_.push_back({.at = at, .order = order, .text = tell()});
  }
  void note(Time at, std::uint64_t order, std::string_view what) {
    note(at, order, what, [&] { return std::string{what}; });
  }

  // Something that is only told: the trace is the same whether anybody reads along or not.
  void tell(Time at, std::uint64_t order, std::string text) {
    lines_.push_back({.at = at, .order = order, .text = std::move(text)});
  }

  bool is_kept() const { return is_kept_; }
  Fingerprint& trace() { return trace_; }
  std::vector<Line> take_lines() { return std::move(lines_); }

 private:
  bool is_kept_;
  Fingerprint trace_;
  std::vector<Line> lines_;
};

}  // namespace oms::simulate
