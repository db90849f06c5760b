#pragma once

#include <cstdint>

#include "messages/orders.h"

namespace oms {

// Takes what changes.
class ChangeSink {
 public:
  virtual ~ChangeSink() = default;

  // Whether anybody is there to be told. Any thread.
  virtual bool is_wanted() const = 0;

  // An order has changed since that version, and the change is durable.
  virtual void order_changed(const OrderView& order, std::int64_t since) = 0;

  // Changes may have been missed up to now: those of another process while it could not be
  // followed. Any thread.
  virtual void changes_missed() = 0;
};

// The changes of orders, each order's in its order.
class Changes {
 public:
  virtual ~Changes() = default;

  // From now on, and for as long as both live.
  virtual void follow(ChangeSink& sink) = 0;
};

}  // namespace oms
