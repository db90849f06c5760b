#include "adapters/http/client_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

namespace oms {
namespace {

std::string reason(int error) {
  return std::generic_category().message(error);
}

Result<void> wait(int fd, short events, ClientSocket::Clock::time_point deadline) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - ClientSocket::Clock::now());
    if (left.count() <= 0) return fail(ErrorKind::unavailable, "the server took too long");
    pollfd entry{fd, events, 0};
    const auto span = static_cast<int>(std::min<long long>(left.count(), 60'000));
    const int ready = ::poll(&entry, 1, span);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return fail(ErrorKind::unavailable, reason(errno));
  }
}

int connect_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

}  // namespace

Result<ClientSocket> ClientSocket::connect(const std::string& host, const std::string& port,
                                           Clock::time_point deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list); error != 0) {
    return fail(ErrorKind::unavailable, "cannot find " + host + ": " + ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, ::freeaddrinfo);
  std::string problem = "it has no address";
  for (const auto* at = list; at != nullptr; at = at->ai_next) {
    ClientSocket socket(
        ::socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, at->ai_protocol));
    if (socket.fd_ < 0) {
      problem = reason(errno);
      continue;
    }
    int error = ::connect(socket.fd_, at->ai_addr, at->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      if (auto waited = wait(socket.fd_, POLLOUT, deadline); !waited) {
        problem = waited.error().detail;
        continue;
      }
      error = connect_error(socket.fd_);
    }
    if (error == 0) {
      const int on = 1;  // best effort: it only makes small requests faster
      ::setsockopt(socket.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return socket;
    }
    problem = reason(error);
  }
  return fail(ErrorKind::unavailable, "cannot connect to " + host + ":" + port + ": " + problem);
}

ClientSocket::~ClientSocket() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> ClientSocket::write(std::string_view bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      OMS_CHECK(wait(fd_, POLLOUT, deadline));
    } else if (errno != EINTR) {
      return fail(ErrorKind::unavailable, "the connection broke: " + reason(errno));
    }
  }
  return {};
}

Result<std::size_t> ClientSocket::read(std::string& into, Clock::time_point deadline) {
  std::array<char, 16UL * 1024> buffer;
  for (;;) {
    const auto got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (got >= 0) {
      into.append(buffer.data(), static_cast<std::size_t>(got));
      return static_cast<std::size_t>(got);
    }
    if (errno == EAGAIN) {
      OMS_CHECK(wait(fd_, POLLIN, deadline));
    } else if (errno != EINTR) {
      return fail(ErrorKind::unavailable, "the connection broke: " + reason(errno));
    }
  }
}

}  // namespace oms
