#pragma once

#include <functional>
#include <vector>

#include "ports/notifier.h"
#include "ports/payment_provider.h"
#include "runtime/effect_lane.h"

namespace oms::runtime {

struct EffectCounts {
  LaneCounts payments;
  LaneCounts email;
  LaneCounts sms;
};

// Starts the effects of committed decisions through the ports, and brings their outcomes back as
// messages. Each kind has a lane of its own, so that none waits for another.
class Effects {
 public:
  using Deliver = EffectLane::Deliver;
  struct Parts {
    PaymentProvider& payments;
    Notifier& email;
    Notifier& sms;
    // May block until the runtime takes the message; it is called from the lanes' threads.
    Deliver deliver;
  };

  explicit Effects(const Parts& parts);

  // Does not block.
  void start(std::vector<Effect> effects);

  // Returns once all that is in flight has ended, at the latest at its deadline.
  void stop();

  EffectCounts counts() const;

 private:
  EffectLane payments_;
  EffectLane email_;
  EffectLane sms_;
};

}  // namespace oms::runtime
