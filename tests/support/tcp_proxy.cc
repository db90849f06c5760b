#include "tests/support/tcp_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <vector>

namespace oms {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

}  // namespace

TcpProxy::TcpProxy(std::uint16_t server_port, std::uint16_t port)
    : server_port_(server_port), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int yes = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  auto address = loopback(port);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, any, size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, any, &size) != 0) {
    throw std::runtime_error("a proxy cannot listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { run(); }};
}

TcpProxy::~TcpProxy() {
  is_stopped_ = true;
  thread_.join();
  for (const auto& pair : pairs_) {
    ::close(pair.client);
    ::close(pair.server);
  }
  ::close(listener_);
}

void TcpProxy::harm(Harm harm) {
  asked_ = harm;
  while (asked_ != Harm::none) std::this_thread::yield();
}

void TcpProxy::run() {
  while (!is_stopped_) {
    const bool is_parted = is_parted_;
    std::vector<pollfd> ready{{.fd = is_parted ? -1 : listener_, .events = POLLIN, .revents = 0}};
    for (const auto& pair : pairs_) {
      const bool is_read = !is_parted && pair.harm != Harm::silence;
      ready.push_back({.fd = is_read ? pair.client : -1, .events = POLLIN, .revents = 0});
      ready.push_back({.fd = is_read ? pair.server : -1, .events = POLLIN, .revents = 0});
    }
    ::poll(ready.data(), ready.size(), 5);
    if (const auto harm = asked_.load(); harm != Harm::none) {
      for (auto& pair : pairs_) pair.harm = harm;
      asked_ = Harm::none;
      continue;
    }
    std::size_t at = 1;
    std::erase_if(pairs_, [&](Pair& pair) {
      const bool has_request = ready[at++].revents != 0;
      const bool has_answer = ready[at++].revents != 0;
      if ((!has_request || pass(pair, true)) && (!has_answer || pass(pair, false))) return false;
      ::close(pair.client);
      ::close(pair.server);
      return true;
    });
    if (ready[0].revents != 0) accept_one();
  }
}

void TcpProxy::accept_one() {
  Pair pair{.client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC),
            .server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const auto address = loopback(server_port_);
  if (::connect(pair.server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(pair.client);
    ::close(pair.server);
    return;
  }
  ++connections_;
  pairs_.push_back(pair);
}

bool TcpProxy::pass(Pair& pair, bool is_request) const {
  std::array<char, 65'536> bytes{};
  const auto size = ::recv(is_request ? pair.client : pair.server, bytes.data(), bytes.size(), 0);
  if (size <= 0) return false;
  if (pair.harm == (is_request ? Harm::lose_request : Harm::lose_answer)) return false;
  const auto count = static_cast<std::size_t>(size);
  for (std::size_t sent = 0; sent < count;) {
    const auto more = ::send(is_request ? pair.server : pair.client, bytes.data() + sent,
                             count - sent, MSG_NOSIGNAL);
    if (more <= 0) return false;
    sent += static_cast<std::size_t>(more);
  }
  return true;
}

}  // namespace oms
