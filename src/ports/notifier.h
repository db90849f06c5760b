#pragma once

#include <span>
#include <vector>

#include "messages/notifications.h"

namespace oms {

// Tells customers. Blocks; called from one thread. True where the notice was handed over for good;
// one that was not is tried again with the same key.
class Notifier {
 public:
  virtual ~Notifier() = default;
  virtual std::vector<bool> send(std::span<const NoticeToSend> notices) = 0;
};

}  // namespace oms
