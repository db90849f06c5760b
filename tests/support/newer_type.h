#pragma once

#include "messages/record.h"

namespace oms {

// The same table, as the next version declares it.
template <class T>
const RecordType& newer() {
  static const RecordType type = [] {
    auto copy = type_of<T>();
    ++copy.schema;
    return copy;
  }();
  return type;
}

}  // namespace oms
