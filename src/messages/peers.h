#pragma once

#include "messages/common.h"

namespace oms {

// A process that shares its store with others says that it will be there until then.
struct KeepSeat {
  static constexpr auto to = ServiceName::replicas;
  Id process;
  Time until;
};
BOOST_DESCRIBE_STRUCT(KeepSeat, (), (process, until))

}  // namespace oms
