#pragma once

#include <span>

#include "ports/store.h"

namespace oms::runtime {

// What holds of the changes of every commit. Throws BrokenAssertion.
//
// No row is written twice: the second would meet the first one's version.
void assert_unique(std::span<const Change> changes);

// A row that was changed just before goes on from there: its version rises by one a commit.
void assert_versions_follow(std::span<const Change> before, std::span<const Change> changes);

}  // namespace oms::runtime
