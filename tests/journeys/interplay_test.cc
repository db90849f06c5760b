// Every event in every state of every life: the order ends as sagas/interplay.h derives from the
// tables, in one process and in many. docs/sagas.md shows the same.
#include "tests/journeys/interplay.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "sagas/all.h"

namespace oms::testing {
namespace {

using sagas::Event;

struct Cell {
  sagas::State state;
  Event event = {};
  Wiring wiring = Wiring::together;
};

std::vector<Cell> cells() {
  std::vector<Cell> all;
  for (const auto* const saga : sagas::all) {
    if (saga->kind != sagas::Kind::life || !sagas::is_newest(*saga)) continue;
    for (const auto& state : sagas::states_of(*saga)) {
      for (std::size_t i = 0; i < sagas::event_names.size(); ++i) {
        for (const auto wiring : {Wiring::together, Wiring::apart}) {
          all.push_back({state, static_cast<Event>(i), wiring});
        }
      }
    }
  }
  return all;
}

std::string name_of(const Cell& cell) {
  auto name = fmt::format("{} {} {} {}", cell.state.life->name, sagas::name_of(cell.state),
                          sagas::name_of(cell.event),
                          cell.wiring == Wiring::together ? "together" : "apart");
  std::erase(name, ',');
  std::ranges::replace(name, ' ', '_');
  return name;
}

class Interplay : public ::testing::TestWithParam<Cell> {};

TEST_P(Interplay, EndsAsTheTablesSay) {
  const auto& [state, event, wiring] = GetParam();
  EXPECT_EQ(to_text(play(state, event, wiring)), to_text(expected(state, event)));
}

INSTANTIATE_TEST_SUITE_P(Cells, Interplay, ::testing::ValuesIn(cells()),
                         [](const auto& cell) { return name_of(cell.param); });

}  // namespace
}  // namespace oms::testing
