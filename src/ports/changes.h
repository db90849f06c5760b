#pragma once

#include "messages/record.h"

namespace oms {

// Takes what changes.
class ChangeSink {
 public:
  virtual ~ChangeSink() = default;

  // Whether anybody is there to be told. Any thread.
  virtual bool is_wanted() const = 0;

  // An order has changed, and the change is durable. `before` is empty where that is not known.
  virtual void order_changed(const Record& order, const Record& before) = 0;
};

// The changes of orders, each order's in its order.
class Changes {
 public:
  virtual ~Changes() = default;

  // From now on, and for as long as both live.
  virtual void follow(ChangeSink& sink) = 0;
};

}  // namespace oms
