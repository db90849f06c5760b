#pragma once

#include <functional>
#include <vector>

#include "messages/envelope.h"
#include "ports/broker.h"
#include "ports/peers.h"

namespace oms::simulate {

// Where what a process sends to services that live elsewhere leaves it.
class Post {
 public:
  struct Sender {
    ServiceName service = ServiceName::world;
    std::size_t process = 0;  // its place in the world
  };

  virtual ~Post() = default;

  // Either may stay without an answer.
  virtual void take(const Sender& sender, std::vector<Envelope> envelopes,
                    Broker::OnConfirmed on_confirmed) = 0;
  virtual void ask(const Sender& sender, const Question& question, Peers::OnAnswer on_answer) = 0;
};

}  // namespace oms::simulate
