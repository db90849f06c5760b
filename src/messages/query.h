#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/record.h"

namespace oms {

// A record with the number of commits that have written it. 0 and no record: it does not exist.
struct Found {
  Record record;
  std::uint64_t version = 0;
};

// Asks for records by id, or by one declared index. Newest first or oldest first, by id.
struct Query {
  const RecordType* type = nullptr;
  std::string_view column = {};  // empty: all records
  std::string value = {};
  bool newest_first = true;
  std::string after = {};  // the id where the last page ended; empty: from the start
  std::size_t limit = 20;  // at most 1000
};

struct Page {
  std::vector<Found> records;
  bool more = false;
};

}  // namespace oms
