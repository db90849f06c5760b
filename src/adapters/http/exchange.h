#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "messages/http.h"

namespace oms {

class EventStream;
class Mailbox;

// The duty to answer one request. It may be moved to any thread and is answered once; if it is
// dropped instead, the caller gets a 500. It never keeps a connection or a server alive: an answer
// that comes when those are gone is dropped.
class HttpExchange {
 public:
  using Render = std::move_only_function<HttpResponse()>;
  using Headers = std::vector<std::pair<std::string, std::string>>;

  HttpExchange(std::shared_ptr<Mailbox> mailbox, std::uint32_t slot, std::uint64_t serial);
  HttpExchange(HttpExchange&& other) noexcept = default;
  HttpExchange& operator=(HttpExchange&& other) noexcept;
  ~HttpExchange();

  void answer(HttpResponse response);

  // The answer may take up to `HttpServerOptions::long_answer_timeout`.
  void take_long();

  // `render` runs on the I/O thread, which takes its work off the caller's. If it throws: 500.
  void answer(Render render);

  // Answers 200 `text/event-stream` and keeps the connection for the frames that follow. Over the
  // bound on streams the caller gets 503 instead, and the stream is closed soon after.
  std::shared_ptr<EventStream> start_stream(Headers headers = {});

 private:
  void drop();

  std::shared_ptr<Mailbox> mailbox_;  // null once answered or moved from
  std::uint32_t slot_;
  std::uint64_t serial_;
};

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

}  // namespace oms
