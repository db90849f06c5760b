#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <variant>
#include <vector>

#include "adapters/http/exchange.h"
#include "messages/http.h"

namespace oms {

class StreamQueue;

// What another thread wants done for one request. Connections live on the I/O thread alone; others
// know them by slot and serial, so a late delivery finds nobody and is dropped.
struct Delivery {
  struct Dropped {};      // the exchange was destroyed unanswered
  struct TakesLong {};    // the answer does
  struct StreamReady {};  // the stream has frames, or has been closed
  struct StreamStart {
    std::shared_ptr<StreamQueue> queue;
    HttpExchange::Headers headers;
  };

  std::uint32_t slot = 0;
  std::uint64_t serial = 0;
  std::variant<HttpResponse, HttpExchange::Render, StreamStart, StreamReady, TakesLong, Dropped>
      content;

  // It reached nobody: a stream that was to start must learn that it has ended.
  void abandon();
};

// The way from any thread to the I/O thread. Deliveries gather here; the first one of a gathering
// wakes the I/O thread and the others ride along, so a batch of answers costs one wake-up.
class Mailbox {
 public:
  // `wake` may be called from any thread. `inline_delivery` is called on the I/O thread.
  Mailbox(std::function<void()> wake, std::function<void(Delivery&&)> inline_delivery);

  void put(Delivery delivery);

  // For the I/O thread: all that has gathered, swapped into `out`.
  void take(std::vector<Delivery>& out);

  // For the I/O thread, around a call of the handler: a delivery for the request being handled need
  // not be queued, for its connection waits for it further up the stack.
  void begin_handling(std::uint64_t serial);
  void end_handling();

  // From now on deliveries are dropped, and neither callback is called again.
  void close();

 private:
  std::function<void()> wake_;
  std::function<void(Delivery&&)> inline_delivery_;
  std::mutex mutex_;
  std::vector<Delivery> waiting_;
  bool woken_ = false;
  bool closed_ = false;
  std::atomic<std::thread::id> handling_thread_{};
  std::uint64_t handling_serial_ = 0;  // only the handling thread looks at it
};

}  // namespace oms
