#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "edge/query_string.h"
#include "messages/http.h"
#include "messages/query.h"

namespace oms::edge {

// A list by its path and what chooses among its records: "/api/admin/tickets" of "waiting". Lists
// with the same tag go on from each other's cursors.
struct ListTag {
  std::uint32_t value = 0;

  static ListTag of(std::string_view path, std::string_view choice = {});
};

// Which part of a list is asked for: ?limit=20&cursor=…
struct Paging {
  std::size_t limit = 0;
  ListTag list;
  std::string after;  // the id where the last page ended; empty: from the start
};

inline constexpr std::size_t page_max = 100;

// `usual` is the limit where none is given. An error for a limit outside 1 to `page_max`, and for
// a cursor that is damaged or of another list.
Result<Paging> read_paging(const Parameters& parameters, std::size_t usual, ListTag list);

// The same for lists of records whose key is an Id.
Result<Paging> read_paging_by_id(const Parameters& parameters, std::size_t usual, ListTag list);

// A parameter that is a time, such as `from`. None: it is not given.
Result<std::optional<Time>> time_parameter(const Parameters& parameters, std::string_view name);

// No id that was made then or later is less. For a time that no id can tell: the nearest that one
// can.
Id first_id_of(Time time);

// A cursor holds the last id, its list's tag and a check of both, in base64url: clients have
// nothing to read in it. The check finds accidents; forging one leads only to one's own list.
std::string cursor_of(std::string_view id, ListTag list);

// Ends the object of a list: ,"nextCursor":"…"} after a page that is not the last.
void close_list(const Page& page, ListTag list, std::string& out);

// How many more records are looked at for a page that has `taken` of `limit` so far, where not
// every record is wanted: few at a time, and no more than `at_most` in all.
std::size_t look_on(const Page& page, std::size_t taken, std::size_t limit, std::size_t at_most);

// For a list that is a bare array: after a page that is not the last, the next one's address goes
// into a header (RFC 8288).
void link_next(const Page& page, const Paging& paging, std::string_view path,
               HttpResponse& response);

}  // namespace oms::edge
