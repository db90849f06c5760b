#include "runtime/services.h"

#include <algorithm>

#include "runtime/correspondence.h"

namespace oms::runtime {

Services::Services(std::vector<const Service*> services, bool has_peers) : has_peers_(has_peers) {
  for (const auto* service : services) {
    by_name_.at(static_cast<std::size_t>(service->name())) = service;
    if (!is_everywhere(service->name())) all_.push_back(service);
    for (const auto* type : service->owns()) {
      owners_.emplace_back(type, service);
      types_.push_back(type);
    }
  }
  if (has_peers) types_.push_back(&type_of<Correspondence>());
}

std::vector<ServiceName> Services::names() const {
  std::vector<ServiceName> names;
  for (const auto* service : all_) names.push_back(service->name());
  return names;
}

const Service* Services::owner_of(const RecordType& type) const {
  for (const auto& [owned, owner] : owners_) {
    if (owned == &type) return owner;
  }
  return nullptr;
}

bool Services::is_undivided(const RecordType& type) const {
  if (const auto* owner = owner_of(type)) return owner->is_undivided();
  return std::ranges::any_of(owners_, [](const auto& each) { return each.second->is_undivided(); });
}

const RecordType* Services::type_named(std::string_view table) const {
  const auto type = std::ranges::find(types_, table, &RecordType::table);
  return type == types_.end() ? nullptr : *type;
}

}  // namespace oms::runtime
