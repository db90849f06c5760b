#include "process/nearest.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace oms::process {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest_to(std::string_view unknown, std::span<const std::string> names) {
  std::string nearest;
  // Anything further away is another word; of a short word half is another word.
  std::size_t least = std::min<std::size_t>(3, unknown.size() / 2 + 1);
  for (const auto& name : names) {
    const auto distance = edit_distance(unknown, name);
    if (distance >= least) continue;
    least = distance;
    nearest = name;
  }
  return nearest;
}

}  // namespace oms::process
