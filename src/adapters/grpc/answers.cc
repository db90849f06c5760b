#include "adapters/grpc/answers.h"

#include <pthread.h>

#include <utility>

namespace oms::grpc_api {

Answers::Answers()
    : thread_([this] {
        ::pthread_setname_np(::pthread_self(), "oms-answers");
        run();
      }) {}

Answers::~Answers() {
  stop();
}

void Answers::post(Work work) {
  {
    const std::scoped_lock lock{mutex_};
    if (is_stopping_) return;
    waiting_.push_back(std::move(work));
  }
  changed_.notify_one();
}

void Answers::stop() {
  {
    const std::scoped_lock lock{mutex_};
    is_stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Answers::run() {
  for (std::deque<Work> batch;; batch.clear()) {
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      std::swap(batch, waiting_);
    }
    for (auto& work : batch) work();
  }
}

}  // namespace oms::grpc_api
