#pragma once

#include <string>
#include <string_view>

#include "tools/bench/address.h"
#include "tools/bench/loop.h"

namespace oms::bench {

// Follows one stream of server-sent events, and opens it again when it breaks off.
class EventFeed final : public Watcher {
 public:
  class Reader {
   public:
    // The data of one event of the type `order`.
    virtual void told(std::string_view data) = 0;
    // The stream had broken off, and begins again: what happened meanwhile was not told.
    virtual void missed() = 0;

   protected:
    ~Reader() = default;
  };

  EventFeed(Loop& loop, const Address& address, std::string_view path, std::string_view token,
            Reader& reader);
  ~EventFeed();
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  // Connects, and waits for the server to begin the stream. False if it does not.
  bool open();
  // Opens the stream again if it has broken off.
  void keep_open();
  int breaks() const { return breaks_; }

  void ready() override;

 private:
  void read_events();
  void close();

  Loop& loop_;
  const Address& address_;
  Reader& reader_;
  std::string request_;
  int socket_ = -1;
  bool begun_ = false;
  int breaks_ = 0;
  std::string in_;
  std::size_t held_ = 0;
};

}  // namespace oms::bench
