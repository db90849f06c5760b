#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "app/simulate/agenda.h"
#include "app/simulate/scenario.h"

namespace oms::simulate {

// Thrown where the process dies. It is no std::exception, so that no rule's failure can be taken
// for it.
struct Crash {};

// What goes wrong for all at this moment: the scenario's incidents as they come.
class Hazards {
 public:
  void plan(const Scenario& scenario, Agenda& agenda) {
    crash_calls_ = scenario.crash_calls;
    doubled_message_ = scenario.doubled_message;
    for (const auto& incident : scenario.incidents) {
      agenda.at(agenda.now() + incident.at, [this, incident, &agenda] {
        until_.at(index(incident.fault)) = agenda.now() + incident.lasts;
        is_due_.at(index(incident.fault)) = true;
        if (incident.fault == Fault::crash) calls_left_ = incident.calls;
      });
    }
  }

  // Something that lasts a while.
  bool is_on(Fault fault, Time now) const { return now < until_.at(index(fault)); }

  // Something that strikes once: true for the first that asks.
  bool strikes(Fault fault) { return std::exchange(is_due_.at(index(fault)), false); }

  // The process is about to call the outside.
  void call() {
    ++calls_;
    if (std::ranges::find(crash_calls_, calls_) != crash_calls_.end()) throw Crash{};
    if (!calls_left_) return;
    if ((*calls_left_)-- > 0) return;
    calls_left_.reset();
    throw Crash{};
  }
  int calls() const { return calls_; }

  // A message is handed in: whether it is the one that comes twice.
  bool is_doubled() { return ++messages_ == doubled_message_; }
  int messages() const { return messages_; }

 private:
  static std::size_t index(Fault fault) { return static_cast<std::size_t>(fault); }

  std::array<Time, fault_count> until_{};
  std::array<bool, fault_count> is_due_{};
  std::optional<int> calls_left_;
  int calls_ = 0;
  std::vector<int> crash_calls_;
  int messages_ = 0;
  int doubled_message_ = 0;
};

}  // namespace oms::simulate
