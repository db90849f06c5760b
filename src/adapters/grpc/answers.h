#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace oms::grpc_api {

// The thread `oms-answers`: it renders answers and hands them to gRPC, in the order in which they
// were posted. That costs tens of microseconds each, which the thread that decides must not spend.
// What waits is bounded by the calls that are under way.
class Answers {
 public:
  using Work = std::move_only_function<void()>;

  Answers();
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;
  ~Answers();

  // Any thread. After `stop` nothing is done any more.
  void post(Work work);
  // Does what was posted, and ends.
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> waiting_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace oms::grpc_api
