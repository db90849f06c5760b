#include "edge/etag.h"

#include <charconv>

namespace oms::edge {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view blank = " \t";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// Calls `take` with each member of a list that commas separate, until it answers false.
template <class Take>
void each_tag(std::string_view list, Take take) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto tag = trim(list.substr(0, comma));
    if (!tag.empty() && !take(tag)) return;
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

// -1 for what `etag_of` does not write.
std::int64_t version_in(std::string_view tag) {
  std::int64_t version = -1;
  if (tag.size() < 3) return version;
  std::from_chars(tag.data() + 1, tag.data() + tag.size() - 1, version);
  return etag_of(version) == tag ? version : -1;
}

}  // namespace

std::string etag_of(std::int64_t version) {
  return '"' + std::to_string(version) + '"';
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  bool is_match = false;
  each_tag(if_none_match, [&](std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    is_match = tag == etag || tag == "*";
    return !is_match;
  });
  return is_match;
}

std::vector<std::int64_t> versions_of(std::string_view if_match) {
  if (if_match.empty()) return {};
  std::vector<std::int64_t> versions;
  bool is_any = false;
  each_tag(if_match, [&](std::string_view tag) {
    is_any = tag == "*";
    if (!is_any) versions.push_back(version_in(tag));
    return !is_any;
  });
  if (is_any) return {};
  if (versions.empty()) versions.push_back(-1);
  return versions;
}

}  // namespace oms::edge
