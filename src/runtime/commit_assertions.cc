#include "runtime/commit_assertions.h"

#include <algorithm>
#include <functional>
#include <string>

#include "base/assert.h"

namespace oms::runtime {
namespace {

std::string named(const Key& key, std::string_view what) {
  return std::string{key.type->table} + " " + std::string{key.id.view()} + " " + std::string{what};
}

}  // namespace

void assert_unique(std::span<const Change> changes) {
  const auto twice = std::ranges::adjacent_find(
      changes, [](const Key& a, const Key& b) { return !(a < b); }, &Change::key);
  OMS_ASSERT(twice == changes.end(), named(twice->key, "comes twice in a commit, or out of order"));
}

void assert_versions_follow(std::span<const Change> before, std::span<const Change> changes) {
  auto last = before.begin();
  for (const auto& change : changes) {
    last = std::ranges::lower_bound(last, before.end(), change.key, std::less<>{}, &Change::key);
    if (last == before.end()) return;
    if (last->key != change.key) continue;
    const auto version = last->record ? last->expected + 1 : 0;
    OMS_ASSERT(
        change.expected == version,
        named(change.key, "was decided on version " + std::to_string(change.expected) +
                              ", and the commit before left version " + std::to_string(version)));
  }
}

}  // namespace oms::runtime
