#include <fmt/format.h>

#include <boost/describe.hpp>
#include <memory>

#include "cli/command.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "codec/json_names.h"
#include "process/duration_text.h"
#include "sagas/all.h"
#include "sagas/interplay.h"

namespace oms::sagas {

BOOST_DESCRIBE_ENUM(Command, none, reserve_stock, release_stock, collect_payment, undo_payment,
                    commit_stock, return_stock, prepare_order, cancel_ticket, deliver_order,
                    hand_over, authorize_payment, capture_payment, undo_capture, charge_payment,
                    take_stock, take_lines, change_lines, close_link, reopen_link, open_link,
                    change_reservation, hold_ticket, release_ticket, change_ticket, refund_payment,
                    return_lines, apply_change)

}  // namespace oms::sagas

// `oms sagas`: the tables that are compiled in, and what follows from them.
namespace oms::cli {
namespace {

using sagas::Kind;
using sagas::Saga;
using sagas::Step;

constexpr const char* examples = R"(Examples:
  oms sagas
  oms sagas --markdown)";

struct Grid {
  std::string title;
  std::vector<std::string> headings;
  std::vector<std::vector<std::string>> rows;
};

std::string shown(const std::optional<OrderStatus>& status) {
  return status ? std::string{json::name_of(*status)} : "";
}

std::string named(sagas::Command command) {
  return command == sagas::Command::none ? "" : std::string{json::name_of(command)};
}

std::string remarks(const Saga& saga, const Step& step) {
  std::string text;
  const auto add = [&](bool holds, std::string_view what) {
    if (holds) text.append(text.empty() ? "" : ", ").append(what);
  };
  add(step.pivot, saga.kind == Kind::life ? "pivot: too late to cancel" : "pivot: it only goes on");
  add(step.waits_for_change, "waits for a change");
  add(step.when_overdue == sagas::WhenOverdue::give_up, "given up when overdue");
  return text;
}

Grid steps_of(const Saga& saga) {
  Grid grid{.title = fmt::format("{} ({}, version {}{})", saga.name,
                                 saga.kind == Kind::life ? "a life" : "a change", saga.version,
                                 saga.holds_life ? ", holds the life" : ""),
            .headings = {"step", "within", "undone by", "shows begun", "shows done", "note"},
            .rows = {}};
  for (const Step& step : saga.steps) {
    const bool asks = step.act != sagas::Command::none;
    grid.rows.push_back(
        {std::string{step.name}, asks ? process::to_text(sagas::Limits{}.*step.within) : "",
         named(step.undo), shown(step.shows_started), shown(step.shows_done), remarks(saga, step)});
  }
  return grid;
}

// A row for each state of the life, a column for each event.
Grid interplay_of(const Saga& life) {
  Grid grid{.title = fmt::format("{}: events", life.name), .headings = {"at"}, .rows = {}};
  for (const auto name : sagas::event_names) grid.headings.emplace_back(name);
  for (const auto& state : sagas::states_of(life)) {
    auto& row = grid.rows.emplace_back(1, sagas::name_of(state));
    for (std::size_t i = 0; i < sagas::event_names.size(); ++i) {
      const auto outcome = sagas::outcome_of(state, static_cast<sagas::Event>(i));
      row.emplace_back(sagas::text_of(outcome).name);
    }
  }
  return grid;
}

Grid outcomes() {
  Grid grid{.title = "what comes of it", .headings = {"in a cell", "means"}, .rows = {}};
  for (const auto& [name, meaning] : sagas::outcome_texts) {
    grid.rows.push_back({std::string{name}, std::string{meaning}});
  }
  return grid;
}

std::vector<Grid> all_grids() {
  std::vector<Grid> grids;
  for (const Saga* saga : sagas::all) {
    if (sagas::is_newest(*saga)) grids.push_back(steps_of(*saga));
  }
  for (const Saga* saga : sagas::all) {
    if (saga->kind == Kind::life && sagas::is_newest(*saga)) grids.push_back(interplay_of(*saga));
  }
  grids.push_back(outcomes());
  return grids;
}

std::string markdown(const Grid& grid) {
  auto text = "\n### " + grid.title + "\n\n";
  const auto add = [&](const std::vector<std::string>& cells) {
    for (const auto& cell : cells) text += "|" + (cell.empty() ? "" : " " + cell) + " ";
    text += "|\n";
  };
  add(grid.headings);
  add(std::vector<std::string>(grid.headings.size(), "---"));
  for (const auto& row : grid.rows) add(row);
  return text;
}

std::string plain(const Grid& grid) {
  Table table{grid.headings};
  for (const auto& row : grid.rows) {
    std::vector<Cell> cells;
    for (const auto& cell : row) cells.push_back({.text = cell});
    table.add(std::move(cells));
  }
  return "\n" + grid.title + "\n" + table.text();
}

}  // namespace

void add_sagas(const Command& oms) {
  const auto command = oms.add("sagas", "Show the lives and changes that an order may follow");
  auto as_markdown = std::make_shared<bool>(false);
  command.flag("--markdown", as_markdown.get(), "as docs/sagas.md has them");
  command.footer(examples);
  command.runs([as_markdown] {
    for (const auto& grid : all_grids()) say(*as_markdown ? markdown(grid) : plain(grid));
    return Exit::ok;
  });
}

}  // namespace oms::cli
