#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "messages/record.h"

namespace oms {

// A record with the number of commits that have written it. 0 and no record: it does not exist.
struct Found {
  Record record;
  std::uint64_t version = 0;
  bool is_newer = false;  // it exists, but a newer version has written it: there is no record here
};

// For callers that cannot do without such a record.
inline Error written_by_newer(const RecordType& type, std::string_view id) {
  return {ErrorKind::unavailable, std::string{type.table} + " " + std::string{id} +
                                      " was written by a newer version of this program, which "
                                      "must decide it"};
}

// Asks for records by id, or by one declared index. Newest first or oldest first, by id.
struct Query {
  const RecordType* type = nullptr;
  std::string_view column = {};  // empty: all records
  std::string value = {};
  bool newest_first = true;
  std::string after = {};  // the id where the last page ended; empty: from the start
  std::size_t limit = 20;  // at most 1000
  // What a newer version has written stands on the page, too. Else such a page is `unavailable`.
  bool and_newer = false;
};

struct Page {
  std::vector<Found> records;
  std::string last = {};  // the id where it ends
  bool more = false;
};

}  // namespace oms
