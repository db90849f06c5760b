#pragma once

#include "messages/common.h"

namespace oms {

// The broker has taken these over: they leave the outbox.
struct Published {
  static constexpr auto to = ServiceName::outbox;
  std::vector<std::string> ids;
};
BOOST_DESCRIBE_STRUCT(Published, (), (ids))

// A process that shares its store with others says that it will be there until then.
struct KeepSeat {
  static constexpr auto to = ServiceName::replicas;
  Id process;
  Time until;
};
BOOST_DESCRIBE_STRUCT(KeepSeat, (), (process, until))

}  // namespace oms
