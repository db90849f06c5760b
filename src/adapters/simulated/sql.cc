#include "adapters/simulated/sql.h"

#include <algorithm>

namespace oms::simulated {

bool Statement::Row::next() {
  switch (statement_.step()) {
    case sqlite::Statement::Step::row:
      return true;
    case sqlite::Statement::Step::done:
      return false;
    case sqlite::Statement::Step::duplicate:
      throw SqlError{{ErrorKind::conflict, "the ledger has this row already"}};
    default:
      throw SqlError{statement_.error("the provider's ledger")};
  }
}

Id Statement::Row::id(int column) const {
  const auto bytes = text(column);
  Id::Bytes id{};
  if (bytes.size() != id.size()) {
    throw SqlError{{ErrorKind::internal, "an id in the ledger is not 12 bytes"}};
  }
  std::ranges::transform(bytes, id.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return Id{id};
}

}  // namespace oms::simulated
