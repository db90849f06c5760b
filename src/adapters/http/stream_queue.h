#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/http/exchange.h"

namespace oms {

// The frames of one stream between their senders and its connection.
class StreamQueue final : public EventStream {
 public:
  StreamQueue(std::weak_ptr<Mailbox> mailbox, std::uint32_t slot, std::uint64_t serial);

  bool send(Frame frame) override;
  void close() override;
  bool is_open() const override;
  void on_closed(std::move_only_function<void()> callback) override;

  // For the connection, on the I/O thread.
  enum class Next { wait, more, finish, abort };
  // Appends queued frames to `out` until about `size` bytes, and says what to do after those.
  Next take(std::string& out, std::size_t size);
  void set_bound(std::size_t bytes);
  void end();  // the connection is gone

 private:
  void ready();

  const std::weak_ptr<Mailbox> mailbox_;
  const std::uint32_t slot_;
  const std::uint64_t serial_;

  mutable std::mutex mutex_;
  std::deque<Frame> frames_;
  std::size_t bytes_ = 0;
  std::size_t bound_ = 1024UL * 1024;
  bool open_ = true;
  bool overflowed_ = false;
  bool announced_ = false;  // the connection has been told and has not yet taken everything
  bool ended_ = false;
  std::move_only_function<void()> on_closed_;
};

}  // namespace oms
