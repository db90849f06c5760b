#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "messages/query.h"

namespace oms::gateway {

// Which part of a list is asked for: ?limit=20&cursor=…
struct Paging {
  std::size_t limit = 0;
  std::string after;  // the id where the last page ended; empty: from the start
};

inline constexpr std::size_t page_max = 100;

// `usual` is the limit where none is given. An error for a limit outside 1 to `page_max`, and for
// a cursor that was not made here.
Result<Paging> read_paging(std::string_view query, std::size_t usual);

// The same for lists of records whose key is an Id.
Result<Paging> read_paging_by_id(std::string_view query, std::size_t usual);

// A cursor is the last id, in base64url: clients have nothing to read in it.
std::string cursor_of(std::string_view id);

// Ends the object of a list: ,"nextCursor":"…"} after a page that is not the last.
void close_list(const Page& page, std::string& out);

}  // namespace oms::gateway
