#include "tools/bench/channel.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace oms::bench {
namespace {

constexpr std::size_t first_buffer = 8192;

}  // namespace

bool Channel::connect() {
  if (socket_ >= 0) return true;
  socket_ = address_.connect();
  if (socket_ < 0) return false;
  held_ = 0;
  if (in_.size() < first_buffer) in_.resize(first_buffer);
  loop_.watch(socket_, *this);
  return true;
}

void Channel::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void Channel::send() {
  busy_ = true;
  sent_ = 0;
  if (!connect() || !flush()) give_up();
}

bool Channel::flush() {
  while (sent_ < out_.size()) {
    const auto sent = ::send(socket_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    sent_ += static_cast<std::size_t>(sent);
  }
  return true;
}

void Channel::ready() {
  if (socket_ < 0) return;
  if (busy_ && sent_ < out_.size() && !flush()) return give_up();
  receive();
}

// Reads until there is no more: a read that does not fill the buffer was the last.
void Channel::receive() {
  while (socket_ >= 0) {
    const auto room = in_.size() - held_;
    const auto got = ::recv(socket_, in_.data() + held_, room, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return give_up();
    held_ += static_cast<std::size_t>(got);
    Answer answer;
    std::size_t size = 0;
    switch (parse_answer({in_.data(), held_}, answer, size)) {
      case Parsed::broken:
        return give_up();
      case Parsed::incomplete:
        if (held_ == in_.size()) in_.resize(in_.size() * 2);
        if (static_cast<std::size_t>(got) < room) return;
        break;
      case Parsed::complete:
        if (!busy_ || size != held_) return give_up();
        held_ = 0;
        busy_ = false;
        return owner_.answered(*this, answer);
    }
  }
}

void Channel::give_up() {
  close();
  if (!busy_) return;
  busy_ = false;
  owner_.lost(*this);
}

}  // namespace oms::bench
