#pragma once

#include <functional>

#include "base/result.h"
#include "messages/message.h"

namespace oms {

// What goes ahead when there is more than can be done: what ends an order before what begins one.
enum class Lane { urgent, normal };

// Called once with the record to show, when it is committed, or with the refusal. On whichever
// thread decides, so it only hands on.
using Respond = std::move_only_function<void(Result<Record>)>;

// Takes commands to the services that decide them. Any thread.
class Commands {
 public:
  virtual ~Commands() = default;

  // `respond` may be called before this returns: with `unavailable` where too much waits already.
  virtual void submit(Message message, Lane lane, Respond respond) = 0;
};

}  // namespace oms
