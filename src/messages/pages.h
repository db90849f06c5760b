#pragma once

#include <vector>

#include "messages/query.h"

namespace oms {

// One page of several that answer the same query: the first by their ids, as if all were in one
// store.
Page merged(std::vector<Page> pages, const Query& query);

}  // namespace oms
