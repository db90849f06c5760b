#pragma once

#include <optional>
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
    // Null where no service of the process starts such effects: there is no lane then.
    PaymentProvider* payments = nullptr;
    Notifier* email = nullptr;
    Notifier* sms = nullptr;
    Deliver deliver;  // called on any thread: see EffectLane
    Tracer* tracer = nullptr;
    Meter* meter = nullptr;
  };

  explicit Effects(const Parts& parts);

  // Does not block. Throws std::logic_error for a kind that has no lane.
  void start(std::vector<Effect> effects);

  // Returns once all that is in flight has ended, at the latest at its deadline.
  void stop();

  EffectCounts counts() const;

 private:
  using Lane = std::optional<EffectLane>;

  Lane payments_;
  Lane email_;
  Lane sms_;
};

}  // namespace oms::runtime
