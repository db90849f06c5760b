#pragma once

#include "messages/common.h"

namespace oms {

// The operator has mended the cause: decide the message again, or forget it.
struct SettleDeadLetter {
  static constexpr auto to = ServiceName::dead_letters;
  enum class Action { replay, drop };
  BOOST_DESCRIBE_NESTED_ENUM(Action, replay, drop)
  Id id;
  Action action = Action::replay;
};
BOOST_DESCRIBE_STRUCT(SettleDeadLetter, (), (id, action))

}  // namespace oms
