#include "process/cluster_reader.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "codec/json_names.h"
#include "process/roles.h"

namespace oms::process {
namespace {

std::string_view id_of(const Found& found) {
  return found.record ? found.record.key().id.view() : std::string_view{};
}

// The first of several pages by their ids.
void merge(Page page, const Query& query, Page& into) {
  into.more = into.more || page.more;
  std::ranges::move(page.records, std::back_inserter(into.records));
  std::ranges::stable_sort(into.records, [&](const Found& a, const Found& b) {
    return query.newest_first ? id_of(a) > id_of(b) : id_of(a) < id_of(b);
  });
  if (into.records.size() > query.limit) {
    into.records.resize(query.limit);
    into.more = true;
  }
  if (!into.records.empty()) into.last = id_of(into.records.back());
}

}  // namespace

Result<std::unique_ptr<ClusterReader>> ClusterReader::open(
    const Settings& settings, const std::vector<ServiceGroup>& groups) {
  auto opened = std::unique_ptr<ClusterReader>(new ClusterReader);
  for (const auto& group : groups) {
    auto own = settings;
    if (!group.empty()) {
      OMS_TRY(own, settings_of(group, groups.size(), settings));
    }
    Home home{.services = std::make_unique<ServiceSet>(own, group, is_shared_store(own)),
              .opened = {}};
    auto reader = open_reader(own, home.services->types());
    if (!reader && !group.empty()) {
      auto& detail = reader.error().detail;
      detail = std::string{json::name_of(group.front())} + ": " + detail;
    }
    OMS_TRY(home.opened, std::move(reader));
    opened->homes_.push_back(std::move(home));
  }
  return opened;
}

std::vector<Reader*> ClusterReader::readers_of(const RecordType& type) const {
  std::vector<Reader*> readers;
  for (const auto& home : homes_) {
    const auto& types = home.services->types();
    const bool is_kept = std::ranges::find(types, &type) != types.end();
    if (is_kept) readers.push_back(home.opened.reader.get());
  }
  return readers;
}

Result<Found> ClusterReader::get(const Key& key) {
  Found found;
  for (auto* const reader : readers_of(*key.type)) {
    OMS_TRY(found, reader->get(key));
    if (found.record || found.is_newer) break;
  }
  return found;
}

Result<Page> ClusterReader::find(const Query& query) {
  const auto readers = readers_of(*query.type);
  if (readers.size() == 1) return readers.front()->find(query);
  Page all;
  for (auto* const reader : readers) {
    OMS_TRY(auto page, reader->find(query));
    merge(std::move(page), query, all);
  }
  return all;
}

}  // namespace oms::process
