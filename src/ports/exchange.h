#pragma once

#include <functional>
#include <memory>
#include <string>

#include "messages/http.h"

namespace oms {

// The sending end of one `text/event-stream`. All functions may be called from any thread.
class EventStream {
 public:
  using Frame = std::shared_ptr<const std::string>;

  virtual ~EventStream() = default;

  // Queues a whole frame ("id: 7\nevent: order\ndata: {}\n\n"). False once the stream is closed. A
  // reader so slow that the queue would pass its bound is disconnected; EventSource comes back with
  // Last-Event-ID, so nothing is lost.
  virtual bool send(Frame frame) = 0;

  // Ends the stream after what is queued has been written.
  virtual void close() = 0;
  virtual bool is_open() const = 0;

  // Called once, on the I/O thread, when the peer or `close` has ended the stream; at once if that
  // has happened already. Keep it short and do not send from it.
  virtual void on_closed(std::move_only_function<void()> callback) = 0;
};

// The duty to answer one HTTP request, once, from any thread. If it is dropped instead, the caller
// gets a 500.
class Exchange {
 public:
  using Render = std::move_only_function<HttpResponse()>;

  virtual ~Exchange() = default;

  virtual void answer(HttpResponse response) = 0;

  // `render` runs where the connection is served, which takes its work off the caller's thread. If
  // it throws: 500.
  virtual void answer(Render render) = 0;

  // The answer may take minutes.
  virtual void take_long() = 0;

  // Answers 200 `text/event-stream` and keeps the connection for the frames that follow. Over the
  // bound on streams the caller gets 503 instead, and the stream is closed soon after.
  virtual std::shared_ptr<EventStream> start_stream() = 0;
};

}  // namespace oms
