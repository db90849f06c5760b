#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "messages/envelope.h"

namespace oms {

// What becomes of a message that was received: it is done with, or it is to come again later.
enum class Verdict { ack, retry };

// Carries messages between services that live apart. It delivers at least once and in any order:
// whoever receives puts them in order and drops what they have.
class Broker {
 public:
  using Taken = std::function<void()>;
  using Settle = std::function<void(Verdict)>;
  using Receive = std::function<void(Envelope, Settle)>;
  // Ends when it is dropped: from then on `receive` is not called, nor is a call under way.
  using Subscription = std::shared_ptr<const void>;

  virtual ~Broker() = default;

  // `taken` is called once, from any thread, when the broker has all of them for good. Where that
  // fails or cannot be known it is not called, and the sender publishes them again.
  virtual void publish(std::vector<Envelope> envelopes, Taken taken) = 0;

  // Brings what is sent to that service, a bounded number at a time, from any thread. What is not
  // settled comes again, here or to another replica of the service. What this version cannot read
  // counts as `retry`: it stays until a newer one takes it, and those after it wait for it.
  [[nodiscard]] virtual Subscription subscribe(ServiceName to, Receive receive) = 0;
};

}  // namespace oms
