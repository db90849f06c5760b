#pragma once

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "services/service.h"

namespace oms::runtime {

// The services that live in one runtime, and who owns which records.
class Services {
 public:
  // `has_peers`: the services that are not among these live elsewhere, behind a broker.
  explicit Services(std::vector<const Service*> services, bool has_peers = false);

  // True for a service that must be spoken to through the broker.
  bool is_elsewhere(ServiceName name) const {
    return has_peers_ && !is_everywhere(name) && named(name) == nullptr;
  }

  // Null when that service lives elsewhere.
  const Service* named(ServiceName name) const {
    return by_name_.at(static_cast<std::size_t>(name));
  }
  // Those that the broker brings messages to.
  const std::vector<const Service*>& all() const { return all_; }
  // Of those here that others speak to.
  std::vector<ServiceName> names() const;
  const Service* owner_of(const RecordType& type) const;
  // Whether the records of that type are one process's to look after. What goes between services is
  // looked after with them.
  bool is_undivided(const RecordType& type) const;
  const RecordType* type_named(std::string_view table) const;
  // Theirs, and the runtime's own for what goes between them and those elsewhere.
  const std::vector<const RecordType*>& types() const { return types_; }

 private:
  std::array<const Service*, service_name_count> by_name_{};
  std::vector<const Service*> all_;
  std::vector<std::pair<const RecordType*, const Service*>> owners_;  // a dozen, asked for always
  std::vector<const RecordType*> types_;
  bool has_peers_;
};

}  // namespace oms::runtime
