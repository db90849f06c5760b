#pragma once

#include <array>
#include <string>
#include <vector>

#include "sagas/all.h"
#include "tools/simulate/fault.h"

namespace oms::simulate {

// A place in a lifecycle: a step that is being done, or undone.
struct Place {
  std::size_t saga = 0;  // of `sagas::all`
  std::size_t step = 0;
  bool is_undoing = false;

  friend bool operator==(const Place&, const Place&) = default;
};

// How often each fault has met each step of each lifecycle. What was never met was never tested.
class Marks {
 public:
  Marks();

  void add(Fault fault, const Place& place) { ++count(fault, place); }
  void add(const Marks& others);
  std::uint64_t at(Fault fault, const Place& place) const;

  // Every place that there is, in the order of the lifecycles that are played. A step that several
  // of them have is one place.
  static const std::vector<Place>& places();
  static std::string name_of(const Place& place);

  // Whether the two can meet at all: the provider has no part in an order that it has not heard of.
  static bool can_meet(Fault fault, const Place& place);

 private:
  std::uint64_t& count(Fault fault, const Place& place);

  std::vector<std::array<std::uint64_t, fault_count>> counts_;  // by number of the place
};

}  // namespace oms::simulate
