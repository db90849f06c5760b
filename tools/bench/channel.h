#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tools/bench/address.h"
#include "tools/bench/answer.h"
#include "tools/bench/loop.h"

namespace oms::bench {

// One kept-alive connection, with one request at a time. Its buffers are used again and again.
class Channel final : public Watcher {
 public:
  class Owner {
   public:
    // The channel is free again; the answer lives until the next request.
    virtual void answered(Channel& channel, const Answer& answer) = 0;
    // No answer will come. The next request connects again.
    virtual void lost(Channel& channel) = 0;

   protected:
    ~Owner() = default;
  };

  Channel(Loop& loop, const Address& address, Owner& owner)
      : loop_(loop), address_(address), owner_(owner) {}
  ~Channel() { close(); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // An empty buffer to write the next request into, for `send`.
  std::string& request() {
    out_.clear();
    return out_;
  }
  // May call `lost` at once.
  void send();
  bool is_busy() const { return busy_; }

  // False if nobody listens.
  bool connect();
  void close();

  void ready() override;

  std::size_t number = 0;  // among its owner's

 private:
  bool flush();
  void receive();
  void give_up();

  Loop& loop_;
  const Address& address_;
  Owner& owner_;
  int socket_ = -1;
  bool busy_ = false;
  std::string out_;
  std::size_t sent_ = 0;
  std::string in_;
  std::size_t held_ = 0;  // bytes of `in_` that have come
};

}  // namespace oms::bench
