#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/client.h"
#include "cli/terminal.h"
#include "codec/json_read.h"

// Lists that come page by page.
namespace oms::cli {

struct PageFlags {
  int limit = 20;
  bool is_all = false;
};

// --limit and --all.
inline std::shared_ptr<PageFlags> add_page_flags(const Command& command) {
  auto pages = std::make_shared<PageFlags>();
  command.option("--limit", &pages->limit, "how many at most",
                 {.shows_default = true, .range = Range{1, 100}});
  command.flag("--all", &pages->is_all, "all of them, page by page");
  return pages;
}

// `query` begins with '&', or is empty. As JSON each page is said as it came. A Page has a
// `next_cursor`; one that is not the last may be empty.
template <class Page>
Outcome<std::vector<Page>> read_pages(const Server& server, const ServerFlags& flags,
                                      const PageFlags& wanted, const std::string& path,
                                      const std::string& query = {}) {
  std::vector<Page> pages;
  std::string cursor;
  do {
    const auto body = server.get(
        fmt::format("{}?limit={}{}{}", path, wanted.is_all ? 100 : wanted.limit, query, cursor));
    if (!body) return std::unexpected(body.error());
    if (flags.as_json) say(*body);
    auto page = read_json<Page>(*body, Reading::lenient);
    if (!page) {
      return std::unexpected(
          Failure{Exit::failed, "the server's answer cannot be read: " + page.error().detail});
    }
    cursor = page->next_cursor.empty() ? "" : "&cursor=" + encoded(page->next_cursor);
    pages.push_back(*std::move(page));
  } while (wanted.is_all && !cursor.empty());
  return pages;
}

}  // namespace oms::cli
