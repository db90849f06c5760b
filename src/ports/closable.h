#pragma once

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "ports/broker.h"

namespace oms {

struct Closable {
  Broker::Receive receive;
  Broker::Subscription subscription;
};

// `receive`, until the subscription is dropped: that waits for the calls under way, and later ones
// do nothing, so that their messages stay unsettled. Any threads, but `receive` may not drop it.
inline Closable closable(Broker::Receive receive) {
  struct Gate {
    std::shared_mutex mutex;
    Broker::Receive receive;
  };
  auto gate = std::make_shared<Gate>();
  gate->receive = std::move(receive);
  return {.receive =
              [gate](Envelope envelope, Broker::Settle settle) {
                const std::shared_lock lock{gate->mutex};
                if (gate->receive) gate->receive(std::move(envelope), std::move(settle));
              },
          .subscription = {gate.get(), [gate](const void*) {
                             const std::unique_lock lock{gate->mutex};
                             gate->receive = nullptr;
                           }}};
}

}  // namespace oms
