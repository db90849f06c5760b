#include "tests/cluster/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace oms::cluster {
namespace {

// Below those of outgoing connections, above those of scripts/servers.
constexpr std::uint16_t first = 27'000;
constexpr std::uint16_t count = 5'000;

bool is_free(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool is_ours =
      ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(listener, 1) == 0;
  ::close(listener);
  return is_ours;
}

}  // namespace

std::uint16_t new_port() {
  // Tests that run side by side begin far from each other.
  static auto next = static_cast<std::uint16_t>(::getpid() * 61 % count);
  for (int tried = 0; tried < count; ++tried) {
    next = static_cast<std::uint16_t>((next + 1) % count);
    if (is_free(static_cast<std::uint16_t>(first + next))) {
      return static_cast<std::uint16_t>(first + next);
    }
  }
  throw std::runtime_error("no port is free");
}

}  // namespace oms::cluster
