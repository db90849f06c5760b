#pragma once

#include <functional>

#include "base/result.h"
#include "messages/question.h"

namespace oms {

// Puts questions to services that live elsewhere.
class Peers {
 public:
  using OnAnswer = std::function<void(Result<Answer>)>;

  virtual ~Peers() = default;

  // `on_answer` is called once, from any thread, within the deadline that was configured: with the
  // answer, or with `unavailable`.
  virtual void ask(const Question& question, OnAnswer on_answer) = 0;
};

}  // namespace oms
