#include "messages/pages.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace oms {
namespace {

std::string id_of(const Found& found) {
  return found.record ? std::string{found.record.key().id.view()} : std::string{};
}

}  // namespace

Page merged(std::vector<Page> pages, const Query& query) {
  if (pages.size() == 1) return std::move(pages.front());
  Page all;
  for (auto& page : pages) {
    all.more = all.more || page.more;
    std::ranges::move(page.records, std::back_inserter(all.records));
  }
  std::ranges::stable_sort(all.records, [&](const Found& a, const Found& b) {
    return query.newest_first ? id_of(a) > id_of(b) : id_of(a) < id_of(b);
  });
  if (all.records.size() > query.limit) {
    all.records.resize(query.limit);
    all.more = true;
  }
  if (!all.records.empty()) all.last = id_of(all.records.back());
  return all;
}

}  // namespace oms
