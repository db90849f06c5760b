#pragma once

#include <memory>
#include <vector>

#include "ports/store.h"
#include "process/service_set.h"
#include "process/settings.h"
#include "process/wiring.h"

namespace oms::process {

// Reads the stores of all homes of a cluster as if they were one: each type of record where it is
// kept, and what every home keeps, such as dead letters, of all of them. The stores are read one
// after the other, so what it tells fits together only while nothing is under way.
class ClusterReader final : public Reader {
 public:
  // The settings are the cluster's: {service} in --data and --store stands for each home's name.
  // One empty group: the home of all services. Errors: those of `open_reader`, with the home's
  // name.
  static Result<std::unique_ptr<ClusterReader>> open(const Settings& settings,
                                                     const std::vector<ServiceGroup>& groups);

  Result<Found> get(const Key& key) override;
  Result<Page> find(const Query& query) override;

 private:
  struct Home {
    std::unique_ptr<ServiceSet> services;  // outlives what is read by its types
    OpenReader opened;
  };

  ClusterReader() = default;
  std::vector<Reader*> readers_of(const RecordType& type) const;

  std::vector<Home> homes_;
};

}  // namespace oms::process
