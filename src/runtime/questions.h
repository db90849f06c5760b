#pragma once

#include <functional>

#include "ports/peers.h"
#include "ports/store.h"
#include "runtime/batch.h"

namespace oms::runtime {

// The questions that a message raises for services that live elsewhere.
std::vector<Question> questions_to_peers(const Services& services, const Message& message);

// Puts them, one after the other, and hands on the answers in that order, or the first failure.
void ask_peers(Peers& peers, std::vector<Question> questions,
               std::function<void(Result<std::vector<Answer>>)> heard);

// The other side: what a service that lives here answers, from what is committed. Any thread.
Result<Answer> answer_peer(const Services& services, Reader& reader, const Question& question);

}  // namespace oms::runtime
