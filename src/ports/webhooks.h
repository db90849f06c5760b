#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace oms {

// Takes what the payment provider tells, to where payments lives.
class Webhooks {
 public:
  using Done = std::move_only_function<void(Result<void>)>;

  virtual ~Webhooks() = default;

  // `done` is called once, from any thread: when what was told is durable, or concerns no order of
  // ours, or with why it was not taken. Errors: invalid (its signature is forged or stale, or it
  // cannot be read), unavailable.
  virtual void take(std::string signature, std::string body, Done done) = 0;
};

}  // namespace oms
