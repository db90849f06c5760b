#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "messages/envelope.h"

namespace oms {

// The end of a received message: it is done with, or it comes again later.
enum class Disposition { ack, retry };

// Carries messages between services that live apart. It delivers at least once and in any order:
// the receiver puts messages in order and drops the ones that it has.
//
// The messages to one service are spread over partitions by their order, so that several processes
// of the service can share the work. Nothing depends on who consumes which.
class Broker {
 public:
  // The places, in their publication, of messages that the broker has for good.
  using OnConfirmed = std::function<void(std::span<const std::size_t> places)>;
  using Settle = std::function<void(Disposition)>;
  using Receive = std::function<void(Envelope, Settle)>;
  // Ends when it is dropped: from then on `receive` is not called, nor is a call under way.
  using Subscription = std::shared_ptr<const void>;

  virtual ~Broker() = default;

  // What it is, as OpenTelemetry calls it.
  virtual std::string_view system() const { return "local"; }

  // How many there are for each service: a power of two, at most 64.
  virtual std::size_t partitions() const { return 1; }

  // What goes to `world` is for those outside: its payload is a CloudEvent. It is
  // published under the event's own name, to nobody in particular.
  //
  // Never blocks. `on_confirmed` is called as often as there is something to tell, from any thread.
  // Where publishing fails, or nobody knows whether it did, it is not called for that message, and
  // the sender publishes it again.
  virtual void publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) = 0;

  // From now on `receive` gets what is sent to that service in the partitions that this process
  // consumes, a bounded number at a time, from any thread. A message that is not settled, or
  // settled with `retry`, comes again, here or elsewhere. `settle` may be called from any thread,
  // once.
  [[nodiscard]] virtual Subscription subscribe(ServiceName to, Receive receive) = 0;

  // Consumes these partitions of the service and no others. Before the first call: none.
  virtual void consume(ServiceName to, std::span<const std::size_t> partitions) = 0;
};

}  // namespace oms
