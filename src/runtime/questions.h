#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "ports/peers.h"
#include "ports/store.h"
#include "runtime/services.h"

namespace oms::runtime {

// The messages that wait for the answers of services elsewhere. Any thread.
class OpenQuestions {
 public:
  // False where there are `max` already.
  bool begin(std::size_t max);
  void end();
  // Returns when none is open.
  void wait();

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t count_ = 0;
};

// The questions that a message raises for services that live elsewhere.
std::vector<Question> questions_to_peers(const Services& services, const Message& message);

// Puts them, one after the other, and hands on the answers in that order, or the first failure.
void ask_peers(Peers& peers, std::vector<Question> questions,
               std::function<void(Result<std::vector<Answer>>)> heard);

// The other side: what a service that lives here answers, from what is committed. Any thread.
Result<Answer> answer_peer(const Services& services, Reader& reader, const Question& question);

}  // namespace oms::runtime
