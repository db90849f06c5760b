#include "cli/table.h"

#include <algorithm>

namespace oms::cli {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.,-+") == std::string_view::npos;
}

std::string padded(const Cell& cell, std::size_t width, bool to_the_right, bool is_last) {
  const std::string space(width - std::min(width, width_of(cell.text)), ' ');
  const auto text = painted(cell.colour, cell.text);
  if (to_the_right) return space + text;
  return is_last ? text : text + space;
}

}  // namespace

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // not the rest of a character
  }));
}

std::string Table::text() const {
  const auto columns = headings_.size();
  std::vector<std::size_t> widths(columns);
  std::vector<bool> numeric(columns, !rows_.empty());
  for (std::size_t i = 0; i < columns; ++i) {
    widths[i] = width_of(headings_[i]);
    for (const auto& row : rows_) {
      if (i >= row.size()) continue;
      widths[i] = std::max(widths[i], width_of(row[i].text));
      if (!row[i].text.empty() && !is_number(row[i].text)) numeric[i] = false;
    }
  }
  std::string out;
  const auto line = [&](const auto& cell_at) {
    for (std::size_t i = 0; i < columns; ++i) {
      if (i > 0) out += "  ";
      out += padded(cell_at(i), widths[i], numeric[i], i + 1 == columns);
    }
    out += '\n';
  };
  line([&](std::size_t i) { return Cell{headings_[i], Colour::dim}; });
  for (const auto& row : rows_) {
    line([&](std::size_t i) { return i < row.size() ? row[i] : Cell{}; });
  }
  return out;
}

}  // namespace oms::cli
