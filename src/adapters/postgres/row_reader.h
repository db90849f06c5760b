#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "adapters/postgres/connection.h"
#include "adapters/postgres/layout.h"
#include "ports/store.h"

namespace oms::postgres {

// The statements of one load: one for each table, and two for each kind of sum that is to be held.
class Load {
 public:
  static Result<Load> of(const Layout& layout, std::span<const Key> keys, Hold hold);

  std::vector<Request> requests;

  // In the order of the keys.
  Result<std::vector<Found>> read(std::span<const Key> keys, std::span<const Rows> answers) const;

 private:
  struct Group {
    const Table* table = nullptr;
    std::vector<std::size_t> places;  // of its keys
    std::size_t request = 0;
  };
  void ask(Group& group, std::span<const Key> keys, Hold hold);
  std::vector<Group> groups_;
};

Result<Found> read_one(const Layout& layout, Connection& connection, const Key& key);
Result<Page> find(const Layout& layout, Connection& connection, const Query& query);

// The sum stands in for a version, as who changes it cares for nothing else.
inline std::uint64_t version_of_sum(std::int64_t sum) {
  return static_cast<std::uint64_t>(sum) + 1;
}
inline std::int64_t sum_of_version(std::uint64_t version) {
  return static_cast<std::int64_t>(version - 1);
}

}  // namespace oms::postgres
