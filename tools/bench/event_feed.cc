#include "tools/bench/event_feed.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace oms::bench {
namespace {

constexpr std::size_t buffer_size = 1U << 20U;
constexpr Nanos patience = 5 * second;

}  // namespace

EventFeed::EventFeed(Loop& loop, const Address& address, std::string_view path,
                     std::string_view token, Reader& reader)
    : loop_(loop),
      address_(address),
      reader_(reader),
      request_(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n"
                           "Accept: text/event-stream\r\n\r\n",
                           path, address.host, token)),
      in_(buffer_size, '\0') {}

EventFeed::~EventFeed() {
  close();
}

bool EventFeed::open() {
  held_ = 0;
  begun_ = false;
  socket_ = address_.connect();
  if (socket_ < 0) return false;
  loop_.watch(socket_, *this);
  const auto size = static_cast<ssize_t>(request_.size());
  if (::send(socket_, request_.data(), request_.size(), MSG_NOSIGNAL) != size) close();
  for (const auto until = clock_now() + patience; socket_ >= 0 && !begun_;) {
    if (clock_now() > until || is_interrupted()) close();
    loop_.step(second / 10);
  }
  return begun_;
}

void EventFeed::keep_open() {
  if (socket_ >= 0) return;
  if (open()) reader_.missed();
}

void EventFeed::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void EventFeed::ready() {
  while (socket_ >= 0) {
    if (held_ == in_.size()) in_.resize(in_.size() * 2);
    const auto room = in_.size() - held_;
    const auto got = ::recv(socket_, in_.data() + held_, room, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      if (begun_) ++breaks_;
      return close();
    }
    held_ += static_cast<std::size_t>(got);
    read_events();
    if (static_cast<std::size_t>(got) < room) return;
  }
}

void EventFeed::read_events() {
  std::string_view bytes{in_.data(), held_};
  if (!begun_) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return;
    if (!bytes.starts_with("HTTP/1.1 200")) return close();
    begun_ = true;
    bytes.remove_prefix(end + 4);
  }
  for (auto end = bytes.find("\n\n"); end != std::string_view::npos; end = bytes.find("\n\n")) {
    constexpr std::string_view before_data = "event: order\ndata: ";
    const auto event = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    const auto at = event.find(before_data);
    if (at != std::string_view::npos) reader_.told(event.substr(at + before_data.size()));
  }
  held_ = bytes.size();
  if (held_ > 0) std::memmove(in_.data(), bytes.data(), held_);
}

}  // namespace oms::bench
