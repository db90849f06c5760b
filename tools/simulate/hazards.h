#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "messages/common.h"
#include "tools/simulate/agenda.h"
#include "tools/simulate/scenario.h"

namespace oms::simulate {

inline constexpr auto service_count = shop_services.size();

// Thrown where a process dies. It is no std::exception, so that no rule's failure can be taken for
// it.
struct Crash {
  std::size_t process = 0;  // its place in the world
};

// Which way something goes between a process and the broker.
enum class Way { out, in };

// What goes wrong for all at this moment: the scenario's incidents as they come.
class Hazards {
 public:
  void plan(const Scenario& scenario, Agenda& agenda) {
    crash_calls_ = scenario.crash_calls;
    doubled_message_ = scenario.doubled_message;
    healed_at_ = agenda.now() + scenario.heals_after;
    for (const auto& incident : scenario.incidents) {
      agenda.at(agenda.now() + incident.at, [this, incident, &agenda] {
        if (!incident.waits_for.empty()) return waiting_.push_back(incident);
        begin(incident, agenda.now());
      });
    }
  }

  // An order has come to this step: what waited for that begins.
  void reach(std::string_view step, Time now) {
    if (now >= healed_at_) return;
    std::erase_if(waiting_, [&](const Incident& incident) {
      if (incident.waits_for != step) return false;
      begin(incident, now);
      return true;
    });
  }

  // Something that lasts a while.
  bool is_on(Fault fault, Time now) const { return now < until_.at(index(fault)); }
  Time until(Fault fault) const { return until_.at(index(fault)); }

  // Its first minute: what is gone for long still does what it is asked, and tells nobody of it.
  bool is_dying(Fault fault, Time now) const {
    return is_on(fault, now) && now < from_.at(index(fault)) + std::chrono::minutes{1};
  }

  // The same, where it strikes one of so many.
  bool is_on(Fault fault, std::size_t which, std::size_t of, Time now) const {
    return is_on(fault, now) && static_cast<std::size_t>(choice_.at(index(fault))) % of == which;
  }

  // Whether a service cannot reach the broker, or the broker the service.
  bool is_cut(ServiceName service, Way way, Time now) const {
    const auto place = std::ranges::find(shop_services, service) - shop_services.begin();
    if (!is_on(Fault::partition, static_cast<std::size_t>(place), service_count, now)) return false;
    const auto ways = choice_.at(index(Fault::partition)) / static_cast<int>(service_count) % 3;
    return ways == 0 || ways == 1 + static_cast<int>(way);
  }

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
  void begin(const Incident& incident, Time now) {
    from_.at(index(incident.fault)) = now;
    until_.at(index(incident.fault)) = std::min(now + incident.lasts, healed_at_);
    is_due_.at(index(incident.fault)) = true;
    choice_.at(index(incident.fault)) = incident.choice;
    if (incident.fault == Fault::crash) calls_left_ = incident.choice;
  }

  static std::size_t index(Fault fault) { return static_cast<std::size_t>(fault); }

  std::array<Time, fault_count> from_{};
  std::array<Time, fault_count> until_{};
  std::array<bool, fault_count> is_due_{};
  std::array<int, fault_count> choice_{};
  std::vector<Incident> waiting_;
  Time healed_at_;
  std::optional<int> calls_left_;
  int calls_ = 0;
  std::vector<int> crash_calls_;
  int messages_ = 0;
  int doubled_message_ = 0;
};

}  // namespace oms::simulate
