#include "process/cluster_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "codec/json_names.h"
#include "messages/pages.h"
#include "process/roles.h"

namespace oms::process {
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
  std::vector<Page> pages;
  for (auto* const reader : readers_of(*query.type)) {
    OMS_TRY(pages.emplace_back(), reader->find(query));
  }
  return merged(std::move(pages), query);
}

}  // namespace oms::process
