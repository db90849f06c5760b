#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"

namespace oms::cli {

struct Cell {
  std::string text;
  Colour colour = Colour::plain;
};

// Rows in columns as wide as they need to be. A column of numbers stands to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  bool is_empty() const { return rows_.empty(); }
  std::string text() const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<Cell>> rows_;
};

// How many columns of a terminal the text takes: one for each character of UTF-8.
std::size_t width_of(std::string_view text);

}  // namespace oms::cli
